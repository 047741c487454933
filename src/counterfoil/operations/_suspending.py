"""
The holds that a partner's suspension puts on what nobody has claimed.

What stands is compared with what should stand, and the difference is placed or lifted: whoever
asks, and however often, it comes to the same.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from counterfoil.models import HoldKind, Partner, Suspension
from counterfoil.operations._loading import lock
from counterfoil.operations._partnering import below
from counterfoil.operations.lift_hold import lift_hold
from counterfoil.operations.place_hold import place_hold
from counterfoil.rules.lifecycle import CODE_STATES
from counterfoil.rules.people import Actor

SUSPENDED, RESUMED = "partner_suspended", "partner_resumed"
STATES = [state.value for state in CODE_STATES]

ABOVE = """
WITH RECURSIVE units AS (
    SELECT id, partner_id, state FROM counterfoil_entitlement WHERE id = ANY(%(ids)s::uuid[])
), above AS (
    SELECT p.id AS holder, p.id, p.parent_id FROM counterfoil_partner p
     WHERE p.id IN (SELECT partner_id FROM units)
     UNION
    SELECT a.holder, p.id, p.parent_id FROM counterfoil_partner p JOIN above a ON p.id = a.parent_id
), wanted AS (
    SELECT u.id, s.id::text AS reference
      FROM units u JOIN above a ON a.holder = u.partner_id
      JOIN counterfoil_partner s ON s.id = a.id AND s.suspension = 'codes'
     WHERE u.state = ANY(%(states)s)
), stands AS (
    SELECT h.entitlement_id AS id, h.reference FROM counterfoil_hold h
     WHERE h.entitlement_id = ANY(%(ids)s::uuid[]) AND h.kind = 'partner' AND h.lifted_seq IS NULL
)
SELECT coalesce(w.reference, s.reference), w.id IS NOT NULL, array_agg(coalesce(w.id, s.id))
  FROM wanted w FULL JOIN stands s ON s.id = w.id AND s.reference = w.reference
 WHERE w.id IS NULL OR s.id IS NULL
 GROUP BY 1, 2"""

LACKING = """
SELECT e.id FROM counterfoil_entitlement e
 WHERE e.partner_id = ANY(%(partners)s::uuid[]) AND e.state = ANY(%(states)s)
   AND NOT EXISTS (SELECT FROM counterfoil_hold h
                    WHERE h.entitlement_id = e.id AND h.lifted_seq IS NULL
                      AND h.kind = 'partner' AND h.reference = %(reference)s)"""

HELD = """
SELECT h.entitlement_id FROM counterfoil_hold h
  JOIN counterfoil_entitlement e ON e.id = h.entitlement_id
 WHERE e.partner_id = ANY(%(partners)s::uuid[])
   AND h.kind = 'partner' AND h.reference = %(reference)s AND h.lifted_seq IS NULL"""


def settle(entitlement_ids: Iterable[UUID], *, by: Actor, at: datetime, comment: str = "") -> None:
    """
    Put these entitlements on hold for whichever partner above them is suspended so, or lift it.

    Holds of other kinds stay. One that somebody has claimed meanwhile is not put on hold.
    """
    ids = lock(entitlement_ids)
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, {"ids": ids, "states": STATES})
        differing = cursor.fetchall()
    for reference, is_wanted, found in differing:
        act, reason = (place_hold, SUSPENDED) if is_wanted else (lift_hold, RESUMED)
        act(
            entitlement_ids=found,
            kind=HoldKind.PARTNER,
            reference=reference,
            by=by,
            at=at,
            reason=reason,
            comment=comment,
        )


def unsettled(partner: Partner, *, most: int) -> list[UUID]:
    """Give entitlements whose hold is not as the partner's suspension now wants it."""
    statement = LACKING if partner.suspension == Suspension.CODES else HELD
    return [row[0] for row in _run(f"{statement} ORDER BY 1 LIMIT %(most)s", partner, most=most)]


def count_unsettled(partner: Partner) -> int:
    """Count those."""
    statement = LACKING if partner.suspension == Suspension.CODES else HELD
    [row] = _run(f"SELECT count(*) FROM ({statement}) unsettled", partner)  # noqa: S608 - ours
    return int(row[0])


def settle_new(entitlement_ids: Iterable[UUID], *, by: Actor, at: datetime) -> None:
    """Do the same for what has just become a partner's: mostly nobody is suspended so."""
    if Partner.objects.filter(suspension=Suspension.CODES).exists():
        settle(entitlement_ids, by=by, at=at)


def _run(statement: str, partner: Partner, **more: Any) -> list[Any]:
    given: dict[str, Any] = {
        "partners": below(partner.pk),
        "states": STATES,
        "reference": str(partner.pk),
    } | more
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        found: list[Any] = cursor.fetchall()
    return found
