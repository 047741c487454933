"""Handing many on to a sub-partner, and taking them back, as part of a bulk act."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F

from counterfoil.errors import BulkInvalid
from counterfoil.models import Allotment, Bulk, Partner
from counterfoil.operations import _ledger
from counterfoil.operations._announcing import announce_handed_on, announce_returned
from counterfoil.operations._partnering import read_partner, require_active
from counterfoil.operations._pooling import CAME_BY, lock_allotments, target_of
from counterfoil.operations._suspending import settle

THESE = """
SELECT e.id, e.version, e.state FROM counterfoil_entitlement e
 WHERE e.id = ANY(%(ids)s::uuid[])"""

BY_SOURCE = """
SELECT e.product_id, e.allotment_id, e.allotment_id, array_agg(e.id)
  FROM counterfoil_entitlement e WHERE e.id = ANY(%(ids)s::uuid[]) GROUP BY 1, 2"""

BY_RETURN = f"""
SELECT e.product_id, e.allotment_id, came.source::uuid, array_agg(e.id)
  FROM counterfoil_entitlement e CROSS JOIN {CAME_BY}
 WHERE e.id = ANY(%(ids)s::uuid[]) GROUP BY 1, 2, 3"""  # noqa: S608 - ours


def sub_partner(bulk: Bulk) -> tuple[Partner, Partner]:
    """
    Give the sub-partner a bulk act is about, and the partner above it.

    :raises BulkInvalid: if there is no such partner, or none above it.
    """
    found = Partner.objects.filter(slug=bulk.parameters.get("partner", "")).first()
    if found is None or found.parent_id is None:
        raise BulkInvalid("Entitlements are handed on to a partner that stands below another.")
    return found, read_partner(found.parent_id)


def lock_pools(bulk: Bulk) -> None:
    """Lock what counts entitlements of both partners, before any of the entitlements."""
    lower, upper = sub_partner(bulk)
    lock_allotments(upper.pk, lower.pk)


def hand_on_some(bulk: Bulk, ids: list[UUID], change: _ledger.Change) -> list[_ledger.Changed]:
    """
    Hand these, which are free, on to the sub-partner.

    :raises PartnerSuspended: if either is suspended.
    """
    lower, upper = sub_partner(bulk)
    require_active(upper.pk, lower.pk)
    there = lock_allotments(upper.pk, lower.pk)
    moved: list[_ledger.Changed] = []
    for product_id, source, _, theirs in _rows(BY_SOURCE, ids):
        target = target_of(there, lower, product_id, source, change.at)
        there[target.pk] = target
        data = {
            "partner": lower.name,
            "to": str(target.pk),
            "from": str(source) if source else None,
            "from_partner": str(upper.pk),
        }
        came = _move(replace(change, data=data), theirs, lower, target.pk, leaves=source)
        if came:
            announce_handed_on(
                product_id, target.pk, len(came), to=lower, giver=upper, at=change.at
            )
        moved += came
    return moved


def return_some(bulk: Bulk, ids: list[UUID], change: _ledger.Change) -> list[_ledger.Changed]:
    """Give these, which nobody has claimed, back to the partner above."""
    lower, upper = sub_partner(bulk)
    there = lock_allotments(upper.pk, lower.pk)
    moved: list[_ledger.Changed] = []
    for product_id, leaves, source, theirs in _rows(BY_RETURN, ids):
        target = source if source in there else None
        data = {"partner": upper.name, "to": str(source) if source else None}
        went = _move(replace(change, data=data), theirs, upper, target, leaves=leaves)
        if went:
            announce_returned(product_id, leaves, len(went), holder=lower, to=upper, at=change.at)
        moved += went
    settle([one.id for one in moved], by=change.by, at=change.at)
    return moved


def _move(
    change: _ledger.Change,
    ids: Sequence[UUID],
    to: Partner,
    into: UUID | None,
    *,
    leaves: UUID | None,
) -> list[_ledger.Changed]:
    moved = _ledger.record(
        change,
        picked=THESE,
        parameters={"ids": list(ids), "to_partner": to.pk, "to_allotment": into},
        sets="partner_id = %(to_partner)s, allotment_id = %(to_allotment)s",
    )
    for allotment_id, count in ((into, len(moved)), (leaves, -len(moved))):
        if allotment_id is not None:
            Allotment.objects.filter(pk=allotment_id).update(granted=F("granted") + count)
    return moved


def _rows(statement: str, ids: list[UUID]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"ids": ids})
        found: list[Any] = cursor.fetchall()
    return found
