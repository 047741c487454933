"""A shop with a door, and a simulated Stripe on a port that knocks at it."""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from counterfoil.intake.checkout import start_checkout
from counterfoil.intake.converging import Converged, converge_order
from counterfoil.intake.worker import work_messages
from counterfoil.models import Cart, Connection, Entitlement, ExceptionCase, Product, Purchase
from counterfoil.operations.open_cart import open_cart
from counterfoil.operations.redeem import redeem
from counterfoil.rules.people import Assignee
from counterfoil.rules.terms import RefundPolicy, Terms
from counterfoil.testing.builders import (
    ORIGIN,
    customer,
    make_assignee,
    make_connection,
    make_product,
    make_terms,
    now,
    read_issued,
)
from counterfoil_sim import Deliveries, Simulator, SimulatorServer

SECRET = "whsec_simulated"
SLUG = "stripe"


@dataclass
class StripeWorld:
    """Stripe's side and ours, and the ways between them."""

    sim: Simulator
    deliveries: Deliveries
    connection: Connection
    products: dict[str, Product]
    answers: list[int] = field(default_factory=list)

    def cart(self, **quantities: int) -> Cart:
        """Put some of each into a cart: ``STD=2, HEALTH=1``."""
        wanted = {f"DNA-{name}": quantity for name, quantity in quantities.items()}
        return open_cart(
            connection=self.connection,
            quantities=wanted or {"DNA-STD": 2, "DNA-HEALTH": 1},
            buyer_mail="ann.buyer@example.com",
            by=customer(make_assignee()),
            at=now(),
        )

    def checkout(self, **quantities: int) -> str:
        """Send a cart to Stripe, and give the session it became there."""
        cart = self.cart(**quantities)
        url = start_checkout(
            cart=cart,
            success_url="https://shop.example/thanks?session={CHECKOUT_SESSION_ID}",
            cancel_url="https://shop.example/",
        )
        assert url.startswith(self.sim.base_url)
        return cart.external_reference

    def paid(self, **quantities: int) -> str:
        """Have somebody pay a cart, and let everybody know."""
        session = self.checkout(**quantities)
        self.sim.pay(session)
        self.arrive()
        return session

    def arrive(self) -> None:
        """Deliver whatever Stripe has to say, and work it."""
        self.deliveries.deliver_now()
        self.work()

    def work(self) -> None:
        """Work whatever has come in."""
        while work_messages():
            pass

    def redirect(self, session: str) -> Converged:
        """Do what the page does to which the buyer comes back."""
        return converge_order(connection=self.connection, pointer=session)

    def policy(self, policy: RefundPolicy) -> None:
        """From now on sell under terms that say this about refunds of what somebody has."""
        for product in self.products.values():
            make_terms(product, Terms(refund_policy=policy))

    def line(self, session: str, name: str = "STD") -> str:
        """Give Stripe's id of the line that sells this."""
        for item in self.sim.store.items[session]:
            if item["metadata"].get("cf_sku") == f"DNA-{name}":
                return str(item["id"])
        raise AssertionError(f"no line sells {name}")

    def use(self, session: str, *, who: str = "ana@example.com", name: str = "STD") -> Assignee:
        """Let somebody redeem the first code of this product that this session bought."""
        purchase = Purchase.objects.get(external_reference=session)
        unit = purchase.entitlements.filter(product__sku=f"DNA-{name}", state="issued").earliest(
            "ordinal"
        )
        issued = read_issued(purchase)
        code = dict(zip(issued.entitlement_ids, issued.codes, strict=True))[unit.pk]
        someone = make_assignee(who)
        redeem(code=code, to=someone, by=customer(someone), at=now(), origin=ORIGIN)
        return someone

    def live(self) -> int:
        """Count the entitlements that are not withdrawn."""
        return Entitlement.objects.exclude(state="revoked").count()

    def states(self) -> list[str]:
        """Give the states of all entitlements, by line and ordinal."""
        units = Entitlement.objects.order_by("product__sku", "ordinal")
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


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Do all of these at the same time, each on a database connection of its own."""

    def alone(act: Callable[[], object]) -> object:
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(acts)) as pool:
        return [future.result() for future in [pool.submit(alone, act) for act in acts]]


@pytest.fixture
def stripe_world(request: pytest.FixtureRequest) -> Iterator[StripeWorld]:
    """Open a shop that sells two products through a simulated Stripe."""
    request.getfixturevalue("_django_db_helper")
    products = {
        sku: make_product(sku, terms=Terms(), unit_amount=amount)
        for sku, amount in {"DNA-STD": 11_400, "DNA-HEALTH": 12_900}.items()
    }
    connection = make_connection(*products.values(), slug=SLUG)
    sim = Simulator()
    world: StripeWorld
    deliveries = Deliveries(
        sim,
        url="http://shop.test/in/stripe/",
        secret=SECRET,
        send=lambda *given: world.post(*given),
    )
    world = StripeWorld(sim, deliveries, connection, products)
    server = SimulatorServer(deliveries).start()
    connection.seal_secrets({"api_key": "sk_test_simulated", "webhook_secrets": [SECRET]})
    connection.options = {"api_base": server.url}
    connection.save()
    yield world
    server.stop()
