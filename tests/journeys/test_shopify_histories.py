"""
Whatever order a shop's messages come in, and however few of them, it ends the same.

The simulated Shopify is another reading of the same schema than the adapter's own tests have.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from counterfoil.effects.settling import settle
from counterfoil.effects.write_backs import write_back_due
from counterfoil.intake.health import check_subscription
from counterfoil.intake.registry import adapter_for
from counterfoil.intake.sweep import sweep
from counterfoil.intake.worker import work_messages
from counterfoil.models import Connection, Entitlement, ExceptionCase, ProductMapping, Purchase
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import make_connection, make_product, now
from counterfoil_sim.errors import Refused
from counterfoil_sim.shopify import Shopify, ShopifyServer, Wanted, Webhooks

COVERS = {
    "F2": ["test_ends_the_same_whatever_comes_in_which_order"],
    "F3": ["test_ends_the_same_whatever_comes_in_which_order"],
    "F12": ["test_ends_the_same_whatever_comes_in_which_order"],
    "F41": ["test_ends_the_same_whatever_comes_in_which_order"],
}

TOKEN, SECRET, HOOK = "shpat_for_tests", "shpss_for_tests", "http://shop.test/in/shopify/"
SKUS = ("DNA-STD", "DNA-HEALTH", "MUG")

pytestmark = pytest.mark.django_db


@dataclass
class Post:
    """Messages that were sent and have not come."""

    waiting: list[tuple[bytes, dict[str, str]]] = field(default_factory=list)

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        del url
        self.waiting.append((body, dict(headers)))
        return 200


@dataclass
class World:
    """A simulated shop and ours, with the post between them."""

    shop: Shopify
    webhooks: Webhooks
    post: Post
    connection: Connection

    def bring(self, messages: list[tuple[bytes, dict[str, str]]]) -> None:
        """Let these messages come, and work them."""
        self.webhooks.deliver_now()
        for body, headers in messages:
            given = {name: one for name, one in headers.items() if name != "Content-Type"}
            answer = Client().post(
                "/in/shopify/", body, content_type="application/json", headers=given
            )
            assert answer.status_code == 200
        while work_messages():
            pass

    def bring_all(self) -> None:
        """Let everything come that was sent, in order."""
        self.webhooks.deliver_now()
        messages, self.post.waiting = self.post.waiting, []
        self.bring(messages)

    def live(self, order: Mapping[str, Any]) -> Counter[str]:
        """Count what is live of an order, by product."""
        units = Entitlement.objects.filter(purchase__external_reference=str(order["id"]))
        return Counter(units.exclude(state="revoked").values_list("product__sku", flat=True))


@pytest.fixture
def world(db: None) -> Iterator[World]:
    products = [make_product(sku, terms=Terms()) for sku in SKUS[:2]]
    connection = make_connection(*products, slug="shopify", channel="shopify", is_test=True)
    ProductMapping.objects.create(connection=connection, key="sku:MUG", product=None)
    shop = Shopify(token=TOKEN, secret=SECRET)
    for sku, price in zip(SKUS, (11_400, 12_900, 900), strict=True):
        shop.sell(sku, f"A {sku}", price)
    shop.install(HOOK)
    post = Post()
    webhooks = Webhooks(shop, send=post)
    server = ShopifyServer(webhooks).start()
    connection.seal_secrets({"access_token": TOKEN, "app_secrets": [SECRET]})
    connection.options = {
        "shop": "cf-demo.myshopify.com",
        "api_base": server.url,
        "write_back": {"status": True, "fulfil": "digital", "tags": ["counterfoil"]},
    }
    connection.save()
    yield World(shop, webhooks, post, connection)
    server.stop()


def act(shop: Shopify, order: Mapping[str, Any], what: tuple[str, str, int]) -> None:
    """Do something to an order, if it can be done."""
    kind, sku, number = what
    try:
        match kind:
            case "pay":
                shop.pay(order["id"])
            case "refund":
                shop.refund(order["id"], {sku: number})
            case "refund unpaid":
                shop.refund(order["id"], {sku: number}, succeeds=False)
            case "refund amount":
                shop.refund_amount(order["id"], 100 * number)
            case "edit":
                shop.edit(order["id"], {sku: number})
            case "edit as refund":
                shop.edit(order["id"], {sku: number}, as_refund=True)
            case "add":
                shop.edit(order["id"], {}, added={sku: number})
            case _:
                shop.cancel(order["id"])
    except Refused:
        pass


KINDS = ("pay", "refund", "refund unpaid", "refund amount", "edit", "edit as refund", "add")
ACTS = st.lists(
    st.tuples(st.sampled_from((*KINDS, "cancel")), st.sampled_from(SKUS), st.integers(1, 3)),
    max_size=6,
)


@settings(
    max_examples=8,  # each is two orders lived through, twenty requests and more
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking would take minutes
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=ACTS, first=st.sampled_from(("paid", "pending", "authorized")), chance=st.randoms())
def test_ends_the_same_whatever_comes_in_which_order(
    world: World, acts: list[tuple[str, str, int]], first: Any, chance: Random
) -> None:
    with transaction.atomic():
        wanted = {"DNA-STD": 2, "DNA-HEALTH": 1, "MUG": 1}
        ordered = world.shop.place_order(wanted, payment=first)
        world.bring_all()
        for what in (*acts, ("pay", "", 0)):  # in the end everything is paid that is to be paid
            act(world.shop, ordered, what)
            world.bring_all()

        luck = chance.choice((0.0, 0.3, 0.7))  # how much of the post arrives; it may arrive again
        mixed = world.shop.place_order(wanted, payment=first)
        for what in (*acts, ("pay", "", 0)):
            act(world.shop, mixed, what)
            world.webhooks.deliver_now()
            world.bring([one for one in world.post.waiting if chance.random() < luck])
            chance.shuffle(world.post.waiting)
        world.bring([one for one in world.post.waiting if chance.random() < luck])
        world.post.waiting.clear()  # and the rest is lost
        sweep(connection=world.connection, since=now())

        assert world.live(mixed) == world.live(ordered)
        assert world.live(ordered)["MUG"] == 0
        sweep(connection=world.connection, since=now())
        assert world.live(mixed) == world.live(ordered)
        settle()
        assert not ExceptionCase.objects.filter(kind="poison_message").exists()
        transaction.set_rollback(True)


def test_the_simulated_shop_is_told_what_became_of_its_orders(world: World) -> None:
    order = world.shop.place_order(
        [Wanted(sku="DNA-STD", quantity=2), Wanted(sku="MUG", quantity=1)],
        attributes={"cf_gift": "true", "cf_recipient_email": "rex@example.com"},
    )
    world.bring_all()
    settle()
    assert write_back_due(at=now(), channel_of=adapter_for) == 1

    shown = world.shop.order(order["id"])
    assert "counterfoil" in shown["tags"]
    assert sum(len(one["lines"]) for one in shown["fulfillments"]) == 1
    assert str(Purchase.objects.get().entitlements.count()) == "2"
    settle()
    assert write_back_due(at=now(), channel_of=adapter_for) == 0


def test_the_simulated_shop_sends_to_us_again(world: World) -> None:
    world.shop.store.subscriptions.clear()
    health = check_subscription(world.connection)
    assert health is not None
    assert (health.troubles, len(health.mended)) == ((), 9)
    health = check_subscription(world.connection)
    assert health is not None
    assert (health.troubles, health.mended) == ((), ())
