"""
The recorded payloads, replayed: what Stripe sends in its own words.

Each event is put into the simulator together with the state it was recorded in, and delivered.
"""

import json
from typing import Any

import pytest
import stripe
from django.test import Client

from counterfoil.models import Entitlement, Message, Purchase, RefusedMessages
from counterfoil.testing.builders import now
from tests.channels.builders import SAMPLES
from tests.records import unchanged
from tests.stripe_world import SECRET, StripeWorld, at_once

COVERS = {
    "F1": ["test_paid_twice_at_once_and_with_the_redirect_issues_three"],
    "F3": ["test_paid_is_told_before_unpaid"],
    "F5": ["test_signatures_at_the_door"],
    "F8": ["test_signatures_at_the_door"],
    "F36": ["test_a_partial_refund_that_says_what_for"],
    "F37": ["test_a_partial_refund_without_its_metadata_is_a_question"],
    "F39": ["test_the_rest_refunded_and_that_refund_fails"],
    "F40": ["test_a_dispute_opened_and_won", "test_a_dispute_that_was_lost"],
    "F43": ["test_nothing_to_pay"],
    "F44": ["test_a_delayed_payment_that_fails", "test_unpaid_then_paid"],
}

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not SAMPLES.is_dir(), reason="the recorded payloads are not here"),
]

Obj = dict[str, Any]


def sample(number: str) -> Obj:
    """Read a recorded event."""
    [path] = SAMPLES.glob(f"{number}_*.json")
    found: Obj = json.loads(path.read_text())
    return found


def about(number: str) -> Obj:
    """Give the object a recorded event is about."""
    found: Obj = sample(number)["data"]["object"]
    return found


def items() -> list[Obj]:
    """Read the lines of the recorded sessions; they are all alike."""
    found: list[Obj] = json.loads(
        (SAMPLES / "list_line_items.cs_test_cf_a.expanded_product.json").read_text()
    )["data"]
    return found


def load(world: StripeWorld, number: str, **more: Any) -> str:
    """Let the simulator know the session of an event, as it stood then."""
    session = about(number)
    free = session["payment_status"] == "no_payment_required"
    lines = [line | {"amount_total": 0} for line in items()] if free else items()
    world.sim.load(session, lines, **more)
    return str(session["id"])


def send(world: StripeWorld, *numbers: str) -> None:
    """Deliver recorded events, and work them."""
    for number in numbers:
        world.sim.send(sample(number))
        world.arrive()


def test_paid_twice_at_once_and_with_the_redirect_issues_three(stripe_world: StripeWorld) -> None:
    session = load(stripe_world, "01")

    send(stripe_world, "01", "01")
    stripe_world.redirect(session)

    assert stripe_world.states() == ["issued"] * 3
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_paid_at_the_door_at_once_with_the_redirect(stripe_world: StripeWorld) -> None:
    world = stripe_world
    session = load(world, "01")
    body = json.dumps(sample("01")).encode()
    headers = {"Stripe-Signature": world.deliveries.signature(body)}

    answers = at_once(
        *[lambda: world.post("", body, headers)] * 4,
        lambda: world.redirect(session),
        lambda: world.redirect(session),
    )
    at_once(world.work, world.work, lambda: world.redirect(session))

    assert answers[:4] == [200] * 4
    assert Message.objects.count() == 1
    assert world.states() == ["issued"] * 3


def test_unpaid_then_paid(stripe_world: StripeWorld) -> None:
    load(stripe_world, "02")
    send(stripe_world, "02")
    assert stripe_world.live() == 0

    load(stripe_world, "03")
    send(stripe_world, "03")

    assert stripe_world.live() == 3


def test_paid_is_told_before_unpaid(stripe_world: StripeWorld) -> None:
    load(stripe_world, "03")

    send(stripe_world, "03", "02", "03")

    assert stripe_world.live() == 3
    assert Purchase.objects.count() == 1


def test_a_delayed_payment_that_fails(stripe_world: StripeWorld) -> None:
    load(stripe_world, "04", payment="requires_payment_method")
    send(stripe_world, "04")

    assert stripe_world.live() == 0
    assert Purchase.objects.get().payment == "failed"


def test_nothing_to_pay(stripe_world: StripeWorld) -> None:
    load(stripe_world, "06")
    send(stripe_world, "06")

    assert stripe_world.live() == 3


@pytest.mark.parametrize("order", [("08", "09"), ("09", "08")])
def test_a_partial_refund_that_says_what_for(
    stripe_world: StripeWorld, order: tuple[str, str]
) -> None:
    load(stripe_world, "01", refunds=[about("08")])

    send(stripe_world, "01", *order, *order)

    assert stripe_world.states() == ["revoked", "issued", "issued"]
    assert Entitlement.objects.get(state="revoked").product.sku == "DNA-HEALTH"


def test_a_partial_refund_without_its_metadata_is_a_question(stripe_world: StripeWorld) -> None:
    silent = about("08") | {"metadata": {}}
    load(stripe_world, "01", refunds=[silent])

    send(stripe_world, "01", "09")

    assert stripe_world.live() == 3
    assert stripe_world.cases() == ["refund_unknown_entitlement"]


def test_the_rest_refunded_and_that_refund_fails(stripe_world: StripeWorld) -> None:
    refunds = [about("08"), about("10")]
    load(stripe_world, "01", refunds=refunds)
    send(stripe_world, "01", "08", "09", "10", "11")
    assert stripe_world.live() == 0

    failed = about("12") | {"status": "failed"}
    load(stripe_world, "01", refunds=[about("08"), failed])
    send(stripe_world, "12")

    assert stripe_world.states() == ["revoked", "issued", "issued"]
    assert stripe_world.cases() == []


def test_a_dispute_opened_and_won(stripe_world: StripeWorld) -> None:
    load(stripe_world, "03", disputes=[about("15")])
    send(stripe_world, "03", "16", "15")
    assert set(Entitlement.objects.values_list("state", "held_count")) == {("issued", 1)}

    load(stripe_world, "03", disputes=[about("17")])
    send(stripe_world, "17")

    assert set(Entitlement.objects.values_list("state", "held_count")) == {("issued", 0)}


def test_a_dispute_that_was_lost(stripe_world: StripeWorld) -> None:
    load(stripe_world, "03", disputes=[about("18")])
    send(stripe_world, "18")

    assert stripe_world.live() == 0
    assert Entitlement.objects.count() == 3


def signed(body: str, *, age: int = 0, secret: str = SECRET) -> str:
    """Sign as the official library does, so many seconds ago."""
    at = int(now().timestamp()) - age
    return str(stripe.WebhookSignature.generate_signature_header(body, secret, at))


@pytest.mark.parametrize(
    ("case", "answer"),
    [
        ("fresh", 200),
        ("the second of two fits", 200),
        ("290 s old", 200),
        ("310 s old", 400),
        ("an hour in the future", 400),
        ("a year old", 400),
        ("another secret", 401),
        ("only v0", 401),
        ("written anew", 401),
        ("none", 401),
        ("garbage", 401),
    ],
)
def test_signatures_at_the_door(stripe_world: StripeWorld, case: str, answer: int) -> None:
    load(stripe_world, "01")
    body = json.dumps(sample("01"), indent=2)
    fresh = signed(body)
    header = {
        "fresh": fresh,
        "the second of two fits": fresh.replace(",v1=", f",v1={'0' * 64},v1="),
        "290 s old": signed(body, age=290),
        "310 s old": signed(body, age=310),
        "an hour in the future": signed(body, age=-3600),
        "a year old": signed(body, age=365 * 86_400),
        "another secret": signed(body, secret="whsec_other"),
        "only v0": fresh.replace("v1=", "v0="),
        "written anew": signed(json.dumps(json.loads(body))),
        "none": None,
        "garbage": "t=now,v1=yes",
    }[case]

    if answer == 200:
        assert post(body, header) == 200
        stripe_world.work()
        assert stripe_world.live() == 3
    else:
        with unchanged():
            assert post(body, header) == answer
            assert RefusedMessages.objects.all().delete()[0] == 1  # counted, and nothing else


def post(body: str, header: str | None) -> int:
    """Knock at the door with this signature."""
    headers = {} if header is None else {"Stripe-Signature": header}
    answer = Client().post("/in/stripe/", body, content_type="application/json", headers=headers)
    return int(answer.status_code)
