"""Asking channels again how some orders stand, and telling what was issued for them."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from counterfoil.errors import CounterfoilError
from counterfoil.intake.comparing import compare_purchase
from counterfoil.models import Purchase
from counterfoil.rules.people import Actor


@dataclass(frozen=True, kw_only=True, slots=True)
class Resynced:
    """What came of it: how many orders were asked for, what was issued, and which failed, why."""

    asked: int
    issued: int
    failed: tuple[tuple[str, str], ...]


def resync_purchases(*, purchase_ids: Collection[UUID], by: Actor) -> Resynced:
    """
    Bring purchases to how their orders stand at the channel, one act each.

    One that fails holds up no other, and is told of.
    """
    found = Purchase.objects.select_related("connection").exclude(connection=None)
    issued, failed, asked = 0, [], 0
    for purchase in found.filter(pk__in=list(purchase_ids)).order_by("pk"):
        asked += 1
        try:
            compared = compare_purchase(purchase=purchase, by=by)
        except CounterfoilError as refusal:
            failed.append((purchase.external_reference, str(refusal)))
            continue
        issued += compared.issued
        if error := compared.details.get("error"):
            failed.append((purchase.external_reference, str(error)))
    return Resynced(asked=asked, issued=issued, failed=tuple(failed))
