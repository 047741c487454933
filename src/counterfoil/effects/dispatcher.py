"""
The dispatcher: the ledger is the outbox.

Whatever follows from an entry is written in the transaction that marks the entry dispatched, so
nothing is lost between the two and nothing follows twice. Taking is by a column and SKIP LOCKED,
never by "greater than the last": entries commit in another order than they are numbered.

An act whose consequences cannot be written holds up no other: its entries are set aside, taken
alone when they are due again, and put before a person if that goes on.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection, transaction
from procrastinate.exceptions import ConnectorException

from counterfoil.effects.queueing import Taken
from counterfoil.effects.subscriptions import follow
from counterfoil.models import Purchase
from counterfoil.operations.park import park
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM

BATCH = 1_000
ALONE = 20  # acts set aside that are tried again before the next batch
MOST_ATTEMPTS = 10
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=10), timedelta(hours=6)
AWAY = (OperationalError, InterfaceError, ConnectorException, OSError)  # no entry is to blame

log = logging.getLogger(__name__)

TAKE = """
WITH taken AS (
    SELECT n.entitlement_id, n.seq
      FROM counterfoil_entry n
     WHERE n.dispatched_at IS NULL
       AND EXISTS (SELECT FROM counterfoil_seal s
                    WHERE s.entitlement_id = n.entitlement_id AND s.seq = n.seq)
       AND NOT EXISTS (SELECT FROM counterfoil_stuckentry u
                        WHERE u.entitlement_id = n.entitlement_id AND u.seq = n.seq)
       AND NOT EXISTS (SELECT FROM counterfoil_purchase p
                        WHERE p.id = n.purchase_id AND p.issuing = n.act)
     ORDER BY n.recorded_at
     LIMIT %(limit)s
       FOR UPDATE OF n SKIP LOCKED
)
UPDATE counterfoil_entry n SET dispatched_at = clock_timestamp()
  FROM taken t
 WHERE n.entitlement_id = t.entitlement_id AND n.seq = t.seq
RETURNING n.entitlement_id, n.purchase_id, n.act, n.act_name, n.seq
"""

TAKE_ACT = """
WITH taken AS (
    SELECT entitlement_id, seq FROM counterfoil_entry
     WHERE act = %(act)s AND dispatched_at IS NULL AND (entitlement_id, seq) IN (
           SELECT * FROM unnest(%(entitlements)s::uuid[], %(seqs)s::int[]))
     ORDER BY entitlement_id, seq
       FOR UPDATE SKIP LOCKED
)
UPDATE counterfoil_entry n SET dispatched_at = clock_timestamp()
  FROM taken t
 WHERE n.entitlement_id = t.entitlement_id AND n.seq = t.seq
RETURNING n.entitlement_id, n.purchase_id, n.act, n.act_name, n.seq
"""

DUE = """
SELECT u.entitlement_id, n.purchase_id, n.act, n.act_name, u.seq
  FROM counterfoil_stuckentry u
  JOIN counterfoil_entry n ON n.entitlement_id = u.entitlement_id AND n.seq = u.seq
 WHERE n.act IN (SELECT w.act FROM counterfoil_stuckentry v
                   JOIN counterfoil_entry w ON w.entitlement_id = v.entitlement_id
                    AND w.seq = v.seq
                  WHERE v.next_attempt_at <= %(at)s
                  ORDER BY v.next_attempt_at LIMIT %(limit)s)
"""

SET_ASIDE = """
INSERT INTO counterfoil_stuckentry (entitlement_id, seq, attempts, next_attempt_at, last_error)
SELECT e, s, 1, %(at)s + %(first)s, %(error)s
  FROM unnest(%(entitlements)s::uuid[], %(seqs)s::int[]) AS t(e, s)
ON CONFLICT (entitlement_id, seq) DO UPDATE
   SET attempts = counterfoil_stuckentry.attempts + 1,
       last_error = excluded.last_error,
       next_attempt_at = %(at)s + least(
           %(first)s * power(3, least(counterfoil_stuckentry.attempts, 10)), %(longest)s)
RETURNING attempts
"""

FORGET = """
DELETE FROM counterfoil_stuckentry WHERE (entitlement_id, seq) IN (
       SELECT * FROM unnest(%(entitlements)s::uuid[], %(seqs)s::int[]))
"""


def dispatch(*, at: datetime, limit: int = BATCH) -> int:
    """
    Take entries nobody has taken yet, and do what follows from them; gives how many there were.

    Only sealed entries are taken, so nothing leaves the house that the chain does not hold. Any
    number of dispatchers may work at once. What cannot be done is set aside for later, and the
    rest is done; only a database that does not answer is an error.
    """
    done = sum(_alone(act, at) for act in _by_act(_rows(DUE, {"at": at, "limit": ALONE})))
    taken: list[Taken] = []
    try:
        with transaction.atomic():
            taken = _rows(TAKE, {"limit": limit})
            if taken:
                follow(taken, at=at)
    except AWAY:
        raise
    except Exception:
        log.exception("a batch of %d entries failed; its acts are dispatched alone", len(taken))
        return done + sum(_alone(act, at) for act in _by_act(taken))
    return done + len(taken)


def _alone(entries: Sequence[Taken], at: datetime) -> int:
    """Dispatch the entries of one act, or set them aside; gives how many were dispatched."""
    which = {
        "act": entries[0].act,
        "entitlements": [one.entitlement_id for one in entries],
        "seqs": [one.seq for one in entries],
    }
    try:
        with transaction.atomic():
            taken = _rows(TAKE_ACT, which)
            if taken:  # nobody else has them just now
                follow(taken, at=at)
                _run(FORGET, which)
                _settle(entries[0], at)
    except AWAY:
        raise
    except Exception as error:
        log.exception("what follows from act %s could not be written", entries[0].act)
        _set_aside(entries, which, type(error).__name__, at)
        return 0
    return len(taken)


@transaction.atomic
def _set_aside(entries: Sequence[Taken], which: dict[str, Any], error: str, at: datetime) -> None:
    given = which | {"at": at, "error": error, "first": FIRST_PAUSE, "longest": LONGEST_PAUSE}
    with connection.cursor() as cursor:
        cursor.execute(SET_ASIDE, given)
        attempts = max(row[0] for row in cursor.fetchall())
    if attempts < MOST_ATTEMPTS:
        return
    first = entries[0]
    park(
        kind=ExceptionKind.ENTRY_STUCK,
        key=str(first.act),
        evidence={
            "act": first.act_name,
            "entries": len(entries),
            "attempts": attempts,
            "error": error,
        },
        by=SYSTEM,
        at=at,
        purchase=_purchase(first.purchase_id),
    )


def _settle(entry: Taken, at: datetime) -> None:
    resolve_exception(
        kind=ExceptionKind.ENTRY_STUCK,
        key=str(entry.act),
        outcome="It worked at last.",
        by=SYSTEM,
        at=at,
    )


def _purchase(purchase_id: UUID | None) -> Purchase | None:
    return Purchase.objects.filter(pk=purchase_id).first() if purchase_id else None


def _by_act(entries: Iterable[Taken]) -> Iterable[list[Taken]]:
    acts: dict[UUID, list[Taken]] = {}
    for one in entries:
        acts.setdefault(one.act, []).append(one)
    return acts.values()


def _rows(sql: str, given: dict[str, Any]) -> list[Taken]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return [Taken(*row) for row in cursor.fetchall()]


def _run(sql: str, given: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
