"""The recorded payloads of WooCommerce, replayed: bytes, headers and signatures as they are."""

import json
from pathlib import Path
from typing import Any

import pytest

from counterfoil.models import Entitlement, Message, ProductMapping, Purchase, RefundedEntitlement
from tests.records import unchanged
from tests.woocommerce_world import WooWorld, woo_world

__all__ = ["woo_world"]

SAMPLES = Path(__file__).parents[3] / "shared/channel-data/woocommerce"

COVERS = {
    "F1": ["test_created_and_completed_and_both_again"],
    "F5": ["test_a_changed_body_is_refused"],
    "F37": ["test_a_refund_without_lines_is_read_and_takes_nothing"],
}

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not SAMPLES.is_dir(), reason="the recorded payloads are not here"),
]


@pytest.fixture
def world(woo_world: WooWorld) -> WooWorld:
    """Sell what the recorded order is about, under the secret it was signed with."""
    secrets = woo_world.connection.secrets() | {"webhook_secrets": ["wc_cf_secret"]}
    woo_world.connection.seal_secrets(secrets)
    woo_world.connection.save()
    for key, sku in (("product:93", "DNA-STD"), ("variation:23", "DNA-HEALTH")):
        product = woo_world.products[sku]
        ProductMapping.objects.create(connection=woo_world.connection, key=key, product=product)
    return woo_world


def body(name: str) -> bytes:
    """Read the bytes of a recorded message."""
    return (SAMPLES / f"{name}.body.json").read_bytes()


def send(world: WooWorld, name: str, **changes: Any) -> int:
    """Deliver a recorded message, and work it; the site knows the order as the message has it."""
    headers = json.loads((SAMPLES / f"{name}.headers.json").read_text())
    world.site.load(json.loads(body(name)) | changes)
    answer = world.post("", body(name), headers)
    world.work()
    return answer


def test_the_ping(world: WooWorld) -> None:
    ping = (SAMPLES / "ping.form.body.txt").read_bytes()
    with unchanged():
        assert world.post("", ping, {"Content-Type": "application/x-www-form-urlencoded"}) == 200


def test_created_and_completed_and_both_again(world: WooWorld) -> None:
    for name in ("order.created", "order.updated.completed") * 2:
        assert send(world, name) == 200

    assert world.states() == ["issued"] * 3
    assert Message.objects.filter(outcome="converged").count() == 2
    purchase = Purchase.objects.get()
    assert (purchase.external_reference, purchase.amount_total) == ("727", 2935)
    assert dict(
        Entitlement.objects.values_list("line__external_line", "line__amount_total").distinct()
    ) == {"315": 645, "316": 1290}
    assert world.cases() == []


def test_created_before_it_was_paid(world: WooWorld) -> None:
    unpaid = {"status": "pending", "date_paid": None, "date_paid_gmt": None}
    assert send(world, "order.created", **unpaid) == 200
    assert world.live() == 0  # whatever the message says, the order says otherwise
    assert send(world, "order.updated.completed") == 200
    assert world.live() == 3


def test_a_refund_without_lines_is_read_and_takes_nothing(world: WooWorld) -> None:
    send(world, "order.created")
    refund = json.loads((SAMPLES / "order_refund.resource.json").read_text())
    world.site.load(json.loads(body("order.created")), refund)
    headers = json.loads((SAMPLES / "order.updated.completed.headers.json").read_text())
    assert world.post("", body("order.updated.completed"), headers) == 200
    world.work()
    assert world.live() == 3
    assert world.cases() == []
    assert not RefundedEntitlement.objects.exists()


def test_a_changed_body_is_refused(world: WooWorld) -> None:
    headers = json.loads((SAMPLES / "order.created.headers.json").read_text())
    changed = body("order.created").replace(b'"quantity":2', b'"quantity":9')
    for other in (changed, body("order.created") + b"\n", body("order.updated.completed")):
        assert world.post("", other, headers) == 401
    assert world.live() == 0
