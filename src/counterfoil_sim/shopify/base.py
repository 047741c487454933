"""What every act in the simulated shop stands on: one shop, one app, and whom to tell."""

import copy
import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from counterfoil_sim.shopify.bodies import order_body
from counterfoil_sim.shopify.line_bodies import gid
from counterfoil_sim.shopify.memory import ShopMemory
from counterfoil_sim.shopify.sums import ZONE_NAME
from counterfoil_sim.world import Obj, World

API_VERSION = "2026-10"
SCOPES = (
    "read_customers",
    "read_all_orders",
    "read_merchant_managed_fulfillment_orders",
    "read_orders",
    "read_products",
    "read_shopify_payments_disputes",
    "write_merchant_managed_fulfillment_orders",
    "write_orders",
)
TOPICS = (
    "orders/create",
    "orders/paid",
    "orders/updated",
    "orders/edited",
    "orders/cancelled",
    "refunds/create",
    "disputes/create",
    "disputes/update",
    "app/uninstalled",
)


class Base(World[ShopMemory]):
    """The state of one shop and the way to change it."""

    def __init__(
        self,
        *,
        domain: str = "cf-demo.myshopify.com",
        name: str = "Dogs and Codes",
        currency: str = "USD",
        token: str | None = None,
        secret: str | None = None,
        base_url: str = "http://127.0.0.1:12112",
        clock: Callable[[], float] = time.time,
        state: Path | None = None,
        salt: str | None = None,
    ) -> None:
        """
        Begin with what the state file holds, or with a shop that has one app installed.

        ``token`` is what the app shows to the API, ``secret`` what its messages are signed with;
        without them they are made up, and ``store.app`` says what they are.
        """
        memory = ShopMemory(path=state, salt=salt)
        super().__init__(memory, base_url=base_url, clock=clock)
        self._cause: str | None = None
        if not memory.identity:
            memory.identity |= {
                "id": memory.new_id(),
                "domain": domain,
                "name": name,
                "email": "owner@example.com",
                "currency": currency,
                "zone": ZONE_NAME,
                "notification_secret": secrets.token_hex(32),
            }
            memory.app |= {
                "id": memory.new_id(),
                "tokens": [token or f"shpat_{secrets.token_hex(16)}"],
                "secrets": [secret or f"shpss_{secrets.token_hex(16)}"],
                "scopes": list(SCOPES),
                "sees_buyers": True,
                "privacy_url": None,
            }

    @property
    def identity(self) -> Obj:
        """Give the shop's own data."""
        return self.store.identity

    @property
    def app(self) -> Obj:
        """Give what the shop knows of the app: its tokens, secrets and scopes."""
        return self.store.app

    def tell(self, order: Obj, *topics: str, cause: str | None = None) -> str:
        """Tell everybody who asked how an order stands now, and give the id of the cause."""
        cause = cause or self._cause or str(uuid4())
        body = order_body(order, self.identity)
        for topic in topics:
            self.emit(topic, body, cause=cause)
        return cause

    @contextmanager
    def one_cause(self) -> Iterator[None]:
        """Have everything that is told meanwhile come from one action of the merchant."""
        self._cause = str(uuid4())
        try:
            yield
        finally:
            self._cause = None

    def emit(self, topic: str, body: Obj, *, cause: str | None = None) -> None:
        """Queue a message for each subscription to its topic, with the body as it is now."""
        cause = cause or self._cause or str(uuid4())
        for subscription in list(self.store.subscriptions.values()):
            if subscription["topic"] == topic:
                self._deliver(subscription, topic, body, cause)

    def _deliver(self, subscription: Obj, topic: str, body: Obj, cause: str) -> None:
        wanted = subscription["fields"]
        chosen = {name: value for name, value in body.items() if not wanted or name in wanted}
        self.send(
            topic,
            json.dumps(chosen, ensure_ascii=False, separators=(",", ":")),
            url=subscription["uri"],
            cause=cause,
            subscription=subscription,
        )

    def send(
        self, topic: str, body: str, *, url: str, cause: str, subscription: Obj | None = None
    ) -> str:
        """Queue one message exactly as given, and give the id of its delivery."""
        reference = str(uuid4())
        about = subscription or {"id": None, "name": None, "by_app": True}
        self.store.deliveries[reference] = {
            "id": reference,
            "cause": cause,
            "topic": topic,
            "url": url,
            "body": body,
            "triggered_at": self.clock(),
            "subscription": about["id"],
            "name": about["name"],
            "by_app": about["by_app"],
        }
        self.enqueue(reference)
        self.store.forget_delivered()
        return reference

    def subscribe(
        self,
        topic: str,
        url: str,
        *,
        by_app: bool = True,
        name: str | None = None,
        fields: list[str] | None = None,
    ) -> Obj:
        """
        Have messages about something sent somewhere.

        What a merchant asks for by hand, ``by_app=False``, is signed with a key of the shop's own.
        """
        with self.changing() as store:
            number = store.new_id()
            subscription: Obj = {
                "id": number,
                "gid": gid("WebhookSubscription", number),
                "topic": topic,
                "uri": url,
                "name": name,
                "fields": list(fields or ()),
                "by_app": by_app,
                "created_at": self.clock(),
                "updated_at": self.clock(),
            }
            store.subscriptions[str(number)] = subscription
            return subscription

    def install(self, url: str) -> None:
        """Subscribe the app to everything it could want, where it is not yet."""
        with self.changing() as store:
            known = {(one["topic"], one["uri"]) for one in store.subscriptions.values()}
            for topic in TOPICS:
                if (topic, url) not in known:
                    self.subscribe(topic, url, name=f"counterfoil-{topic.replace('/', '-')}")
            self.app["privacy_url"] = url

    def redirect(self, url: str) -> None:
        """Send what the app subscribed to somewhere else; what it lost stays lost."""
        with self.changing() as store:
            for subscription in store.subscriptions.values():
                if subscription["by_app"]:
                    subscription["uri"] = url
            self.app["privacy_url"] = url

    def touch(self, order: Obj) -> Obj:
        """Note that an order changed."""
        order["updated_at"] = self.clock()
        return order

    def seen(self, order: Obj) -> Obj:
        """Give an order as it can be shown to somebody, who may then change what they got."""
        return copy.deepcopy(order)
