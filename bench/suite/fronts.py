"""The shops of a storm: each sells, tells of it badly, and knows what it sold."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter
from typing import Any, Protocol

import httpx

from bench.suite.figures import percentile
from counterfoil.models import Connection, Partner, Product
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import make_connection, now
from counterfoil_sim import Deliveries, Simulator, SimulatorServer
from counterfoil_sim.courier import Courier
from counterfoil_sim.posting import post
from counterfoil_sim.shopify import Shopify, ShopifyServer, Webhooks
from counterfoil_sim.woocommerce_deliveries import WooDeliveries
from counterfoil_sim.woocommerce_server import WooCommerceServer
from counterfoil_sim.woocommerce_world import WooCommerceSite

TWICE, LOST = 0.10, 0.05
SECRET = "whsec_storm"  # noqa: S105 - of a simulator
TOKEN, WOO_SECRET = "shpat_storm", "stormyweather1"


@dataclass
class Sold:
    """What a shop sold: the units of every order it has taken, by the order's own name."""

    units: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)

    def slowest(self) -> float:
        """Give the 99.9th percentile of the answers, in seconds."""
        return percentile(self.took, 0.999) if self.took else 0.0


class Front(Protocol):
    """One shop."""

    connection: Connection
    sold: Sold

    def sell(self, quantity: int) -> None:
        """Take an order of so many units, have it paid, and tell of it."""
        ...

    def tell_again(self) -> None:
        """Do what the shop itself does about what was lost; most do nothing."""
        ...

    def close(self) -> None:
        """Stop answering."""
        ...


class Messenger:
    """Delivers what a simulator has to say: some of it twice, some of it never."""

    def __init__(self, courier: Courier[Any], sold: Sold, chance: random.Random) -> None:
        """Remember whose messages they are."""
        self.courier = courier
        self.sold = sold
        self.chance = chance

    def go(self) -> None:
        """Deliver what is waiting."""
        for waiting in self.courier.waiting():
            luck = self.chance.random()
            if luck < LOST:
                self.courier.switch(drop=True)
                self.courier.redeliver(waiting.reference)
                self.courier.switch(drop=False)
                self.sold.told["lost"] += 1
                continue
            for _ in range(2 if luck > 1 - TWICE else 1):
                self._once(waiting.reference)

    def _once(self, reference: str) -> None:
        started = perf_counter()
        attempts = self.courier.redeliver(reference)
        if any(attempt.status is not None for attempt in attempts):
            self.sold.took.append(perf_counter() - started)
        for attempt in attempts:
            self.sold.told[str(attempt.status)] += 1


class StripeFront:
    """Payment links of a Stripe account: sessions that no cart of ours knows of."""

    def __init__(self, product: Product, *, site: str, key: str, chance: random.Random) -> None:
        """Open a simulated Stripe whose endpoint is this site."""
        self.sold = Sold()
        self.simulator = Simulator()
        courier = Deliveries(
            self.simulator, url=f"{site}/in/storm-stripe/", secret=SECRET, send=post
        )
        self.server = SimulatorServer(courier).start()
        self.connection = make_connection(product, slug="storm-stripe", channel="stripe")
        self.connection.seal_secrets({"api_key": "sk_test_storm", "webhook_secrets": [SECRET]})
        self.connection.options = {"api_base": self.server.url}
        self.connection.save()
        self.sku = product.sku
        self.messenger = Messenger(courier, self.sold, chance)

    def sell(self, quantity: int) -> None:
        """See ``Front``."""
        line = {
            "quantity": str(quantity),
            "metadata": {"cf_sku": self.sku},
            "price_data": {
                "currency": "usd",
                "unit_amount": "1000",
                "product_data": {"name": "Storm", "metadata": {"cf_sku": self.sku}},
            },
        }
        session = self.simulator.create_session(
            {"mode": "payment", "line_items": [line], "success_url": "https://shop.example/"}
        )
        self.simulator.pay(session["id"])
        self.sold.units[session["id"]] += quantity
        self.messenger.go()

    def tell_again(self) -> None:
        """See ``Front``; the sweep asks."""

    def close(self) -> None:
        """See ``Front``."""
        self.server.stop()


class ShopifyFront:
    """A shop at Shopify."""

    def __init__(self, product: Product, *, site: str, key: str, chance: random.Random) -> None:
        """Open a simulated Shopify whose app is this site."""
        self.sold = Sold()
        self.shop = Shopify(token=TOKEN, secret=SECRET)
        self.shop.sell(product.sku, "Storm", 1000)
        self.shop.install(f"{site}/in/storm-shopify/")
        courier = Webhooks(self.shop, send=post)
        self.server = ShopifyServer(courier).start()
        self.connection = make_connection(product, slug="storm-shopify", channel="shopify")
        self.connection.seal_secrets({"access_token": TOKEN, "app_secrets": [SECRET]})
        self.connection.options = {
            "api_base": self.server.url,
            "shop": self.shop.identity["domain"],
        }
        self.connection.save()
        self.sku = product.sku
        self.messenger = Messenger(courier, self.sold, chance)

    def sell(self, quantity: int) -> None:
        """See ``Front``."""
        order = self.shop.place_order({self.sku: quantity})
        self.sold.units[str(order["id"])] += quantity
        self.messenger.go()

    def tell_again(self) -> None:
        """See ``Front``; the sweep asks."""

    def close(self) -> None:
        """See ``Front``."""
        self.server.stop()


class WooCommerceFront:
    """A site with WooCommerce."""

    def __init__(self, product: Product, *, site: str, key: str, chance: random.Random) -> None:
        """Open a simulated site whose webhooks go to this one."""
        self.sold = Sold()
        self.site = WooCommerceSite()
        courier = WooDeliveries(self.site, send=post)
        self.server = WooCommerceServer(courier).start()
        self.connection = make_connection(product, slug="storm-woo", channel="woocommerce")
        self.connection.seal_secrets(
            {
                "consumer_key": self.site.key,
                "consumer_secret": self.site.secret,
                "webhook_secrets": [WOO_SECRET],
            }
        )
        self.connection.options = {"site_url": self.server.url}
        self.connection.save()
        for topic in ("order.created", "order.updated"):
            self.site.add_webhook(topic=topic, url=f"{site}/in/storm-woo/", secret=WOO_SECRET)
        self.sku = product.sku
        self.messenger = Messenger(courier, self.sold, chance)

    def sell(self, quantity: int) -> None:
        """See ``Front``."""
        item = {"name": "Storm", "price": "10.00", "sku": self.sku, "quantity": quantity}
        order = self.site.place([item])
        self.site.pay(order["id"])
        self.sold.units[str(order["id"])] += quantity
        self.messenger.go()

    def tell_again(self) -> None:
        """See ``Front``; the sweep asks."""

    def close(self) -> None:
        """See ``Front``."""
        self.server.stop()


class PartnerFront:
    """A partner that tells of its purchases; what is lost on the way is told again later."""

    def __init__(self, product: Product, *, site: str, key: str, chance: random.Random) -> None:
        """Give a partner a connection and a key."""
        self.sold = Sold()
        self.chance = chance
        self.partner = Partner.objects.create(slug="storm", name="Storm", created_at=now())
        self.connection = make_connection(product, slug="storm-partner", channel="partner")
        self.connection.partner = self.partner
        self.connection.save()
        made = create_api_key(
            name="storm", scopes=[Scope.TELL], by=SYSTEM, at=now(), connection=self.connection
        )
        self.client = httpx.Client(
            base_url=site, headers={"Authorization": f"Bearer {made.secret}"}, timeout=30
        )
        self.sku = product.sku
        self.untold: list[dict[str, Any]] = []

    def sell(self, quantity: int) -> None:
        """See ``Front``."""
        reference = f"storm-{next(references)}"
        line = {"sku": self.sku, "quantity": quantity, "unit_amount": 1000}
        purchase = {"reference": reference, "currency": "USD", "lines": [line]}
        self.sold.units[reference] += quantity
        luck = self.chance.random()
        if luck < LOST:
            self.sold.told["lost"] += 1
            self.untold.append(purchase)
            return
        for _ in range(2 if luck > 1 - TWICE else 1):
            self._tell(purchase)

    def close(self) -> None:
        """See ``Front``."""
        self.client.close()

    def tell_again(self) -> None:
        """Do what a partner does about calls that were never answered."""
        for purchase in self.untold:
            self._tell(purchase)
        self.untold.clear()

    def _tell(self, purchase: dict[str, Any]) -> None:
        started = perf_counter()
        answer = self.client.post(
            "/v1/purchases", json=purchase, headers={"Idempotency-Key": purchase["reference"]}
        )
        self.sold.took.append(perf_counter() - started)
        self.sold.told[str(answer.status_code)] += 1


Opening = Callable[..., Front]
OPENINGS: tuple[Opening, ...] = (StripeFront, ShopifyFront, WooCommerceFront, PartnerFront)
references = count(1)
