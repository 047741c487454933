"""Messages on their way to the app, signed as Shopify signs, with its headers."""

import base64
import functools
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import NAMESPACE_URL, uuid5

from counterfoil_sim.courier import Courier, Faults, Letter, Send, fault
from counterfoil_sim.posting import post
from counterfoil_sim.shopify.base import API_VERSION
from counterfoil_sim.shopify.shop import Shopify
from counterfoil_sim.world import Obj

RETRIES = 8
RETRIES_TAKE = 4 * 3600.0  # seconds
ANSWER_WITHIN = 5.0
WRONG_SECRET = "shpss_this_is_not_the_secret"  # noqa: S105
OTHER_SHOP = "somebody-elses-shop.myshopify.com"

_WRONG_TOPICS = {"orders/cancelled": "orders/paid"}


@dataclass(frozen=True, kw_only=True, slots=True)
class ShopifyFaults(Faults):
    """What goes wrong with Shopify's messages: what can with any, and what only headers say."""

    second_subscription: bool = fault("send as if subscribed twice, under other ids")
    wrong_topic: bool = fault("name another topic in the header")
    wrong_shop: bool = fault("name another shop in the header")
    old_timestamp: bool = fault("say that it was triggered a day ago")


class Webhooks(Courier[ShopifyFaults]):
    """
    The queue of messages to wherever the app has subscribed.

    What is not taken is sent eight times more within four hours, each wait twice the last; ``pace``
    makes the hours shorter. A subscription of the app whose message is given up is deleted.
    """

    def __init__(self, shop: Shopify, *, pace: float = 1.0, send: Send | None = None) -> None:
        """Deliver what a shop has to say."""
        quickly = functools.partial(post, timeout=ANSWER_WITHIN)
        super().__init__(shop, faults=ShopifyFaults(), send=send or quickly)
        self.shop = shop
        first = RETRIES_TAKE / (2**RETRIES - 1)
        self.waits = tuple(first * 2**retry * pace for retry in range(RETRIES))

    def addresses(self) -> list[str]:
        """Tell where messages go."""
        with self.shop.lock:
            return sorted({one["uri"] for one in self.shop.store.subscriptions.values()})

    def topic(self, reference: str) -> str:
        """Give the topic of a message."""
        return str(self.shop.store.deliveries[reference]["topic"])

    def letters(self, reference: str, faults: ShopifyFaults) -> list[Letter]:
        """Give a message as Shopify posts it."""
        one = self.shop.store.deliveries[reference]
        letters = [self._letter(one, reference, faults)]
        if faults.second_subscription:
            letters.append(self._letter(one, str(uuid5(NAMESPACE_URL, reference)), faults))
        return letters

    def given_up(self, reference: str) -> None:
        """Delete the subscription whose message nobody took."""
        one = self.shop.store.deliveries[reference]
        if one["by_app"]:
            self.shop.store.subscriptions.pop(str(one["subscription"]), None)

    def signature(self, body: bytes, *, by_app: bool = True) -> str:
        """Sign a body: with the oldest secret of the app that is not revoked, or the shop's own."""
        secret = self.shop.app["secrets"][0]
        if not by_app:
            secret = self.shop.identity["notification_secret"]
        if self.faults.wrong_secret:
            secret = WRONG_SECRET
        digest = hmac.new(str(secret).encode(), body, hashlib.sha256).digest()
        return base64.b64encode(digest).decode()

    def _letter(self, one: Obj, webhook: str, faults: ShopifyFaults) -> Letter:
        body = str(one["body"]).encode()
        topic = str(one["topic"])
        at = datetime.fromtimestamp(one["triggered_at"] - 86400 * faults.old_timestamp, tz=UTC)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Shopify-Captain-Hook",
            "X-Shopify-Topic": _another(topic) if faults.wrong_topic else topic,
            "X-Shopify-Hmac-Sha256": self.signature(body, by_app=one["by_app"]),
            "X-Shopify-Shop-Domain": (
                OTHER_SHOP if faults.wrong_shop else self.shop.identity["domain"]
            ),
            "X-Shopify-API-Version": API_VERSION,
            "X-Shopify-Webhook-Id": webhook,
            "X-Shopify-Event-Id": one["cause"],
            "X-Shopify-Triggered-At": f"{at:%Y-%m-%dT%H:%M:%S.%f}000Z",
        }
        if one["name"]:
            headers["X-Shopify-Name"] = one["name"]
        return Letter(url=str(one["url"]), body=body, headers=headers)


def _another(topic: str) -> str:
    """Give the topic that would do most harm if it were believed."""
    return _WRONG_TOPICS.get(topic, "orders/cancelled")
