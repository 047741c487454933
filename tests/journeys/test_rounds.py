"""The rounds the worker makes."""

from datetime import timedelta

import pytest

from counterfoil.intake.rounds import Rounds
from counterfoil.models import Connection
from counterfoil.testing.builders import now
from tests.stripe_world import StripeWorld

pytestmark = pytest.mark.django_db


def paid_but_never_told(world: StripeWorld, *, ago: timedelta) -> None:
    world.deliveries.switch(drop=True)
    session = world.checkout(STD=1)
    world.sim.pay(session)
    told = world.sim.store.newest_first("event")
    about = [one for one in told if one["data"]["object"]["id"] == session]
    for made in (world.sim.store.get("session", session), *about):
        made["created"] -= int(ago.total_seconds())


def test_the_first_round_goes_far_back_and_the_next_ones_do_not(stripe_world: StripeWorld) -> None:
    world, rounds = stripe_world, Rounds()
    paid_but_never_told(world, ago=timedelta(days=20))
    assert rounds() == 0
    assert world.live() == 1

    paid_but_never_told(world, ago=timedelta(minutes=5))
    paid_but_never_told(world, ago=timedelta(days=20))
    rounds()
    assert world.live() == 2


def test_a_connection_nobody_knows_holds_up_no_other(stripe_world: StripeWorld) -> None:
    Connection.objects.create(slug="a", channel="pigeon", name="A", is_test=True, created_at=now())
    paid_but_never_told(stripe_world, ago=timedelta(minutes=5))

    Rounds()()

    assert stripe_world.live() == 1
