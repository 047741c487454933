"""From the body of a request to an order as it is told."""

from datetime import datetime

from counterfoil.api.purchase_bodies import (
    CancelRequest,
    GiftRequest,
    HolderRequest,
    LineRequest,
    PurchaseRequest,
)
from counterfoil.rules.declared import (
    Cancellation,
    CancelledLine,
    DeclaredLine,
    DeclaredOrderBody,
)
from counterfoil.rules.orders import OrderGift, OrderHolder


def order_of(told: PurchaseRequest, *, is_test: bool) -> DeclaredOrderBody:
    """Read a purchase as an order; whoever tells it was paid for it, or answers for it."""
    buyer = told.buyer
    return DeclaredOrderBody(
        reference=told.reference,
        number=told.number,
        currency=told.currency,
        lines=tuple(_line(line, place) for place, line in enumerate(told.lines, start=1)),
        buyer_mail=(buyer.mail or None) if buyer else None,
        buyer_name=buyer.name if buyer else "",
        locale=buyer.locale if buyer else "",
        paid_at=told.paid_at,
        is_test=is_test,
        gift=_gift(told.gift),
        notify=told.notify_buyer,
    )


def part_of(told: CancelRequest, *, at: datetime) -> Cancellation:
    """Read what part of a purchase is taken back."""
    return Cancellation(
        reference=told.reference,
        at=at,
        lines=tuple(CancelledLine(line=one.line, quantity=one.quantity) for one in told.lines),
        units=tuple(told.units),
        reason=told.reason,
    )


def _line(told: LineRequest, place: int) -> DeclaredLine:
    return DeclaredLine(
        reference=told.reference or str(place),
        sku=told.sku,
        quantity=told.quantity,
        unit_amount=told.unit_amount,
        amount_total=told.amount_total,
        description=told.description,
        gift=_gift(told.gift),
        holders=tuple(map(_holder, told.holders)),
    )


def _gift(told: GiftRequest | None) -> OrderGift | None:
    if told is None:
        return None
    return OrderGift(
        recipient_mail=told.recipient_mail or None,
        recipient_name=told.recipient_name,
        sender_name=told.sender_name,
        message=told.message,
        send_at=told.send_at,
    )


def _holder(told: HolderRequest) -> OrderHolder:
    subject = told.subject
    return OrderHolder(
        account=told.account,
        mail=told.mail or None,
        subject_kind=subject.kind if subject else "",
        subject_reference=subject.reference if subject else "",
        subject_data=subject.data if subject else {},
    )
