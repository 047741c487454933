"""
A Shopify order in our words.

Money is what the buyer pays in: refunds are made in it, so they add up, which they do not in the
shop's own currency once the rate has moved.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from counterfoil.channels.gift_wishes import gift_of, wishes
from counterfoil.channels.shopify_values import (
    count,
    mapping,
    moment,
    money,
    number_of,
    reference,
    required_moment,
    several,
    text,
)
from counterfoil.errors import OrderInvalid
from counterfoil.rules.orders import (
    OrderDispute,
    OrderLine,
    OrderRefund,
    OrderState,
    PaymentStatus,
    RefundedLine,
)

Data = Mapping[str, Any]

STATUSES = {
    "PAID": PaymentStatus.PAID,
    "PARTIALLY_REFUNDED": PaymentStatus.PAID,
    "REFUNDED": PaymentStatus.PAID,
    "AUTHORIZED": PaymentStatus.AWAITING,
    "PENDING": PaymentStatus.AWAITING,
    "PARTIALLY_PAID": PaymentStatus.AWAITING,
    "VOIDED": PaymentStatus.FAILED,
    "EXPIRED": PaymentStatus.EXPIRED,
}
GIFT_CARD = "shopify:gift_card"


def currency_of(order: Data) -> str:
    """
    Give the currency the buyer pays in.

    :raises OrderInvalid: if the order says none.
    """
    found = text(order.get("presentmentCurrencyCode"))
    if len(found) != 3 or not found.isupper():
        raise OrderInvalid("an order without a currency")
    return found


def payment_of(order: Data, *, authorized_is_paid: bool) -> PaymentStatus:
    """Say whether an order is paid; a word we do not know issues nothing and takes nothing."""
    status = text(order.get("displayFinancialStatus"))
    if status == "AUTHORIZED" and authorized_is_paid:
        return PaymentStatus.PAID
    return STATUSES.get(status, PaymentStatus.AWAITING)


def order_of(
    order: Data,
    *,
    lines: Sequence[Data],
    buyer: Data,
    refunds: Sequence[OrderRefund],
    disputes: Sequence[OrderDispute],
    authorized_is_paid: bool,
    as_of: datetime,
) -> OrderState:
    """
    Say in our words how an order stands.

    :raises OrderInvalid: if it lacks what every order has.
    """
    currency = currency_of(order)
    payment = payment_of(order, authorized_is_paid=authorized_is_paid)
    cancelled_at = moment(order.get("cancelledAt"))
    refunded = _refunded_units(refunds)
    wished = wishes(several(order.get("customAttributes")))
    found = [
        _line(one, refunded=refunded, wished=wished, order=order, currency=currency)
        for one in lines
    ]
    if text(order.get("displayFinancialStatus")) == "REFUNDED" and cancelled_at is None:
        found, refunds = _all_went_back(found, refunds, refunded)
    return OrderState(
        reference=number_of(order),
        number=text(order.get("name"))[:64],
        as_of=as_of,
        payment=payment,
        payment_reference=number_of(order),
        is_test=order.get("test") is True,
        currency=currency,
        amount_total=_total(order, currency),
        lines=tuple(line for line in found if line.quantity),
        paid_at=_paid_at(order) if payment is PaymentStatus.PAID else None,
        cancelled_at=cancelled_at,
        buyer_email=text(buyer.get("email")).strip() or None,
        buyer_name=_name(mapping(buyer.get("customer"))),
        locale=text(order.get("customerLocale")),
        gift=gift_of(wished),
        refunds=tuple(refunds),
        disputes=tuple(disputes),
    )


def _line(
    line: Data,
    *,
    refunded: Mapping[str, int],
    wished: Mapping[str, str],
    order: Data,
    currency: str,
) -> OrderLine:
    """
    Read a line; wanted is what is on it now and what was refunded, as refunds are taken off after.

    What an edit removed is on neither side. Its amounts are for all that was ever ordered.
    """
    number = number_of(line)
    ordered, now = count(line, "quantity"), count(line, "currentQuantity")
    wanted = min(now + refunded.get(number, 0), max(ordered, now))
    unit_amount = money(line.get("originalUnitPriceSet"), currency=currency)
    total = unit_amount * ordered - sum(
        money(one.get("allocatedAmountSet"), currency=currency)
        for one in several(line.get("discountAllocations"))
    )
    if order.get("taxesIncluded") is not True:
        total += sum(
            money(one.get("priceSet"), currency=currency) for one in several(line.get("taxLines"))
        )
    own = wishes(several(line.get("customAttributes")))
    return OrderLine(
        reference=number,
        product_keys=_product_keys(line),
        description=text(line.get("name")),
        quantity=wanted,
        unit_amount=unit_amount,
        amount_total=max(total, 0) * wanted // max(ordered, 1),
        gift=gift_of({**wished, **own}) if own else None,
        is_foreign=line.get("isGiftCard") is True,
    )


def _product_keys(line: Data) -> tuple[str, ...]:
    """Give what a line may be mapped by, the narrowest first."""
    keys = [
        ("variant", reference(line.get("variant"))),
        ("sku", text(line.get("sku")).strip()),
        ("product", reference(line.get("product"))),
    ]
    found = [f"{kind}:{key}" for kind, key in keys if key]
    if line.get("isGiftCard") is True:
        found.append(GIFT_CARD)
    # What was typed in by hand at the counter or in the admin has nothing but a title.
    return tuple(found) or (f"title:{text(line.get('name')).strip()[:150] or '-'}",)


def _refunded_units(refunds: Sequence[OrderRefund]) -> Counter[str]:
    units: Counter[str] = Counter()
    for refund in refunds:
        for part in refund.lines:
            units[part.line] += part.quantity
    return units


def _all_went_back(
    lines: list[OrderLine], refunds: Sequence[OrderRefund], refunded: Mapping[str, int]
) -> tuple[list[OrderLine], Sequence[OrderRefund]]:
    """
    Follow Shopify where it says that all the money is back, whatever the refunds named.

    The last refund that named no lines takes what is left; if there is none, nothing is wanted.
    """
    left = {line.reference: line.quantity - refunded.get(line.reference, 0) for line in lines}
    rest = tuple(
        RefundedLine(line=line, quantity=quantity, amount=0)
        for line, quantity in left.items()
        if quantity > 0
    )
    silent = [one for one in refunds if one.money_only]
    if not rest:
        return lines, refunds
    if not silent:
        return [replace(one, quantity=refunded.get(one.reference, 0)) for one in lines], refunds
    last = max(silent, key=lambda one: (one.at, one.reference))
    whole = replace(last, money_only=False, lines=rest)
    return lines, [whole if one is last else one for one in refunds]


def _total(order: Data, currency: str) -> int:
    """Give what was or is to be paid, before anything went back."""
    asked = money(order.get("totalPriceSet"), currency=currency)
    received = order.get("totalReceivedSet")
    return max(asked, money(received, currency=currency) if received else 0)


def _paid_at(order: Data) -> datetime:
    moments = [
        moment(one.get("processedAt"))
        for one in several(order.get("transactions"))
        if one.get("status") == "SUCCESS" and one.get("kind") in ("SALE", "CAPTURE")
    ]
    known = [one for one in moments if one is not None]
    return max(known) if known else required_moment(order, "processedAt")


def _name(customer: Data) -> str:
    parts = (text(customer.get("firstName")), text(customer.get("lastName")))
    return " ".join(part for part in parts if part)[:200]
