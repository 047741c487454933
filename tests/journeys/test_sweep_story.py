"""Nothing is lost when messages are: the sweep finds it, and finds it once."""

from datetime import timedelta

import pytest

from counterfoil.intake.sweep import sweep
from counterfoil.models import Connection, ExceptionCase, Message
from counterfoil.testing.builders import now
from tests.stripe_world import StripeWorld

COVERS = {
    "F4": ["test_finds_what_no_message_told"],
    "F12": ["test_finds_what_no_message_told"],
    "F13": ["test_one_order_that_cannot_be_read_holds_up_no_other"],
}

pytestmark = pytest.mark.django_db


def test_finds_what_no_message_told(stripe_world: StripeWorld) -> None:
    world = stripe_world
    world.deliveries.switch(drop=True)
    first, second, left = world.checkout(), world.checkout(STD=1), world.checkout(STD=1)
    world.sim.pay(first)
    world.sim.refund(first, line=world.line(first, "HEALTH"))
    world.sim.pay_later(second)
    world.sim.expire(left)
    world.checkout(STD=5)
    world.arrive()
    assert not Message.objects.exists()

    swept = sweep(connection=world.connection, since=now() - timedelta(hours=1))

    assert world.states() == ["revoked", "issued", "issued"]
    assert swept.complete
    assert swept.failed == ()
    written = world.live()
    sweep(connection=world.connection, since=now() - timedelta(hours=1))
    assert world.live() == written


def test_one_order_that_cannot_be_read_holds_up_no_other(stripe_world: StripeWorld) -> None:
    world = stripe_world
    bad, good = world.checkout(STD=1), world.checkout(STD=1)
    world.sim.pay(bad)
    world.sim.pay(good)
    world.sim.store.get("session", bad)["currency"] = None

    swept = sweep(connection=world.connection, since=now() - timedelta(hours=1))

    assert dict(swept.failed)[bad] == "order_invalid"
    assert world.live() == 1


def test_an_order_that_fails_in_the_sweep_is_seen_until_it_is_mended(
    stripe_world: StripeWorld,
) -> None:
    world = stripe_world
    bad = world.checkout(STD=1)
    world.sim.pay(bad)
    session = world.sim.store.get("session", bad)
    session["currency"] = None
    for _ in range(2):
        sweep(connection=world.connection, since=now() - timedelta(hours=1))
    case = ExceptionCase.objects.get(kind="order_stuck")
    assert case.evidence["order"] == bad

    session["currency"] = "usd"
    sweep(connection=world.connection, since=now() - timedelta(hours=1))

    case.refresh_from_db()
    assert case.outcome == "It is up to date now."
    assert world.live() == 1


def test_a_channel_that_is_down_leaves_the_rest_for_the_next_time(
    stripe_world: StripeWorld,
) -> None:
    world = stripe_world
    world.sim.pay(world.checkout(STD=1))
    Connection.objects.update(options={"api_base": "http://127.0.0.1:9"})
    world.connection.refresh_from_db()

    swept = sweep(connection=world.connection, since=now() - timedelta(hours=1))

    assert not swept.complete
    assert world.live() == 0
