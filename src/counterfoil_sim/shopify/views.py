"""
Orders and what belongs to them, field by field as the API names them.

A value that takes arguments, may be refused or is worth not computing is a function. What is
missing here exists at Shopify and is not simulated: asking for it says so.
"""

from typing import Any

from counterfoil_sim.shopify.asking import Asked
from counterfoil_sim.shopify.fulfilling import fulfillment_orders
from counterfoil_sim.shopify.line_bodies import gid
from counterfoil_sim.shopify.line_views import View, attributes, line_view, money, transaction_view
from counterfoil_sim.shopify.paging import connection
from counterfoil_sim.shopify.shipping_views import fulfillment_order_view, fulfillment_view
from counterfoil_sim.shopify.sums import (
    current_total,
    decimal,
    financial_status,
    fulfillment_status,
    kept,
    original_total,
    outstanding,
    received,
    refunded,
    utc,
)
from counterfoil_sim.world import Obj


def order_view(order: Obj, asked: Asked) -> View:
    """Give an order."""
    paid_view = {
        "displayFinancialStatus": financial_status(order).upper(),
        "fullyPaid": received(order) > 0 and not outstanding(order),
        "unpaid": not received(order),
        "totalPriceSet": money(original_total(order), order),
        "originalTotalPriceSet": money(original_total(order), order),
        "subtotalPriceSet": money(original_total(order), order),
        "currentTotalPriceSet": money(current_total(order), order),
        "currentSubtotalPriceSet": money(current_total(order), order),
        "totalDiscountsSet": money(0, order),
        "totalTaxSet": money(0, order),
        "totalShippingPriceSet": money(0, order),
        "totalReceivedSet": money(received(order), order),
        "totalRefundedSet": money(refunded(order), order),
        "totalOutstandingSet": money(outstanding(order), order),
        "netPaymentSet": money(kept(order), order),
        "paymentGatewayNames": [order["gateway"]],
    }
    return _standing(order) | paid_view | _buyer(order, asked) | _parts(order, asked)


def metafield_view(metafield: Obj) -> View:
    """Give a metafield."""
    return {
        "__typename": "Metafield",
        "id": gid("Metafield", metafield["id"]),
        "namespace": metafield["namespace"],
        "key": metafield["key"],
        "type": metafield["type"],
        "value": metafield["value"],
        "compareDigest": metafield["digest"],
        "createdAt": utc(metafield["created_at"]),
        "updatedAt": utc(metafield["updated_at"]),
    }


def _standing(order: Obj) -> View:
    done = fulfillment_status(order) or "unfulfilled"
    return {
        "__typename": "Order",
        "id": gid("Order", order["id"]),
        "legacyResourceId": str(order["id"]),
        "name": f"#{order['number']}",
        "number": order["number"],
        "test": order["test"],
        "confirmed": True,
        "createdAt": utc(order["created_at"]),
        "processedAt": utc(order["created_at"]),
        "updatedAt": utc(order["updated_at"]),
        "cancelledAt": utc(order["cancelled_at"]),
        "cancelReason": order["cancel_reason"] and order["cancel_reason"].upper(),
        "closed": False,
        "closedAt": None,
        "currencyCode": order["currency"],
        "presentmentCurrencyCode": order["currency"],
        "taxesIncluded": True,
        "sourceName": "web",
        "sourceIdentifier": None,
        "poNumber": None,
        "note": order["note"] or None,
        "tags": sorted(order["tags"]),
        "customAttributes": attributes(order["attributes"]),
        "displayFulfillmentStatus": "PARTIALLY_FULFILLED" if done == "partial" else done.upper(),
    }


def _buyer(order: Obj, asked: Asked) -> View:
    shown = bool(order["shows_buyer"])
    first, _, last = order["buyer"].partition(" ")
    customer = {
        "id": gid("Customer", order["customer_id"]),
        "email": order["email"],
        "firstName": first,
        "lastName": last,
        "displayName": order["buyer"],
        "phone": None,
    }
    return {
        "email": lambda: asked.buyer(order["email"], shown=shown),
        "phone": lambda: asked.buyer(None, shown=shown),
        "customer": lambda: asked.buyer(customer if order["email"] else None, shown=shown),
        "customerLocale": order["locale"],
    }


def _parts(order: Obj, asked: Asked) -> View:
    def disputes() -> list[View]:
        asked.require("read_shopify_payments_disputes")
        return [
            {
                "id": gid("OrderDisputeSummary", one["id"]),
                "initiatedAs": one["kind"].upper(),
                "status": one["status"].upper(),
            }
            for one in order["disputes"]
        ]

    def to_fulfil(**page: Any) -> View:
        asked.require("read_merchant_managed_fulfillment_orders")
        page = {name: value for name, value in page.items() if name not in ("displayable", "query")}
        listed = fulfillment_orders(order)
        return connection(listed, lambda one: fulfillment_order_view(one, order), **page)

    def metafield(*, key: str, namespace: str | None = None) -> View | None:
        found = asked.shop.metafield(order["id"], namespace or "$app", key)
        return metafield_view(found) if found else None

    return {
        "lineItems": lambda **page: connection(
            order["lines"], lambda line: line_view(line, order), **page
        ),
        "refunds": lambda first=None: [
            refund_view(one, order, asked) for one in order["refunds"][:first]
        ],
        "transactions": lambda first=None, **_: [
            transaction_view(one, order) for one in order["transactions"][:first]
        ],
        "fulfillments": lambda first=None, **_: [
            fulfillment_view(one) for one in order["fulfillments"][:first]
        ],
        "fulfillmentOrders": to_fulfil,
        "disputes": disputes,
        "metafield": metafield,
    }


def refund_view(refund: Obj, order: Obj, asked: Asked) -> View:
    """Give a refund."""
    lines = {line["id"]: line for line in order["lines"]}
    moved = [one for one in order["transactions"] if one["id"] in refund["transactions"]]
    back = sum(one["amount"] for one in moved if one["status"] == "success")

    def taken_back(one: Obj) -> View:
        return {
            "id": gid("RefundLineItem", one["id"]),
            "quantity": one["quantity"],
            "restockType": one["restock_type"].upper(),
            "restocked": one["restock_type"] != "no_restock",
            "lineItem": line_view(lines[one["line_id"]], order),
            "subtotalSet": money(one["subtotal"], order),
            "totalTaxSet": money(0, order),
        }

    return {
        "__typename": "Refund",
        "id": gid("Refund", refund["id"]),
        "legacyResourceId": str(refund["id"]),
        "createdAt": utc(refund["at"]),
        "processedAt": utc(refund["at"]),
        "updatedAt": utc(refund["at"]),
        "note": refund["note"] or None,
        "order": lambda: order_view(order, asked),
        "totalRefundedSet": money(back, order),
        "refundLineItems": lambda **page: connection(refund["lines"], taken_back, **page),
        "transactions": lambda **page: connection(
            moved, lambda one: transaction_view(one, order), **page
        ),
    }


def dispute_view(dispute: Obj, order: Obj, asked: Asked) -> View:
    """Give a dispute."""
    asked.require("read_shopify_payments_disputes")
    return {
        "__typename": "ShopifyPaymentsDispute",
        "id": gid("ShopifyPaymentsDispute", dispute["id"]),
        "legacyResourceId": str(dispute["id"]),
        "type": dispute["kind"].upper(),
        "status": dispute["status"].upper(),
        "amount": {"amount": decimal(dispute["amount"]), "currencyCode": order["currency"]},
        "initiatedAt": utc(dispute["at"]),
        "finalizedOn": utc(dispute["finalized_at"]),
        "evidenceDueBy": utc(dispute["at"] + 14 * 86400),
        "order": lambda: order_view(order, asked),
    }
