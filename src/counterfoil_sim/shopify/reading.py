"""What can be asked: the fields of the schema's ``QueryRoot``."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLError

from counterfoil_sim.shopify import search
from counterfoil_sim.shopify.asking import Asked
from counterfoil_sim.shopify.base import API_VERSION
from counterfoil_sim.shopify.fulfilling import fulfillment_orders
from counterfoil_sim.shopify.line_bodies import gid
from counterfoil_sim.shopify.line_views import View
from counterfoil_sim.shopify.paging import Key, connection
from counterfoil_sim.shopify.shipping_views import fulfillment_order_view
from counterfoil_sim.shopify.sums import utc
from counterfoil_sim.shopify.views import dispute_view, order_view, refund_view
from counterfoil_sim.world import Obj

_DAYS_SEEN = 60
_ORDER_KEYS: dict[str, Key] = {
    "CREATED_AT": lambda order: (order["created_at"], order["id"]),
    "ID": lambda order: (order["id"],),
    "ORDER_NUMBER": lambda order: (order["number"],),
    "PROCESSED_AT": lambda order: (order["created_at"], order["id"]),
    "UPDATED_AT": lambda order: (int(order["updated_at"]), order["id"]),
}


def number_of(reference: object, kind: str) -> str:
    """Give the number in an id; nothing that exists if it is an id of something else."""
    prefix = gid(kind, "")
    text = str(reference)
    return text.removeprefix(prefix).partition("?")[0] if text.startswith(prefix) else ""


def query_root(asked: Asked) -> View:
    """Give everything that can be asked for."""
    return {
        "order": lambda *, id: _order(asked, id),  # noqa: A006 - the schema's name
        "orders": lambda **page: _orders(asked, **page),
        "refund": lambda *, id: _refund(asked, id),  # noqa: A006
        "dispute": lambda *, id: _dispute(asked, id),  # noqa: A006
        "fulfillmentOrder": lambda *, id: _fulfillment_order(asked, id),  # noqa: A006
        "webhookSubscription": lambda *, id: _subscription(asked, id),  # noqa: A006
        "webhookSubscriptions": lambda **page: _subscriptions(asked, **page),
        "shop": lambda: _shop(asked),
        "currentAppInstallation": lambda: _installation(asked),
    }


def subscription_view(subscription: Obj) -> View:
    """Give a subscription."""
    return {
        "__typename": "WebhookSubscription",
        "id": subscription["gid"],
        "legacyResourceId": str(subscription["id"]),
        "topic": subscription["topic"].replace("/", "_").upper(),
        "uri": subscription["uri"],
        "callbackUrl": subscription["uri"],
        "endpoint": {
            "__typename": "WebhookHttpEndpoint",
            "callbackUrl": subscription["uri"],
        },
        "format": "JSON",
        "name": subscription["name"],
        "filter": None,
        "includeFields": subscription["fields"],
        "metafieldNamespaces": [],
        "apiVersion": {"handle": API_VERSION, "displayName": API_VERSION, "supported": True},
        "createdAt": utc(subscription["created_at"]),
        "updatedAt": utc(subscription["updated_at"]),
    }


def _visible(asked: Asked) -> Callable[[Obj], bool]:
    asked.require("read_orders")
    if "read_all_orders" in asked.shop.app["scopes"]:
        return lambda _order: True
    since = asked.shop.clock() - _DAYS_SEEN * 86400
    return lambda order: bool(order["created_at"] >= since)


def _order(asked: Asked, reference: str) -> View | None:
    visible = _visible(asked)
    order = asked.shop.store.orders.get(number_of(reference, "Order"))
    return order_view(order, asked) if order and visible(order) else None


def _orders(
    asked: Asked,
    *,
    query: str | None = None,
    sortKey: str = "PROCESSED_AT",  # noqa: N803 - the schema's name
    savedSearchId: str | None = None,  # noqa: N803
    **page: Any,
) -> View:
    if savedSearchId is not None or sortKey not in _ORDER_KEYS:
        raise GraphQLError(f"Not simulated: a saved search, or sorting by {sortKey}")
    visible, matches = _visible(asked), search.matching(query)
    found = [
        order for order in asked.shop.store.orders.values() if visible(order) and matches(order)
    ]
    return connection(
        found, lambda order: order_view(order, asked), key=_ORDER_KEYS[sortKey], **page
    )


def _refund(asked: Asked, reference: str) -> View | None:
    visible, number = _visible(asked), number_of(reference, "Refund")
    for order in asked.shop.store.orders.values():
        for refund in order["refunds"]:
            if str(refund["id"]) == number and visible(order):
                return refund_view(refund, order, asked)
    return None


def _dispute(asked: Asked, reference: str) -> View | None:
    numbers = {number_of(reference, k) for k in ("ShopifyPaymentsDispute", "OrderDisputeSummary")}
    for order in asked.shop.store.orders.values():
        for dispute in order["disputes"]:
            if str(dispute["id"]) in numbers:
                return dispute_view(dispute, order, asked)
    return None


def _fulfillment_order(asked: Asked, reference: str) -> View | None:
    asked.require("read_merchant_managed_fulfillment_orders")
    number = number_of(reference, "FulfillmentOrder")
    order = asked.shop.store.orders.get(number[:-1])
    for one in fulfillment_orders(order) if order else ():
        if str(one["id"]) == number:
            return fulfillment_order_view(one, order or {})
    return None


def _subscription(asked: Asked, reference: str) -> View | None:
    number = number_of(reference, "WebhookSubscription")
    found = asked.shop.store.subscriptions.get(number)
    return subscription_view(found) if found and found["by_app"] else None


def _subscriptions(
    asked: Asked,
    *,
    topics: list[str] | None = None,
    uri: str | None = None,
    callbackUrl: str | None = None,  # noqa: N803
    sortKey: str | None = None,  # noqa: N803
    query: str | None = None,
    format: str | None = None,  # noqa: A002
    **page: Any,
) -> View:
    if query:
        raise GraphQLError("Not simulated: searching subscriptions")
    wanted = uri or callbackUrl
    found = [
        one
        for one in asked.shop.store.subscriptions.values()
        if one["by_app"]
        and (topics is None or one["topic"].replace("/", "_").upper() in topics)
        and (wanted is None or one["uri"] == wanted)
    ]
    return connection(found, subscription_view, key=lambda one: (one["id"],), **page)


def _shop(asked: Asked) -> View:
    shop = asked.shop.identity
    return {
        "__typename": "Shop",
        "id": gid("Shop", shop["id"]),
        "name": shop["name"],
        "email": shop["email"],
        "contactEmail": shop["email"],
        "myshopifyDomain": shop["domain"],
        "currencyCode": shop["currency"],
        "ianaTimezone": shop["zone"],
        "timezoneOffset": "-0500",
        "taxesIncluded": True,
        "url": f"https://{shop['domain']}",
    }


def _installation(asked: Asked) -> View:
    return {
        "__typename": "AppInstallation",
        "id": gid("AppInstallation", asked.shop.app["id"]),
        "accessScopes": [
            {"handle": scope, "description": scope} for scope in sorted(asked.shop.app["scopes"])
        ],
        "app": {"id": gid("App", asked.shop.app["id"]), "title": "Counterfoil"},
    }
