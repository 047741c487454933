"""Orders, refunds and webhooks as WooCommerce keeps them, and as its API writes them."""

import copy
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from counterfoil_sim.errors import Refused
from counterfoil_sim.world import Obj

SITE_AHEAD = 7200
_AMOUNTS = ("subtotal", "subtotal_tax", "total", "total_tax")
_RATE = 75


def new_order(number: int, *, key: str, currency: str, status: str, email: str, at: int) -> Obj:
    """Give an order without items."""
    address = {"first_name": "Ann", "last_name": "Buyer", "country": "US"}
    return {
        "id": number,
        "parent_id": 0,
        "number": str(number),
        "order_key": f"wc_order_{key}",
        "created_via": "checkout",
        "status": status,
        "before_trash": "",
        "currency": currency,
        "date_created": at,
        "date_modified": at,
        "date_paid": None,
        "date_completed": None,
        "shipping_total": "0",
        "total": "0",
        "total_tax": "0",
        "customer_id": 0,
        "billing": {**address, "email": email},
        "shipping": address,
        "payment_method": "card",
        "transaction_id": "",
        "meta_data": [],
        "line_items": [],
    }


def new_item(number: int, wanted: Mapping[str, object], *, tax: Decimal) -> Obj:
    """Give an item of an order; ``discount`` is what a coupon takes off all of it."""
    price, quantity = Decimal(str(wanted["price"])), int(str(wanted.get("quantity", 1)))
    item: Obj = {
        "id": number,
        "name": str(wanted.get("name", "Something")),
        "product_id": wanted.get("product_id", 51),
        "variation_id": wanted.get("variation_id", 0),
        "quantity": quantity,
        "sku": wanted.get("sku", ""),
        "list_price": str(price),
        "paid_price": str(price - Decimal(str(wanted.get("discount", 0))) / quantity),
        "tax_percent": str(tax),
        "meta_data": [],
    }
    set_quantity(item, quantity)
    return item


def set_quantity(item: Obj, quantity: int) -> None:
    """Have so many of an item, at its price."""
    rate = Decimal(item["tax_percent"]) / 100
    listed, paid = (Decimal(item[name]) * quantity for name in ("list_price", "paid_price"))
    item["quantity"] = quantity
    amounts = (listed, listed * rate, paid, paid * rate)
    item |= {name: str(amount) for name, amount in zip(_AMOUNTS, amounts, strict=True)}
    tax = {"id": _RATE, "total": item["total_tax"], "subtotal": item["subtotal_tax"]}
    item["taxes"] = [tax] if rate else []


def add_up(order: Obj) -> None:
    """Give an order its total."""
    items = order["line_items"]
    tax = sum((Decimal(item["total_tax"]) for item in items), Decimal(0))
    net = sum((Decimal(item["total"]) for item in items), Decimal(0))
    order["total_tax"] = str(tax)
    order["total"] = str(_cents(net + tax + Decimal(order["shipping_total"])))


def item_of(order: Obj, number: int) -> Obj:
    """
    Give an item of an order.

    :raises Refused: if it has none such.
    """
    for item in order["line_items"]:
        if item["id"] == number:
            found: Obj = item
            return found
    raise Refused("The order has no such item.", status=400)


def share_of(item: Obj, quantity: int) -> Obj:
    """Give so many of an item as a refund has it: everything counts negative."""
    share: Obj = {key: item[key] for key in ("name", "product_id", "variation_id", "sku")}
    parts = Decimal(quantity) / Decimal(item["quantity"])
    share |= {key: str(-_cents(Decimal(item[key]) * parts)) for key in _AMOUNTS}
    return share | {"of": item["id"], "quantity": -quantity, "taxes": [], "meta_data": []}


def worth_of(share: Obj) -> Decimal:
    """Give what a refunded item is worth."""
    return -(Decimal(share["total"]) + Decimal(share["total_tax"]))


def new_refund(number: int, amount: Decimal, reason: str, *, at: int) -> Obj:
    """Give a refund without items."""
    return {
        "id": number,
        "date_created": at,
        "amount": str(amount),
        "reason": reason,
        "refunded_by": 1,
        "refunded_payment": True,
        "meta_data": [],
        "line_items": [],
    }


def new_webhook(number: int, topic: str, url: str, secret: str, name: str, *, at: int) -> Obj:
    """Give an active webhook."""
    return {
        "id": number,
        "name": name or topic,
        "status": "active",
        "topic": topic,
        "delivery_url": url,
        "secret": secret,
        "failures": 0,
        "date_created": at,
    }


def written_order(order: Obj, *, refunds: Iterable[Obj], decimals: int) -> Obj:
    """Write an order as the API does; prices are numbers there, and everything else is text."""
    written = copy.deepcopy(order)
    del written["before_trash"]
    _write_dates(written, "created", "modified", "paid", "completed")
    for name in ("total", "total_tax", "shipping_total"):
        written[name] = decimal_text(written[name], decimals)
    written["line_items"] = [_written_item(item, decimals) for item in written["line_items"]]
    written["refunds"] = [
        {
            "id": one["id"],
            "reason": one["reason"],
            "total": f"-{decimal_text(one['amount'], decimals)}",
        }
        for one in refunds
    ]
    return written | {name: [] for name in ("tax_lines", "shipping_lines", "fee_lines")}


def written_refund(refund: Obj, *, decimals: int) -> Obj:
    """Write a refund as the API does."""
    written = copy.deepcopy(refund)
    _write_dates(written, "created")
    written["amount"] = decimal_text(written["amount"], decimals)
    written["line_items"] = [_written_item(item, decimals) for item in written["line_items"]]
    return written


def written_webhook(hook: Obj) -> Obj:
    """Write a webhook as the API does: its secret is never told."""
    written = {key: hook[key] for key in hook if key not in ("secret", "failures")}
    _write_dates(written, "created")
    resource, _, event = hook["topic"].partition(".")
    return written | {"resource": resource, "event": event}


def decimal_text(amount: Any, decimals: int) -> str:
    """Write an amount with so many decimals."""
    return str(Decimal(str(amount)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def _written_item(item: Obj, decimals: int) -> Obj:
    written = {
        key: value
        for key, value in item.items()
        if key not in ("list_price", "paid_price", "tax_percent")
    }
    written |= {name: decimal_text(written[name], decimals) for name in _AMOUNTS}
    written["price"] = float(item["total"]) / (item["quantity"] or 1)
    return written


def _write_dates(written: Obj, *names: str) -> None:
    for name in names:
        at = written[f"date_{name}"]
        for suffix, ahead in (("", SITE_AHEAD), ("_gmt", 0)):
            moment = None if at is None else datetime.fromtimestamp(at + ahead, tz=UTC)
            text = None if moment is None else f"{moment:%Y-%m-%dT%H:%M:%S}"
            written[f"date_{name}{suffix}"] = text


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
