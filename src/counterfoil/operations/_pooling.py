"""Which entitlements of a partner can be moved, and moving them to another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from counterfoil.conf import conf
from counterfoil.errors import ChoiceInvalid, NotEnoughFree, NotFree
from counterfoil.models import Allotment, Entitlement, Partner
from counterfoil.models.handouts import A_CUSTOMERS
from counterfoil.models.ids import handle_of
from counterfoil.operations import _ledger, _picking
from counterfoil.rules.partners import Choice

UNGIVEN = """e.bound_to_id IS NULL AND NOT EXISTS (
       SELECT FROM counterfoil_gift g WHERE g.entitlement_id = e.id AND g.ended_at IS NULL)"""

FREE = f"{_picking.FREE} AND e.bound_to_id IS NULL AND NOT {A_CUSTOMERS}"
"""Nobody has it, nobody is to have it, and it can be used: it can be handed out."""

MOVABLE = f"((e.state = 'minted' AND e.held_count = 0) OR ({FREE}))"
"""It is free, or a printed piece that was not sold yet."""

# What only the suspension of its partner holds can go back to where it came from.
UNCLAIMED = f"""e.state IN ('minted', 'issued') AND {UNGIVEN} AND NOT {A_CUSTOMERS} AND NOT EXISTS (
       SELECT FROM counterfoil_hold h
        WHERE h.entitlement_id = e.id AND h.lifted_seq IS NULL AND h.kind <> 'partner')"""

# The act by which it came into its allotment, if it was handed on into it.
CAME_BY = """LATERAL (
       SELECT n.data->>'from' AS source, (n.data->>'from_partner')::uuid AS giver
         FROM counterfoil_entry n
        WHERE n.entitlement_id = e.id AND n.act_name = 'allot'
          AND n.data->>'to' = e.allotment_id::text
        ORDER BY n.seq DESC LIMIT 1) came"""

SOME = """
SELECT e.id FROM counterfoil_entitlement e
 WHERE e.partner_id = %(partner)s AND {pool} AND {fit}
 ORDER BY e.id LIMIT %(count)s FOR NO KEY UPDATE OF e {skip}"""

NAMED = """
SELECT e.id FROM counterfoil_entitlement e
 WHERE e.partner_id = %(partner)s AND {named} ORDER BY e.id FOR NO KEY UPDATE OF e"""

# Read anew under the locks: what a gift or a hold says may be newer than the row was.
STANDING = """
SELECT e.id, e.product_id, {source}, {fit} FROM counterfoil_entitlement e {came}
 WHERE e.id = ANY(%(ids)s::uuid[]) ORDER BY e.id"""

PICKED = """
SELECT e.id, e.version, e.state FROM counterfoil_entitlement e
 WHERE e.id = ANY(%(ids)s::uuid[])"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Pool:
    """What can be taken of a partner: which condition it must fit, and where it came from."""

    partner_id: UUID
    fit: str
    came: str = ""  # a LATERAL part that gives source and giver

    def taken(self, choice: Choice) -> dict[tuple[UUID, UUID | None], list[UUID]]:
        """
        Lock what is chosen, and give it by its product and by the allotment it is to leave.

        For what is given back that is the allotment it is to return to.

        :raises ChoiceInvalid: if the choice does not say in one way which ones.
        :raises NotEnoughFree: if there are not so many.
        :raises NotFree: if one that is named is not free, or is not the partner's at all.
        """
        if not choice.is_sound:
            raise ChoiceInvalid
        if choice.quantity is None:
            rows = self._standing(self._named(choice))
            self._refuse_missing(choice, [row for row in rows if row[3]])
        else:
            rows = self._some(choice)
        found: dict[tuple[UUID, UUID | None], list[UUID]] = {}
        for pk, product, source, _ in rows:
            found.setdefault((product, UUID(str(source)) if source else None), []).append(pk)
        return found

    def _some(self, choice: Choice) -> list[Any]:
        """Take so many, first of those nobody is at, then waiting for those somebody is at."""
        rows: list[Any] = []
        for skip in ("SKIP LOCKED", ""):
            fit = self.fit + (f" AND EXISTS (SELECT FROM {self.came})" if self.came else "")
            statement = SOME.replace("{pool}", _pool(choice)).replace("{fit}", fit)
            given = {
                "partner": self.partner_id,
                "product": choice.product_id,
                "allotment": choice.allotment_id,
                "count": choice.count,
                "test_codes": conf.REDEEM_TEST_CODES,
            }
            ids = _ids(statement.replace("{skip}", skip), given)
            rows = [row for row in self._standing(ids) if row[3]]
            if len(rows) == choice.count:
                return rows
        raise NotEnoughFree(len(rows))

    def _named(self, choice: Choice) -> list[UUID]:
        given: dict[str, Any] = {"partner": self.partner_id}
        if choice.numbers is None:
            named = "e.id = ANY(%(ids)s::uuid[])"
            given["ids"] = list(choice.entitlement_ids)
        else:
            named = "e.batch = %(batch)s AND e.batch_ordinal BETWEEN %(first)s AND %(last)s"
            one = choice.numbers
            given |= {"batch": one.batch_id, "first": one.first, "last": one.last}
        return _ids(NAMED.replace("{named}", named), given)

    def _standing(self, ids: Sequence[UUID]) -> list[Any]:
        statement = (
            STANDING.replace("{source}", "came.source" if self.came else "e.allotment_id")
            .replace("{came}", f"CROSS JOIN {self.came}" if self.came else "")
            .replace("{fit}", self.fit)
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, {"ids": list(ids), "test_codes": conf.REDEEM_TEST_CODES})
            found: list[Any] = cursor.fetchall()
        return found

    def _refuse_missing(self, choice: Choice, fit: Sequence[Any]) -> None:
        if len(fit) == choice.count:
            return
        there = {row[0] for row in fit}
        if choice.numbers is None:
            missing = sorted(set(choice.entitlement_ids) - there)
            raise NotFree(f"{handle_of(pk)} is not free" for pk in missing)
        one = choice.numbers
        units = Entitlement.objects.filter(pk__in=there)
        numbers = set(units.values_list("batch_ordinal", flat=True))
        asked = range(one.first, one.last + 1)
        raise NotFree(f"No. {number} is not free" for number in asked if number not in numbers)


def lock_allotments(*partner_ids: UUID) -> dict[UUID, Allotment]:
    """Lock every allotment of these partners, by id: what is moved changes how many each has."""
    rows = Allotment.objects.select_for_update().filter(partner__in=partner_ids)
    return {one.pk: one for one in rows.order_by("pk")}


def move(
    change: _ledger.Change, ids: Sequence[UUID], *, to: Partner, allotment: Allotment | None
) -> int:
    """Make entitlements that are locked another partner's; gives how many that were."""
    given: Mapping[str, Any] = {
        "ids": list(ids),
        "to_partner": to.pk,
        "to_allotment": allotment.pk if allotment else None,
    }
    changed = _ledger.record(
        change,
        picked=PICKED,
        parameters=given,
        sets="partner_id = %(to_partner)s, allotment_id = %(to_allotment)s",
    )
    assert len(changed) == len(ids)  # noqa: S101 - their rows are locked
    return len(changed)


def target_of(
    there: Mapping[UUID, Allotment],
    taker: Partner,
    product_id: UUID,
    source: UUID | None,
    at: datetime,
) -> Allotment:
    """Give the sub-partner's allotment of what comes from there, made if there is none yet."""
    if source is not None:
        for one in there.values():
            if (one.partner_id, one.parent_id, one.product_id) == (taker.pk, source, product_id):
                return one
    label = there[source].label if source else ""
    return Allotment.objects.create(
        partner=taker,
        product_id=product_id,
        parent_id=source,
        label=label,
        granted=0,
        created_at=at,
    )


def _pool(choice: Choice) -> str:
    parts = []
    if choice.allotment_id is not None:
        parts.append("e.allotment_id = %(allotment)s")
    if choice.product_id is not None:
        parts.append("e.product_id = %(product)s")
    return " AND ".join(parts)


def _ids(statement: str, given: Mapping[str, Any]) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement, dict(given))
        return [row[0] for row in cursor.fetchall()]
