"""
A Stripe Checkout session, with its lines, refunds and disputes, as an order.

Everything here works on plain dictionaries as Stripe writes them. Words that Stripe adds later are
read in the way that issues nothing and withdraws nothing.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from counterfoil.channels.gift_wishes import KEYS, gift_of
from counterfoil.channels.stripe_amounts import from_stripe
from counterfoil.channels.stripe_money import dispute_of, moment, refund_of
from counterfoil.errors import OrderInvalid
from counterfoil.rules.orders import OrderGift, OrderLine, OrderState, PaymentStatus

_DEAD_PAYMENTS = ("requires_payment_method", "canceled")
_GIFT_FIELDS = {key.removeprefix("cf_").replace("_", ""): key for key in KEYS}


def order_of(
    session: Mapping[str, Any],
    *,
    items: Iterable[Mapping[str, Any]],
    refunds: Iterable[Mapping[str, Any]] = (),
    disputes: Iterable[Mapping[str, Any]] = (),
    as_of: datetime,
) -> OrderState:
    """
    Say in our words how a session stands.

    The session should carry its payment in full (``expand`` ``payment_intent.latest_charge``):
    only the payment tells a delayed one that failed from one that is still on its way.

    :raises OrderInvalid: if the session lacks what every order has.
    """
    payment = payment_status(session)
    buyer = _mapping(session.get("customer_details"))
    currency = _required(session, "currency").upper()
    return OrderState(
        reference=_required(session, "id"),
        as_of=as_of,
        payment=payment,
        payment_reference=payment_reference(session) or "",
        is_test=session.get("livemode") is not True,
        currency=currency,
        amount_total=from_stripe(_amount(session, "amount_total"), currency),
        lines=tuple(_line(item, currency) for item in items),
        paid_at=_paid_at(session) if payment is PaymentStatus.PAID else None,
        buyer_email=_text(buyer.get("email")) or _text(session.get("customer_email")) or None,
        buyer_name=_text(buyer.get("name")),
        locale=_text(session.get("locale")),
        cart=_cart(session),
        gift=_gift(session),
        refunds=tuple(refund_of(refund) for refund in refunds),
        disputes=tuple(dispute_of(dispute) for dispute in disputes),
    )


def payment_status(session: Mapping[str, Any]) -> PaymentStatus:
    """Say whether a session is paid; *complete* alone does not mean that it is."""
    match session.get("status"), session.get("payment_status"):
        case "complete", "paid" | "no_payment_required":
            return PaymentStatus.PAID
        case "complete", _:
            failed = _mapping(session.get("payment_intent")).get("status") in _DEAD_PAYMENTS
            return PaymentStatus.FAILED if failed else PaymentStatus.AWAITING
        case "expired", _:
            return PaymentStatus.EXPIRED
        case _:
            return PaymentStatus.OPEN


def payment_reference(session: Mapping[str, Any]) -> str | None:
    """Give the id of the payment, which a session has once somebody tried to pay."""
    intent = session.get("payment_intent")
    return _text(intent.get("id") if isinstance(intent, Mapping) else intent) or None


def _paid_at(session: Mapping[str, Any]) -> datetime:
    charge = _mapping(_mapping(session.get("payment_intent")).get("latest_charge"))
    return moment(charge.get("created") or session.get("created"))


def _line(item: Mapping[str, Any], currency: str) -> OrderLine:
    price = _mapping(item.get("price"))
    quantity = item.get("quantity") or 0
    unit_amount = price.get("unit_amount")
    if not isinstance(unit_amount, int):
        unit_amount = _amount(item, "amount_subtotal") // max(quantity, 1)
    return OrderLine(
        reference=_required(item, "id"),
        product_keys=_product_keys(item, price),
        description=_text(item.get("description")),
        quantity=quantity,
        unit_amount=from_stripe(unit_amount, currency),
        amount_total=from_stripe(_amount(item, "amount_total"), currency),
    )


def _product_keys(item: Mapping[str, Any], price: Mapping[str, Any]) -> tuple[str, ...]:
    product = price.get("product")
    details = _mapping(product)
    product_id = details.get("id") if details else product
    keys = [
        ("price", price.get("id")),
        ("lookup", price.get("lookup_key")),
        ("sku", _mapping(item.get("metadata")).get("cf_sku")),
        ("sku", _mapping(price.get("metadata")).get("cf_sku")),
        ("sku", _mapping(details.get("metadata")).get("cf_sku")),
        ("product", product_id),
    ]
    return tuple(dict.fromkeys(f"{kind}:{_text(key)}" for kind, key in keys if _text(key)))


def _cart(session: Mapping[str, Any]) -> str | None:
    if ours := _text(_mapping(session.get("metadata")).get("cf_cart")):
        return ours
    # Whoever follows a payment link can write any reference into its address.
    trusted = not session.get("payment_link")
    return (_text(session.get("client_reference_id")) if trusted else "") or None


def _gift(session: Mapping[str, Any]) -> OrderGift | None:
    """
    Read what the buyer typed into fields of the checkout, or the site put into the metadata.

    Stripe allows letters and digits in the key of a field, so ``cf_recipient_email`` is called
    ``recipientemail`` there.
    """
    fields = session.get("custom_fields")
    wished = {key: _text(value) for key, value in _mapping(session.get("metadata")).items()}
    for field in fields if isinstance(fields, list) else ():
        answer = _mapping(_mapping(field).get(_text(_mapping(field).get("type"))))
        if key := _GIFT_FIELDS.get(_text(_mapping(field).get("key")).lower().removeprefix("cf")):
            wished[key] = _text(answer.get("value")).strip()
    return gift_of(wished)


def _required(source: Mapping[str, Any], field: str) -> str:
    value = _text(source.get(field))
    if not value:
        raise OrderInvalid(f"{source.get('object', 'object')} without {field}")
    return value


def _amount(source: Mapping[str, Any], field: str) -> int:
    value = source.get(field)
    if not isinstance(value, int) or isinstance(value, bool):
        raise OrderInvalid(f"{source.get('id', 'object')} without {field}")
    return value


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(value: object) -> str:
    # PostgreSQL has no room for NUL, and no name or address needs one.
    return value.replace("\x00", "") if isinstance(value, str) else ""
