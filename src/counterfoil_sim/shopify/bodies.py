"""The body of an order, in the shape of the older REST resource that messages still have."""

from typing import Any

from counterfoil_sim.shopify.event_bodies import refund_body
from counterfoil_sim.shopify.line_bodies import both, gid, line_body, money, pairs
from counterfoil_sim.shopify.sums import (
    current_total,
    decimal,
    financial_status,
    fulfillment_status,
    local,
    original_total,
    outstanding,
)
from counterfoil_sim.world import Obj


def order_body(order: Obj, shop: Obj) -> Obj:
    """Write an order as it stands now."""
    return _standing(order) | _totals(order, order["currency"]) | _parts(order, shop)


def _standing(order: Obj) -> Obj:
    email = order["email"] if order["shows_buyer"] else None
    return {
        "id": order["id"],
        "admin_graphql_api_id": gid("Order", order["id"]),
        "app_id": None,
        "browser_ip": None,
        "buyer_accepts_marketing": False,
        "cancel_reason": order["cancel_reason"],
        "cancelled_at": local(order["cancelled_at"]),
        "checkout_id": order["id"] + 1,
        "closed_at": None,
        "confirmed": True,
        "contact_email": email,
        "created_at": local(order["created_at"]),
        "currency": order["currency"],
        "customer_locale": order["locale"],
        "discount_codes": [],
        "email": email,
        "financial_status": financial_status(order),
        "fulfillment_status": fulfillment_status(order),
        "merchant_of_record_app_id": None,
        "name": f"#{order['number']}",
        "note": order["note"] or None,
        "note_attributes": pairs(order["attributes"]),
        "number": order["number"] - 1000,
        "order_number": order["number"],
        "payment_gateway_names": [order["gateway"]],
        "phone": None,
        "po_number": None,
        "presentment_currency": order["currency"],
        "processed_at": local(order["created_at"]),
        "source_identifier": None,
        "source_name": "web",
        "tags": ", ".join(order["tags"]),
        "tax_exempt": False,
        "tax_lines": [],
        "taxes_included": True,
        "test": order["test"],
        "token": f"{order['id']:032x}",
        "updated_at": local(order["updated_at"]),
        "user_id": None,
    }


def _parts(order: Obj, shop: Obj) -> Obj:
    return {
        "billing_address": None,
        "customer": _customer(order) if order["shows_buyer"] and order["email"] else None,
        "discount_applications": [],
        "fulfillments": [_fulfillment(one, order) for one in order["fulfillments"]],
        "line_items": [line_body(line, order, shop) for line in order["lines"]],
        "payment_terms": None,
        "refunds": [refund_body(refund, order, shop) for refund in order["refunds"]],
        "shipping_address": None,
        "shipping_lines": [],
    }


def _totals(order: Obj, currency: str) -> Obj:
    ordered, left = original_total(order), current_total(order)
    totals: Obj = {"total_outstanding": decimal(outstanding(order))}
    for name, amount in (
        ("current_subtotal_price", left),
        ("current_total_discounts", 0),
        ("current_total_price", left),
        ("current_total_tax", 0),
        ("subtotal_price", ordered),
        ("total_discounts", 0),
        ("total_line_items_price", ordered),
        ("total_price", ordered),
        ("total_tax", 0),
    ):
        totals |= money(name, amount, currency)
    totals["total_shipping_price_set"] = both(0, currency)
    totals["total_tip_received"] = decimal(0)
    return totals


def _customer(order: Obj) -> Obj:
    first, _, last = order["buyer"].partition(" ")
    return {
        "id": order["customer_id"],
        "admin_graphql_api_id": gid("Customer", order["customer_id"]),
        "email": order["email"],
        "first_name": first,
        "last_name": last,
        "phone": None,
        "note": None,
        "state": "disabled",
        "verified_email": True,
        "created_at": local(order["created_at"]),
        "updated_at": local(order["created_at"]),
        "tags": "",
        "currency": order["currency"],
    }


def _fulfillment(fulfillment: Obj, order: Obj) -> Obj:
    tracking: Any = fulfillment["tracking"] or {}
    return {
        "id": fulfillment["id"],
        "admin_graphql_api_id": gid("Fulfillment", fulfillment["id"]),
        "order_id": order["id"],
        "status": "success",
        "created_at": local(fulfillment["at"]),
        "updated_at": local(fulfillment["at"]),
        "tracking_company": tracking.get("company"),
        "tracking_number": tracking.get("number"),
        "tracking_url": tracking.get("url"),
        "line_items": [
            {"id": int(line), "quantity": quantity}
            for line, quantity in fulfillment["lines"].items()
        ],
    }
