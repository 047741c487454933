"""A shop with a door, and a Shopify shop on a port that knocks at it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import pytest
from django.test import Client

from counterfoil.effects.settling import settle
from counterfoil.intake.sweep import sweep
from counterfoil.intake.worker import work_messages
from counterfoil.models import (
    Connection,
    Entitlement,
    ExceptionCase,
    Message,
    Product,
    ProductMapping,
    Purchase,
)
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
from tests.shopify_double import SHOP, TOKEN, ShopDouble, ShopServer
from tests.shopify_messages import (
    NEW_SECRET,
    OLD_SECRET,
    SHOP_SECRET,
    headers_of,
    order_body,
    refund_body,
)
from tests.shopify_orders import ORDER, Order

SLUG = "shopify"
PRICES = {"DNA-STD": 11_400, "DNA-HEALTH": 12_900}


@dataclass
class ShopifyWorld:
    """Shopify's side and ours, and the ways between them."""

    double: ShopDouble
    server: ShopServer
    connection: Connection
    products: dict[str, Product]
    answers: list[int] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def order(self) -> Order:
        """Give the order there is, or the first of them."""
        return self.double.orders[ORDER]

    def knock(self, body: bytes, **given: str) -> int:
        """Knock at our door with a signed message; each has a name of its own unless given."""
        named = {"webhook_id": f"93f05f1d-0000-4000-8000-{next(self.numbers):012d}", **given}
        headers = dict(headers_of(body, **named))
        answer = Client().post(
            f"/in/{SLUG}/", body, content_type="application/json", headers=headers
        )
        self.answers.append(int(answer.status_code))
        return self.answers[-1]

    def work(self) -> None:
        """Work whatever has come in."""
        while work_messages():
            pass

    def hear(self, *bodies: bytes, **given: str) -> None:
        """Let these messages come, and work them."""
        for body in bodies:
            assert self.knock(body, **given) == 200
        self.work()

    def told(self, status: str = "paid") -> None:
        """Let Shopify tell of the order as it is now."""
        self.hear(order_body(status=status))

    def refund_told(self) -> None:
        """Let Shopify tell of a refund."""
        self.hear(refund_body())

    def sweep(self) -> None:
        """Find what no message told."""
        sweep(connection=self.connection, since=now())

    def policy(self, policy: RefundPolicy) -> None:
        """From now on sell under terms that say this about refunds of what somebody has."""
        for product in self.products.values():
            make_terms(product, Terms(refund_policy=policy))

    def use(self, sku: str = "DNA-STD", *, who: str = "ana@example.com") -> Assignee:
        """Let somebody redeem the first code of this product."""
        purchase = Purchase.objects.get()
        unit = purchase.entitlements.filter(product__sku=sku, state="issued").earliest("ordinal")
        issued = read_issued(purchase)
        code = dict(zip(issued.entitlement_ids, issued.codes, strict=True))[unit.pk]
        someone = make_assignee(who)
        redeem(code=code, to=someone, by=customer(someone), at=now(), origin=ORIGIN)
        return someone

    def live(self, sku: str | None = None) -> int:
        """Count the entitlements that are not withdrawn."""
        units = Entitlement.objects.exclude(state="revoked")
        return (units.filter(product__sku=sku) if sku else units).count()

    def states(self) -> list[str]:
        """Give the states of all entitlements, by product and ordinal."""
        units = Entitlement.objects.order_by("product__sku", "ordinal")
        return list(units.values_list("state", flat=True))

    def cases(self) -> list[str]:
        """Give the kinds of the exceptions that are open."""
        settle()
        found = ExceptionCase.objects.filter(resolved_at=None).order_by("kind")
        return list(found.values_list("kind", flat=True))

    def outcomes(self) -> list[str]:
        """Give what came of the messages."""
        return list(Message.objects.order_by("id").values_list("outcome", flat=True))

    def option(self, **options: object) -> None:
        """From now on let the connection have these options."""
        self.connection.options |= options
        self.connection.save()


@pytest.fixture
def shopify_world(request: pytest.FixtureRequest) -> Iterator[ShopifyWorld]:
    """Open a shop that sells two products and a mug through Shopify."""
    request.getfixturevalue("_django_db_helper")
    products = {
        sku: make_product(sku, terms=Terms(), unit_amount=amount) for sku, amount in PRICES.items()
    }
    connection = make_connection(*products.values(), slug=SLUG, channel="shopify", is_test=False)
    ProductMapping.objects.create(connection=connection, key="sku:MUG-01", product=None)
    double = ShopDouble()
    double.add(Order())
    server = ShopServer(double)
    connection.seal_secrets(
        {
            "access_token": TOKEN,
            "app_secrets": [OLD_SECRET, NEW_SECRET],
            "shop_secret": SHOP_SECRET,
        }
    )
    connection.options = {"shop": SHOP, "api_base": server.url}
    connection.save()
    yield ShopifyWorld(double, server, connection, products)
    server.stop()
