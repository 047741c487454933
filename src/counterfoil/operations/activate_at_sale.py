"""Sell printed codes: from here on they can be redeemed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from counterfoil.errors import PointOfSaleUnknown, SaleClosed, SaleInvalid
from counterfoil.models import Connection, Entitlement, Purchase, PurchaseKind
from counterfoil.models.ids import handle_of
from counterfoil.operations._activating import (
    as_told,
    lock_units,
    refuse_mixture,
    refuse_strangers,
    sell,
    unit_of,
    unsold,
)
from counterfoil.operations._partnering import require_partner_active
from counterfoil.operations.declare_order import declare_order
from counterfoil.rules.batches import POINT_OF_SALE
from counterfoil.rules.declared_changes import Change
from counterfoil.rules.orders import PaymentStatus
from counterfoil.rules.people import Actor

OPEN_FOR = timedelta(hours=24)  # afterwards the same number is another sale, and a mistake
MOST_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True, slots=True)
class Activation:
    """A sale at a till; ``repeated`` if everything in it had been sold in it before."""

    purchase: Purchase
    units: tuple[Entitlement, ...]
    repeated: bool


@transaction.atomic
def activate_at_sale(
    *,
    connection: Connection,
    sale: str,
    presented: Sequence[str],
    by: Actor,
    at: datetime,
    till: str = "",
) -> Activation:
    """
    Sell printed units, all of them or none: they can be redeemed from now on.

    ``presented`` are codes, links or handles as they were scanned or typed. ``sale`` is the number
    on the receipt: what is scanned under the same number joins the same sale, and scanning again
    changes nothing. Without one, the first unit names the sale. Validity starts now, under the
    terms they were printed under.

    :raises PointOfSaleUnknown: if this connection is no point of sale, or is switched off.
    :raises SaleInvalid: if these cannot be one sale.
    :raises SaleClosed: if there is a sale of this number from another day.
    :raises EntitlementAlreadySold: if one of them was sold otherwise.
    :raises CodeMalformed: if one is mistyped; also CodeNotFound, NotFound, CodeReplaced,
        EntitlementRevoked, EntitlementOnHold, NotPrinted, PartnerSuspended.
    """
    if connection.channel != POINT_OF_SALE or not connection.enabled:
        raise PointOfSaleUnknown
    reference = sale.strip()
    if len(reference) > 200 or not reference.isprintable():
        raise SaleInvalid("A sale has a number of up to 200 characters.")
    if not 1 <= len(presented) <= MOST_AT_ONCE:
        raise SaleInvalid(f"From 1 to {MOST_AT_ONCE} units are sold at once.")
    require_partner_active(by)
    unit_ids = [unit_of(one) for one in presented]
    purchase = _purchase(connection, reference or handle_of(unit_ids[0]), unit_ids[0], at)
    units = lock_units(unit_ids)
    refuse_strangers(units, connection)
    selling = unsold(units, purchase)
    if selling and at - purchase.created_at > OPEN_FOR:
        raise SaleClosed(f"Sale {reference} was made on {purchase.created_at:%Y-%m-%d}.")
    refuse_mixture(units, purchase)
    if selling:
        sell(purchase, selling, till=till, by=by, at=at)
        declare_order(
            connection=connection,
            order=as_told(purchase, selling, till=till),
            by=by,
            at=at,
            may_change={Change.FILL, Change.ADD_LINES},
        )
    return Activation(purchase=purchase, units=tuple(lock_units(unit_ids)), repeated=not selling)


def _purchase(connection: Connection, reference: str, first: UUID, at: datetime) -> Purchase:
    """Lock the sale of this number, made if there is none."""
    unit = Entitlement.objects.select_related("product", "partner").get(pk=first)
    Purchase.objects.bulk_create(
        [
            Purchase(
                kind=PurchaseKind.SALE,
                connection=connection,
                external_reference=reference,
                partner=unit.partner,
                currency=unit.product.currency,
                payment=PaymentStatus.PAID.value,
                is_test=connection.is_test,
                notify=False,  # whoever bought it has it in their hands
                state_as_of=at,
                paid_at=at,
                created_at=at,
            )
        ],
        ignore_conflicts=True,
    )
    sales = Purchase.objects.select_for_update(of=("self",))
    return sales.get(connection=connection, external_reference=reference)
