"""A shop with a door, and a simulated WooCommerce site on a port that knocks at it."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from counterfoil.intake.health import check_subscription
from counterfoil.intake.sweep import sweep
from counterfoil.intake.worker import work_messages
from counterfoil.models import Connection, Entitlement, ExceptionCase, Product, Purchase
from counterfoil.operations.redeem import redeem
from counterfoil.rules.people import Assignee
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import (
    ORIGIN,
    customer,
    make_assignee,
    make_connection,
    make_product,
    now,
    read_issued,
)
from counterfoil_sim.woocommerce_deliveries import WooDeliveries
from counterfoil_sim.woocommerce_server import WooCommerceServer
from counterfoil_sim.woocommerce_world import WooCommerceSite

SECRET, SLUG = "woosecretone", "woo"
TEST: dict[str, Any] = {"name": "Breed test", "sku": "DNA-STD", "price": "114.00"}
HEALTH: dict[str, Any] = {
    "name": "Breed & health test",
    "sku": "DNA-HEALTH",
    "price": "129.00",
    "product_id": 52,
    "variation_id": 53,
}


@dataclass
class WooWorld:
    """The site's side and ours, and the ways between them."""

    site: WooCommerceSite
    deliveries: WooDeliveries
    connection: Connection
    products: dict[str, Product]
    answers: list[int] = field(default_factory=list)
    behind: float = 300.0

    def time(self) -> float:
        """Tell the time of the site: every delivery takes it a second."""
        return time.time() - self.behind

    def place(self, *, tests: int = 2, health: int = 1, **more: Any) -> int:
        """Place an order."""
        items = [TEST | {"quantity": tests}, HEALTH | {"quantity": health}]
        placed = self.site.place([one for one in items if one["quantity"]], **more)
        return int(placed["id"])

    def paid(self, **more: Any) -> int:
        """Have somebody order and pay, and let everybody know."""
        order = self.place(**more)
        self.site.pay(order)
        self.arrive()
        return order

    def line(self, order: int, sku: str = "DNA-STD") -> int:
        """Give the id of the line that sells this."""
        items = self.site.order(order)["line_items"]
        return next(int(item["id"]) for item in items if item["sku"] == sku)

    def arrive(self) -> None:
        """Deliver whatever the site has to say, and work it."""
        self.deliveries.deliver_now()
        self.behind -= 1
        self.work()

    def work(self) -> None:
        """Work whatever has come in."""
        while work_messages():
            pass

    def sweep(self) -> Any:
        """Look for what no message told."""
        return sweep(connection=self.connection, since=now() - timedelta(hours=1))

    def use(self, order: int) -> Assignee:
        """Let somebody redeem the first code of this order."""
        purchase = Purchase.objects.get(external_reference=str(order))
        issued = read_issued(purchase)
        someone = make_assignee()
        redeem(code=issued.codes[0], to=someone, by=customer(someone), at=now(), origin=ORIGIN)
        return someone

    def live(self) -> int:
        """Count the entitlements that are not withdrawn."""
        return Entitlement.objects.exclude(state="revoked").count()

    def states(self) -> list[str]:
        """Give the states of all entitlements, by product and ordinal."""
        units = Entitlement.objects.order_by("-product__sku", "ordinal")
        return list(units.values_list("state", flat=True))

    def cases(self) -> list[str]:
        """Give the kinds of the exceptions that are open."""
        found = ExceptionCase.objects.filter(resolved_at=None).order_by("kind")
        return list(found.values_list("kind", flat=True))

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """Knock at our door."""
        given: dict[str, Any] = {"headers": dict(headers)}
        kind = given["headers"].pop("Content-Type", "application/json")
        answer = Client().post(f"/in/{SLUG}/", body, content_type=kind, **given)
        self.answers.append(int(answer.status_code))
        return self.answers[-1]


@pytest.fixture
def woo_world(request: pytest.FixtureRequest) -> Iterator[WooWorld]:
    """Open a shop that sells two products through a simulated WooCommerce site."""
    request.getfixturevalue("_django_db_helper")
    products = {
        sku: make_product(sku, terms=Terms(), unit_amount=amount)
        for sku, amount in {"DNA-STD": 11_400, "DNA-HEALTH": 12_900}.items()
    }
    connection = make_connection(*products.values(), slug=SLUG, channel="woocommerce")
    world: WooWorld
    site = WooCommerceSite(clock=lambda: world.time())
    deliveries = WooDeliveries(site, send=lambda *given: world.post(*given))
    world = WooWorld(site, deliveries, connection, products)
    server = WooCommerceServer(deliveries).start()
    connection.seal_secrets(
        {
            "consumer_key": site.key,
            "consumer_secret": site.secret,
            "webhook_secrets": [SECRET],
        }
    )
    connection.options = {"site_url": server.url}
    connection.save()
    check_subscription(connection)
    check_subscription(connection)  # everything is in place now, and nobody need look
    world.arrive()
    world.answers.clear()
    yield world
    server.stop()
