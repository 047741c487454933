"""A WooCommerce order in our words."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import unescape
from typing import Any

from counterfoil.channels.gift_wishes import gift_of, wishes
from counterfoil.channels.woocommerce_messages import order_id
from counterfoil.channels.woocommerce_money import amount_of, refunds_of, whole_number
from counterfoil.channels.woocommerce_status import (
    Statuses,
    is_dead,
    moment,
    payment_of,
    status_of,
)
from counterfoil.errors import OrderInvalid
from counterfoil.rules.orders import OrderLine, OrderRefund, OrderState, PaymentStatus

LANGUAGE_KEYS = ("cf_locale", "wpml_language", "_wpml_language", "trp_language", "_locale")
"""Where plugins for shops in several languages write the buyer's; WooCommerce itself does not."""

TEST_MARKS = {"_wcpay_mode": "test", "cf_test": "yes"}
"""What payment plugins write on an order that was paid with play money, as far as they do."""


def order_of(
    order: Mapping[str, Any],
    *,
    refunds: Iterable[Mapping[str, Any]],
    statuses: Statuses,
    is_test: bool,
    locale: str,
    as_of: datetime,
) -> OrderState:
    """
    Say in our words how an order and its refunds stand.

    :raises OrderInvalid: if it lacks what every order has.
    """
    reference = order_id(order.get("id"))
    currency = text(order.get("currency")).upper()
    if reference is None or not currency:
        raise OrderInvalid("an order without id or currency")
    meta = meta_of(order)
    payment = payment_of(order, statuses)
    wished = wishes(pairs_of(order))
    lines = tuple(_line(item, currency, wished) for item in items_of(order, "line_items"))
    listed = list(refunds)
    given_back = refunds_of(listed, currency=currency)
    total = amount_of(order, "total", currency=currency)
    billing = order.get("billing")
    billing = billing if isinstance(billing, Mapping) else {}
    names = (text(billing.get("first_name")), text(billing.get("last_name")))
    return OrderState(
        reference=reference,
        as_of=as_of,
        payment=payment,
        # Money is given back to an order here, and not to a payment.
        payment_reference=reference,
        is_test=is_test or any(meta.get(key) == mark for key, mark in TEST_MARKS.items()),
        currency=currency,
        amount_total=total,
        lines=lines,
        paid_at=moment(order, "date_paid_gmt"),
        cancelled_at=_cancelled_at(order, payment, given_back, total, statuses, as_of),
        buyer_email=text(billing.get("email")).strip() or None,
        buyer_name=" ".join(name for name in names if name).strip(),
        locale=_language(meta) or locale,
        refunds=given_back,
        lists_all_refunds=_refund_ids(items_of(order, "refunds")) == _refund_ids(listed),
        gift=gift_of(wished),
        number=text(order.get("number")) or reference,
    )


def _refund_ids(refunds: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Give the ids of refunds, to compare what the order says with what the site lists."""
    return frozenset(text(refund.get("id")) or str(refund.get("id")) for refund in refunds)


def items_of(source: Mapping[str, Any], field: str) -> list[Mapping[str, Any]]:
    """
    Give the items in one of the lists of an order or a refund.

    :raises OrderInvalid: if it is not such a list.
    """
    found = source.get(field) or []
    if not isinstance(found, list) or not all(isinstance(item, Mapping) for item in found):
        raise OrderInvalid(f"{field} is not a list of items")
    return found


def meta_of(source: Mapping[str, Any]) -> dict[str, str]:
    """Give what plugins wrote on something, as far as it is plain text."""
    return {text(entry.get("key")): text(entry.get("value")) for entry in pairs_of(source)}


def pairs_of(source: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Give the entries of what plugins wrote on something."""
    found = source.get("meta_data")
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def text(value: object) -> str:
    """Give a text; whole numbers are one, too, and PostgreSQL has no room for NUL."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value.replace("\x00", "") if isinstance(value, str) else ""


def _line(item: Mapping[str, Any], currency: str, wished: Mapping[str, str]) -> OrderLine:
    reference = order_id(item.get("id"))
    if reference is None:
        raise OrderInvalid("a line without id")
    quantity = whole_number(item, "quantity")
    listed = amount_of(item, "subtotal", "subtotal_tax", currency=currency)
    own = wishes(pairs_of(item))
    return OrderLine(
        reference=reference,
        product_keys=_product_keys(item),
        description=unescape(text(item.get("name"))),
        quantity=quantity,
        unit_amount=listed // max(quantity, 1),
        amount_total=amount_of(item, "total", "total_tax", currency=currency),
        gift=gift_of({**wished, **own}) if own else None,
    )


def _product_keys(item: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the product, the most particular name first; 0 and nothing are no names."""
    names = (
        ("variation", order_id(item.get("variation_id"))),
        ("sku", text(item.get("sku")).strip()),
        ("product", order_id(item.get("product_id"))),
    )
    # The product may have been deleted from the shop since: then its name is all there is.
    keys = tuple(f"{kind}:{name}" for kind, name in names if name)
    return keys or (f"name:{unescape(text(item.get('name')))[:100]}",)


def _cancelled_at(
    order: Mapping[str, Any],
    payment: PaymentStatus,
    refunds: tuple[OrderRefund, ...],
    total: int,
    statuses: Statuses,
    as_of: datetime,
) -> datetime | None:
    if not is_dead(order, statuses) or payment is PaymentStatus.FAILED:
        return None
    refunded = sum(refund.amount for refund in refunds)
    if status_of(order) == "refunded" and refunds and refunded >= total:
        return None  # the refunds say themselves what went back, and that it was everything
    return moment(order, "date_modified_gmt") or as_of


def _language(meta: Mapping[str, str]) -> str:
    return next((meta[key][:16] for key in LANGUAGE_KEYS if meta.get(key)), "")
