"""
The one place where the state of entitlements changes, and where that is written down.

Everything here works on sets: one statement moves one entitlement or a hundred thousand, changes
what hangs on them, and writes an entry for each. A row is changed only where it still stands as it
was read (``version``), so whoever commits first wins, and the loser reads again.

An act hands in SQL of its own in three places:

* ``picked`` selects ``id, version, state`` of the entitlements meant, and whatever else it needs;
* ``sets`` are further columns to change, ``guard`` a last condition, judged under the row's lock;
* ``also`` are further data-modifying parts of the same statement, reading from ``changed``.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from counterfoil.errors import EntitlementExpired, StaleEntitlement
from counterfoil.models import Entitlement
from counterfoil.models.ids import uuid7
from counterfoil.rules.acts import Act
from counterfoil.rules.lifecycle import Move, State, sources
from counterfoil.rules.people import Actor

CHANGE = """
WITH picked AS ({picked}),
changed AS (
    UPDATE counterfoil_entitlement e
       SET version = e.version + 1, state = coalesce(%(to_state)s, e.state){sets}
      FROM picked p
     WHERE e.id = p.id AND e.version = p.version AND e.state = ANY(%(from_states)s){guard}
 RETURNING e.id, e.purchase_id, e.version, e.state, e.expires_at, p.state AS from_state{keeps}
),
{also}
written AS (
    INSERT INTO counterfoil_entry (
        entitlement_id, seq, purchase_id, act, act_name, move, from_state, to_state,
        actor_kind, actor_id, actor_display, on_behalf_of, reason, comment,
        at, recorded_at, judged_expiry, data)
    SELECT id, version, purchase_id, %(act)s, %(act_name)s, %(move)s, from_state, state,
           %(actor_kind)s, %(actor_id)s, %(actor_display)s, '', %(reason)s, %(comment)s,
           %(at)s, clock_timestamp(), expires_at, {data}
      FROM changed
 RETURNING entitlement_id, recorded_at
)
SELECT c.id, c.version, c.from_state, c.expires_at, w.recorded_at
  FROM changed c JOIN written w ON w.entitlement_id = c.id
"""

CREATE = """
WITH changed AS (
    INSERT INTO counterfoil_entitlement (
        id, purchase_id, line_id, batch, batch_ordinal, ordinal, product_id, terms_id, partner_id,
        allotment_id, is_test, state, version, held_count, expires_at, created_at)
    SELECT n.id, %(purchase)s, %(line)s, %(batch)s,
           CASE WHEN %(batch)s::uuid IS NOT NULL THEN n.ordinal END, n.ordinal, %(product)s,
           %(terms)s, %(partner)s, %(allotment)s, %(is_test)s, %(to_state)s, 1, 0, %(expires_at)s,
           %(at)s
      FROM unnest(%(ids)s::uuid[], %(ordinals)s::int[]) AS n(id, ordinal)
 RETURNING id
)
INSERT INTO counterfoil_entry (
    entitlement_id, seq, purchase_id, act, act_name, move, from_state, to_state,
    actor_kind, actor_id, actor_display, on_behalf_of, reason, comment,
    at, recorded_at, judged_expiry, data)
SELECT id, 1, %(purchase)s, %(act)s, %(act_name)s, %(move)s, NULL, %(to_state)s,
       %(actor_kind)s, %(actor_id)s, %(actor_display)s, '', %(reason)s, %(comment)s,
       %(at)s, clock_timestamp(), %(expires_at)s, %(data)s
  FROM changed
"""

_bulk: ContextVar[UUID | None] = ContextVar("counterfoil_bulk", default=None)


@contextmanager
def part_of_bulk(bulk_id: UUID) -> Iterator[None]:
    """Let every act called within be one act together, under this id, whose entries say so."""
    token = _bulk.set(bulk_id)
    try:
        yield
    finally:
        _bulk.reset(token)


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """What is done, by whom, when and why; ``act_id`` ties together the entries of one call."""

    act: Act
    by: Actor
    at: datetime
    move: Move | None = None
    to: State | None = None
    reason: str = ""
    comment: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    act_id: UUID = field(default_factory=lambda: _bulk.get() or uuid7())

    def parameters(self) -> dict[str, Any]:
        """Give the parameters every statement of the ledger takes."""
        case = {"case": self.by.case} if self.by.case else {}
        case |= {"bulk": str(self.act_id)} if self.act_id == _bulk.get() else {}
        return {
            "act": self.act_id,
            "act_name": self.act.value,
            "move": self.move.value if self.move else None,
            "to_state": self.to.value if self.to else None,
            "actor_kind": self.by.kind.value,
            "actor_id": self.by.id,
            "actor_display": self.by.display,
            "reason": self.reason,
            "comment": self.comment,
            "at": self.at,
            "data": json.dumps(dict(self.data) | case),
        }


class Changed(NamedTuple):
    """One entitlement that changed: its id, its new version, and where it came from."""

    id: UUID
    version: int
    from_state: State
    expires_at: datetime | None
    recorded_at: datetime


def record(
    change: Change,
    *,
    picked: str,
    parameters: Mapping[str, Any],
    sets: str = "",
    guard: str = "",
    keeps: str = "",
    tells: str = "",
    also: Sequence[str] = (),
) -> list[Changed]:
    """
    Change the picked entitlements where they still stand as read, and write their entries.

    Those that changed in between, or from whose state there is no such move, are left alone: the
    caller compares what came back with what was meant. ``keeps`` are columns of ``picked`` that
    the parts in ``also`` need, ``tells`` an object of what differs from one entry to the next.

    :raises EntitlementExpired: if validity ended while a redemption was being judged.
    """
    states = sources(change.move, change.to) if change.move else frozenset(State)
    statement = _statement(picked, sets, guard, keeps, tells, tuple(also))
    given = change.parameters() | {"from_states": [state.value for state in states]}
    with connection.cursor() as cursor:
        cursor.execute(statement, given | dict(parameters))
        changed = [Changed(row[0], row[1], State(row[2]), *row[3:]) for row in cursor.fetchall()]
    if change.move is Move.REDEEM and any(
        row.expires_at is not None and row.recorded_at > row.expires_at for row in changed
    ):
        raise EntitlementExpired
    return changed


@lru_cache(maxsize=256)
def _statement(
    picked: str, sets: str, guard: str, keeps: str, tells: str, also: tuple[str, ...]
) -> str:
    statement = (
        CHANGE.replace("{picked}", picked)
        .replace("{sets}", f", {sets}" if sets else "")
        .replace("{guard}", f" AND {guard}" if guard else "")
        .replace("{keeps}", f", {keeps}" if keeps else "")
        .replace("{also}", "".join(f"{part},\n" for part in also))
        .replace("{data}", "%(data)s::jsonb" + (f" || {tells}" if tells else ""))
    )
    # Without its indents: the driver remembers how to read 4,096 characters, and reads more anew.
    return "\n".join(line.strip() for line in statement.splitlines())


def record_one(change: Change, *, entitlement: Entitlement, **parts: Any) -> Changed:
    """
    Change one entitlement that was read before; the other arguments are those of :func:`record`.

    :raises StaleEntitlement: if it changed since it was read, or the move does not exist.
    """
    given = {
        "picked_id": entitlement.pk,
        "picked_version": entitlement.version,
        "picked_state": entitlement.state,
    }
    given |= parts.pop("parameters", {})
    changed = record(
        change,
        picked="SELECT %(picked_id)s::uuid AS id, %(picked_version)s::int AS version,"
        " %(picked_state)s::text AS state",
        parameters=given,
        **parts,
    )
    if not changed:
        raise StaleEntitlement
    return changed[0]


def create(
    change: Change, *, ids: Sequence[UUID], ordinals: Sequence[int], parameters: Mapping[str, Any]
) -> None:
    """
    Create entitlements of one line or batch, with their first entries.

    ``parameters`` names purchase, line, batch, product, terms, partner, allotment, is_test and
    expires_at, the same for all.
    """
    given = change.parameters() | dict(parameters)
    given |= {"ids": list(ids), "ordinals": list(ordinals)}
    with connection.cursor() as cursor:
        cursor.execute(CREATE, given)
