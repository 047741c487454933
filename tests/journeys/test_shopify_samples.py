"""
The recorded payloads, replayed: what Shopify sends in its own words.

The order of the recordings is put into the shop in the state each message was recorded in.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from counterfoil.models import Message
from tests.shopify_orders import Order, line
from tests.shopify_world import SLUG, ShopifyWorld

SAMPLES = Path(__file__).parents[3] / "shared/channel-data/shopify/webhooks_derived"

COVERS = {
    "F2": ["test_paid_issues_three_and_leaves_the_mug"],
    "F3": ["test_refunded_before_paid"],
    "F6": ["test_a_recorded_body_under_another_topic"],
    "F11": ["test_a_recorded_test_order"],
    "F36": ["test_one_of_two_units_then_the_second"],
    "F41": ["test_a_line_shrunk_by_an_edit"],
    "F44": ["test_pending_issues_nothing"],
}

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not SAMPLES.is_dir(), reason="the recorded payloads are not here"),
]


def raw(name: str) -> bytes:
    """Read a recorded body as it was signed."""
    return (SAMPLES / f"{name}.body.json").read_bytes()


def load(world: ShopifyWorld, name: str) -> Order:
    """Let the shop have the order of a recording as it stood then."""
    body = json.loads(raw(name))
    order = Order(
        number=body["id"],
        lines=[
            line(one["id"], one["sku"], one["quantity"], one["price"], name=one["name"])
            | {"currentQuantity": one["current_quantity"]}
            for one in body["line_items"]
        ],
        status=body["financial_status"].upper(),
        total=body["total_price"],
        facts={"cancelledAt": body["cancelled_at"], "test": body["test"], "name": body["name"]},
    )
    return world.double.add(order)


def send(*names: str, **changed: str) -> list[int]:
    """Let recordings come, byte by byte, under the headers they had."""
    answers = []
    for name in names:
        headers: dict[str, Any] = json.loads((SAMPLES / f"{name}.headers.json").read_text())
        headers |= {key.replace("_", "-"): value for key, value in changed.items()}
        kind = headers.pop("Content-Type")
        answer = Client().post(f"/in/{SLUG}/", raw(name), content_type=kind, headers=headers)
        answers.append(answer.status_code)
    return answers


@pytest.fixture
def world(shopify_world: ShopifyWorld) -> ShopifyWorld:
    secret = json.loads((SAMPLES / "INDEX.json").read_text())["client_secret"]
    shopify_world.double.orders.clear()
    shopify_world.connection.seal_secrets(
        shopify_world.connection.secrets() | {"app_secrets": ["a newer one", secret]}
    )
    shopify_world.option(shop="cf-test.myshopify.com")
    return shopify_world


def played(world: ShopifyWorld, *names: str, **changed: str) -> None:
    """Let recordings come and be worked."""
    assert set(send(*names, **changed)) == {200}
    world.work()


def test_pending_issues_nothing(world: ShopifyWorld) -> None:
    load(world, "orders_create.pending")
    played(world, "orders_create.pending")
    assert world.live() == 0

    load(world, "orders_paid")
    played(world, "orders_paid")

    assert world.live() == 3


def test_paid_issues_three_and_leaves_the_mug(world: ShopifyWorld) -> None:
    load(world, "orders_paid")
    played(world, "orders_paid")
    assert world.live() == 3

    played(world, "orders_create.paid", "orders_paid")

    assert world.live() == 3
    assert world.cases() == []
    assert set(Message.objects.values_list("key_used", flat=True)) == {"2"}


def test_partly_paid_issues_nothing(world: ShopifyWorld) -> None:
    load(world, "orders_create.pending").status = "PARTIALLY_PAID"
    played(world, "orders_create.pending")
    assert world.live() == 0


def test_a_line_shrunk_by_an_edit(world: ShopifyWorld) -> None:
    order = load(world, "orders_paid")
    played(world, "orders_paid")
    order.edit(866550311766439020, 1)
    played(world, "orders_create.paid")

    assert world.live() == 2


def test_one_of_two_units_then_the_second(world: ShopifyWorld) -> None:
    order = load(world, "orders_paid")
    played(world, "orders_paid")
    order.refund({866550311766439020: 1}, amount="114.00", number=890088186047892319)
    played(world, "refunds_create.one_of_two_units")
    assert (world.live("DNA-STD"), world.live("DNA-HEALTH")) == (1, 1)

    order.refund({866550311766439020: 1}, amount="114.00")
    world.sweep()

    assert (world.live("DNA-STD"), world.live("DNA-HEALTH")) == (0, 1)


def test_an_amount_without_lines(world: ShopifyWorld) -> None:
    order = load(world, "orders_paid")
    played(world, "orders_paid")
    order.refund({}, amount="50.00")
    played(world, "refunds_create.one_of_two_units")  # it only points to the order

    assert world.live() == 3


def test_all_lines_refunded(world: ShopifyWorld) -> None:
    order = load(world, "orders_paid")
    played(world, "orders_paid")
    lines = {one["line_item_id"]: one["quantity"] for one in refund_lines("all_lines")}
    order.refund(lines, amount="357.00")
    order.change("REFUNDED")
    played(world, "refunds_create.all_lines")

    assert world.live() == 0


def test_cancelled(world: ShopifyWorld) -> None:
    load(world, "orders_paid")
    played(world, "orders_paid")
    load(world, "orders_cancelled.refunded")  # whose quantities are still what they were
    played(world, "orders_cancelled.refunded")

    assert world.live() == 0


def test_refunded_before_paid(world: ShopifyWorld) -> None:
    order = load(world, "orders_paid")
    order.refund({866550311766439020: 1}, amount="114.00")
    played(world, "refunds_create.one_of_two_units", "orders_paid")

    assert (world.live("DNA-STD"), world.live("DNA-HEALTH")) == (1, 1)


def test_a_recorded_test_order(world: ShopifyWorld) -> None:
    load(world, "orders_paid.test_order")
    played(world, "orders_paid.test_order")

    assert world.live() == 0
    assert world.outcomes() == ["test_on_live"]


def test_a_recorded_body_under_another_topic(world: ShopifyWorld) -> None:
    load(world, "orders_paid")
    played(world, "orders_paid", X_Shopify_Topic="orders/cancelled")

    assert world.live() == 3


def test_recorded_bodies_of_another_shop(world: ShopifyWorld) -> None:
    load(world, "orders_paid")

    assert send("orders_paid", X_Shopify_Shop_Domain="other.myshopify.com") == [401]
    world.option(shop="other.myshopify.com")
    assert send("orders_paid") == [401]
    assert Message.objects.count() == 0


def refund_lines(name: str) -> list[dict[str, Any]]:
    """Read what a recorded refund took back."""
    found: list[dict[str, Any]] = json.loads(raw(f"refunds_create.{name}"))["refund_line_items"]
    return found
