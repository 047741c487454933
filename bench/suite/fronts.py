"""The shops of a storm: each sells, tells of it badly, and knows what it sold."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from time import perf_counter
from typing import Any, Protocol

from bench.suite.figures import percentile
from counterfoil.models import Connection, Product
from counterfoil.testing.builders import make_connection
from counterfoil_sim import Deliveries, Simulator, SimulatorServer
from counterfoil_sim.courier import Courier
from counterfoil_sim.posting import post

TWICE, LOST = 0.10, 0.05
SECRET = "whsec_storm"  # noqa: S105 - of a simulator


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

    def close(self) -> None:
        """See ``Front``."""
        self.server.stop()


Opening = Callable[..., Front]
OPENINGS: tuple[Opening, ...] = (StripeFront,)
references = count(1)
