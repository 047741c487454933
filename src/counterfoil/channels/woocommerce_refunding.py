"""Giving money back through WooCommerce."""

import hashlib
from collections.abc import Mapping
from typing import Any

from counterfoil.channels.base import RefundRequest
from counterfoil.channels.woocommerce_api import DECIMALS, Api
from counterfoil.channels.woocommerce_messages import order_id
from counterfoil.channels.woocommerce_money import (
    KEY_META,
    UNITS_META,
    amount_of,
    meta_text,
    refund_of,
)
from counterfoil.channels.woocommerce_orders import items_of
from counterfoil.errors import ChannelRefused, OrderInvalid
from counterfoil.rules.money import decimal_text, split
from counterfoil.rules.orders import OrderRefund


def give_back(api: Api, request: RefundRequest) -> OrderRefund:
    """
    Refund an order once per key.

    WooCommerce has no idempotency keys, so the refunds of the order are looked through before one
    is made. Our key stands in the refund's data and, shortened, in its reason: the data is written
    only after the money has moved, the reason before, so the second look finds it whatever was lost
    in between. Two calls with one key at the same moment are not told apart here; who calls holds
    a lock. A refund that the payment provider refused is taken back by WooCommerce itself.
    """
    order_path = _order_path(request)
    order = api.one(order_path, dp=DECIMALS)
    if order is None:
        raise ChannelRefused("the site knows no such order")
    currency = str(order.get("currency") or "").upper()
    if currency != request.currency.upper():
        raise ChannelRefused(f"the order was paid in {currency[:10]}")
    for refund in api.several(f"{order_path}/refunds", dp=DECIMALS):
        if _is_ours(refund, request):
            return refund_of(refund, currency)
    made = api.write("POST", f"{order_path}/refunds", _body(request, order, currency))
    return refund_of(made, currency)


def mark_of(request: RefundRequest) -> str:
    """Give the end of the reason by which a refund of ours is known again."""
    digest = hashlib.sha256(request.idempotency_key.encode()).hexdigest()
    return f"[cf-{digest[:12]}]"


def _is_ours(refund: Mapping[str, Any], request: RefundRequest) -> bool:
    reason = refund.get("reason")
    marked = isinstance(reason, str) and reason.endswith(mark_of(request))
    return marked or meta_text(refund, KEY_META) == request.idempotency_key


def _order_path(request: RefundRequest) -> str:
    reference = order_id(request.payment_reference)
    if reference is None:
        raise ChannelRefused("this is no order of WooCommerce")
    return f"orders/{reference}"


def _body(request: RefundRequest, order: Mapping[str, Any], currency: str) -> dict[str, Any]:
    meta = [{"key": KEY_META, "value": request.idempotency_key}]
    if request.units:
        meta.append({"key": UNITS_META, "value": " ".join(request.units)})
    body: dict[str, Any] = {
        "amount": decimal_text(request.amount, currency),
        "reason": f"{request.reason} {mark_of(request)}".strip(),
        "api_refund": True,
        "meta_data": meta,
    }
    if request.line is not None:
        body["line_items"] = [_item(request, order, currency)]
    return body


def _item(request: RefundRequest, order: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """Divide the amount into price and taxes, as they were in the line."""
    lines = {order_id(item.get("id")): item for item in items_of(order, "line_items")}
    line = lines.get(request.line)
    if line is None:
        raise ChannelRefused("the order has no such line")
    weights = {"": max(amount_of(line, "total", currency=currency), 0)}
    for tax in items_of(line, "taxes"):
        weights[str(tax.get("id"))] = _tax(tax, currency)
    price, *taxes = split(request.amount, weights).items()
    return {
        "id": int(request.line or 0),
        "quantity": request.quantity or 0,
        "refund_total": decimal_text(price[1], currency),
        "refund_tax": [
            {"id": int(rate), "refund_total": decimal_text(amount, currency)}
            for rate, amount in taxes
            if rate.isdecimal()
        ],
    }


def _tax(tax: Mapping[str, Any], currency: str) -> int:
    try:
        return max(amount_of(tax, "total", currency=currency), 0)
    except OrderInvalid:
        return 0  # a rate that was not applied to this line has no amount
