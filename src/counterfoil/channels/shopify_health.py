"""
Whether Shopify still sends us its messages.

Shopify removes a subscription after a few hours of failures and tells nobody, so what is subscribed
is compared with what should be, again and again. Messages carry no more than is needed to find the
order: no names, no addresses.
"""

from collections.abc import Mapping
from typing import Any

from counterfoil.channels import shopify_documents as documents
from counterfoil.channels.base import ChannelHealth
from counterfoil.channels.shopify_api import ShopifyApi, shop_of
from counterfoil.channels.shopify_values import mapping, several, text
from counterfoil.errors import ChannelRefused

ORDER_FIELDS = ("id", "admin_graphql_api_id", "financial_status", "test", "updated_at")
REFUND_FIELDS = ("id", "admin_graphql_api_id", "order_id", "processed_at")
DISPUTES = "read_shopify_payments_disputes"

TOPICS: Mapping[str, tuple[str, ...]] = {
    "ORDERS_CREATE": ORDER_FIELDS,
    "ORDERS_PAID": ORDER_FIELDS,
    "ORDERS_UPDATED": ORDER_FIELDS,
    "ORDERS_CANCELLED": ORDER_FIELDS,
    "ORDERS_EDITED": (),
    "REFUNDS_CREATE": REFUND_FIELDS,
    "APP_UNINSTALLED": (),
}
DISPUTE_TOPICS: Mapping[str, tuple[str, ...]] = {"DISPUTES_CREATE": (), "DISPUTES_UPDATE": ()}

Data = Mapping[str, Any]


class Subscriptions:
    """The subscriptions of one app in one shop."""

    def __init__(self, api: ShopifyApi, shop: str) -> None:
        """Ask nothing yet."""
        self._api = api
        self._shop = shop
        self._mended: list[str] = []
        self._troubles: list[str] = []
        self._hints: list[str] = []

    def check(self, address: str, *, needed: tuple[tuple[str, ...], ...]) -> ChannelHealth:
        """
        Make sure that every topic comes to this address, and say which permissions are missing.

        :raises ChannelUnavailable: if Shopify does not answer.
        """
        scopes = self._identity()
        self._judge(scopes, needed)
        found: dict[str, list[Data]] = {}
        for one in self._api.pages(documents.SUBSCRIPTIONS, ("webhookSubscriptions",)):
            found.setdefault(text(one.get("topic")), []).append(one)
        topics = {**TOPICS, **(DISPUTE_TOPICS if DISPUTES in scopes else {})}
        for topic, fields in topics.items():
            try:
                self._subscribe(topic, fields, found.get(topic, []), address)
            except ChannelRefused as refusal:
                self._troubles.append(f"Shopify does not subscribe us to {topic}: {refusal}")
        return ChannelHealth(
            mended=tuple(self._mended), troubles=tuple(self._troubles), hints=tuple(self._hints)
        )

    def _identity(self) -> frozenset[str]:
        found = self._api.ask(documents.IDENTITY)
        domain = mapping(found.get("shop")).get("myshopifyDomain")
        if shop_of(domain) != self._shop:
            self._troubles.append(f"The access token is one of another shop: {domain}")
        listed = several(mapping(found.get("currentAppInstallation")).get("accessScopes"))
        return frozenset(text(one.get("handle")) for one in listed)

    def _judge(self, scopes: frozenset[str], needed: tuple[tuple[str, ...], ...]) -> None:
        for alternatives in (("read_orders", "write_orders", "read_all_orders"), *needed):
            if not scopes & set(alternatives):
                self._troubles.append(f"The permission {alternatives[0]} is missing")
        if "read_all_orders" not in scopes:
            self._hints.append("Without read_all_orders, orders older than 60 days cannot be read")
        if not scopes & {"read_customers", "write_customers"}:
            self._hints.append("Without read_customers, the names of buyers are not known")
        if DISPUTES not in scopes:
            self._hints.append(f"Without {DISPUTES}, disputes are not known")

    def _subscribe(
        self, topic: str, fields: tuple[str, ...], found: list[Data], address: str
    ) -> None:
        if any(one.get("uri") == address and one.get("format") == "JSON" for one in found):
            return
        name = f"counterfoil-{topic.lower().replace('_', '-')}"
        to: dict[str, Any] = {"uri": address, "format": "JSON", "name": name}
        if fields:
            to["includeFields"] = list(fields)
        ours = next((one for one in found if one.get("name") == name), None)
        if ours is None:
            self._api.tell(documents.SUBSCRIBE, topic=topic, to=to)
            self._mended.append(f"{topic} was not subscribed")
        else:
            self._api.tell(documents.REDIRECT, id=ours["id"], to=to)
            self._mended.append(f"{topic} went to another address")
