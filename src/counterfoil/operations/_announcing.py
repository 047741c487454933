"""Telling other systems of what is in no entry of the ledger, in the transaction it happens in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from counterfoil.models import Entitlement, Event, Partner, Product, Purchase
from counterfoil.rules.events import EventType, moment


def announce(
    kind: EventType,
    data: Mapping[str, Any],
    *,
    at: datetime,
    purchase: Purchase | None = None,
    partner: Partner | None = None,
) -> Event:
    """
    Write down an event; it is sent once this transaction is committed.

    ``data`` holds ids, handles and words of ours: no code, no secret, no name or address. A partner
    is told of what is its own, and whoever is told of everything which partner that is.
    """
    return Event.objects.create(
        type=kind.value,
        purchase=purchase,
        partner=partner,
        is_test=purchase.is_test if purchase else False,
        occurred_at=at,
        data={**data, "partner": partner.slug if partner else None},
    )


def announce_unit(kind: EventType, entitlement: Entitlement, *, at: datetime) -> Event:
    """Write down an event of an entitlement that no entry tells of, as it was read."""
    return Event.objects.create(
        type=kind.value,
        entitlement=entitlement,
        purchase_id=entitlement.purchase_id,
        partner_id=entitlement.partner_id,
        version=entitlement.version,
        is_test=entitlement.is_test,
        occurred_at=at,
        data={
            "state": str(entitlement.state),
            "product": entitlement.product.sku,
            "partner": entitlement.partner.slug if entitlement.partner else None,
            "expires_at": moment(entitlement.expires_at) if entitlement.expires_at else None,
        },
    )


def announce_handed_on(
    product_id: UUID,
    allotment_id: UUID | None,
    quantity: int,
    *,
    to: Partner,
    at: datetime,
    giver: Partner | None = None,
) -> None:
    """Tell that a partner was given units, by the house or by the partner above it."""
    told = _stock(product_id, allotment_id, quantity) | {"from": giver.slug if giver else None}
    announce(EventType.PARTNER_ALLOTTED, told, at=at, partner=to)


def announce_returned(
    product_id: UUID,
    allotment_id: UUID | None,
    quantity: int,
    *,
    to: Partner,
    at: datetime,
    holder: Partner,
) -> None:
    """Tell that units of a partner, of one allotment or of none, went back to the one above."""
    told = _stock(product_id, allotment_id, quantity) | {"to": to.slug}
    announce(EventType.PARTNER_RETURNED, told, at=at, partner=holder)


def _stock(product_id: UUID, allotment_id: UUID | None, quantity: int) -> dict[str, Any]:
    sku = Product.objects.values_list("sku", flat=True).get(pk=product_id)
    allotment = str(allotment_id) if allotment_id else None
    return {"allotment": allotment, "product": sku, "quantity": quantity}
