"""Which points of sale there are, and what a till has sold last."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from counterfoil.errors import PointOfSaleUnknown
from counterfoil.models import Connection, Entry
from counterfoil.models.ids import handle_of
from counterfoil.rules.acts import Act
from counterfoil.rules.batches import POINT_OF_SALE
from counterfoil.rules.lifecycle import State


@dataclass(frozen=True, kw_only=True, slots=True)
class Sold:
    """One unit somebody sold, and how it stands now."""

    handle: str
    product: str
    batch: str
    number: int
    sale: str
    place: UUID | None
    at: datetime
    state: State


def points_of_sale() -> Sequence[Connection]:
    """Give the points of sale that are switched on."""
    found = Connection.objects.usable().filter(channel=POINT_OF_SALE)
    return list(found.order_by("name", "slug"))


def point_of_sale(connection_id: UUID) -> Connection:
    """
    Give one point of sale.

    :raises PointOfSaleUnknown: if there is none of this id, or it is switched off.
    """
    found = Connection.objects.usable().filter(channel=POINT_OF_SALE, pk=connection_id).first()
    if found is None:
        raise PointOfSaleUnknown
    return found


def sold_by(actor_id: str, *, since: datetime, most: int = 10) -> Sequence[Sold]:
    """Give what this person has sold since then, the newest first."""
    entries = (
        Entry.objects.filter(
            actor_id=actor_id, act_name=Act.ACTIVATE_AT_SALE, recorded_at__gte=since
        )
        .select_related("entitlement__product", "entitlement__batch", "purchase")
        .order_by("-recorded_at")[:most]
    )
    return [
        Sold(
            handle=handle_of(entry.entitlement_id),
            product=entry.entitlement.product.name,
            batch=entry.entitlement.batch.name if entry.entitlement.batch else "",
            number=entry.entitlement.batch_ordinal or 0,
            sale=str(entry.data.get("sale", "")),
            place=entry.purchase.connection_id if entry.purchase else None,
            at=entry.recorded_at,
            state=State(entry.entitlement.state),
        )
        for entry in entries
    ]
