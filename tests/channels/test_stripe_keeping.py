"""Keeping up with Stripe: its endpoint, its patience, and what was answered and then lost."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import stripe

from counterfoil.channels.base import ChannelHealth, CheckoutLine, CheckoutRequest, Subscribing
from counterfoil.channels.stripe import Stripe, StripeSettings
from counterfoil.channels.stripe_answers import unavailable
from counterfoil.channels.stripe_events import TOPICS
from counterfoil.errors import AccessLost, ChannelUnavailable
from counterfoil_sim import Deliveries, Simulator, SimulatorServer
from tests.channels.builders import NOW, SECRET
from tests.simulated import Clock

COVERS = {
    "F7": ["test_a_key_that_is_not_accepted_is_told_apart_from_silence"],
    "F12": [
        "test_an_endpoint_that_was_switched_off_is_switched_on",
        "test_an_endpoint_that_is_gone_is_a_trouble",
    ],
    "F24": ["test_what_was_answered_and_then_lost_is_found_again"],
}
ENDPOINT = "https://shop.example/in/stripe/"


@pytest.fixture
def channel(server: SimulatorServer) -> Stripe:
    return Stripe(
        StripeSettings(
            api_key="sk_test_x",
            webhook_secrets=(SECRET,),
            is_test=True,
            api_base=server.url,
            retries=0,
        )
    )


def request(cart: str) -> CheckoutRequest:
    return CheckoutRequest(
        cart=cart,
        lines=(CheckoutLine(name="Kit", sku="KIT", unit_amount=2500, quantity=2),),
        currency="EUR",
        success_url="https://shop.example/thanks",
        cancel_url="https://shop.example/cart",
    )


def test_an_endpoint_that_is_there_is_left_alone(channel: Stripe, sim: Simulator) -> None:
    before = json.dumps(sim.endpoint(ENDPOINT))

    assert isinstance(channel, Subscribing)
    assert channel.check(ENDPOINT) == ChannelHealth()
    assert json.dumps(sim.endpoint(ENDPOINT)) == before


def test_an_endpoint_that_was_switched_off_is_switched_on(channel: Stripe, sim: Simulator) -> None:
    sim.endpoint(ENDPOINT)["status"] = "disabled"

    health = channel.check(ENDPOINT.rstrip("/"))

    assert len(health.mended) == 1
    assert health.troubles == ()
    assert sim.endpoint(ENDPOINT)["status"] == "enabled"
    assert channel.check(ENDPOINT) == ChannelHealth()


def test_an_endpoint_is_told_what_it_lacks_and_keeps_the_rest(
    channel: Stripe, sim: Simulator
) -> None:
    theirs = "customer.created"
    sim.endpoint(ENDPOINT)["enabled_events"] = [theirs, *TOPICS[1:]]

    health = channel.check(ENDPOINT)

    assert TOPICS[0] in health.mended[0]
    assert set(sim.endpoint(ENDPOINT)["enabled_events"]) == {theirs, *TOPICS}


def test_an_endpoint_that_is_gone_is_a_trouble(channel: Stripe, sim: Simulator) -> None:
    sim.endpoint("https://elsewhere.example/in/stripe/")

    health = channel.check(ENDPOINT)

    assert health.mended == ()
    assert ENDPOINT in health.troubles[0]


def test_what_was_answered_and_then_lost_is_found_again(
    channel: Stripe, sim: Simulator, deliveries: Deliveries, clock: Clock
) -> None:
    old = channel.open_checkout(request("old")).reference
    payment = sim.pay(old)["payment_intent"]
    deliveries.deliver_now()
    clock.time += 40 * 86_400
    since = clock.now() - timedelta(minutes=1)
    assert list(channel.changed_since(since)) == []

    sim.refund(old)
    assert deliveries.deliver_now()[0].arrived  # answered; then its database was set back

    assert list(channel.changed_since(since)) == [payment]


def test_a_key_that_is_not_accepted_is_told_apart_from_silence(
    channel: Stripe, server: SimulatorServer
) -> None:
    locked_out = Stripe(replace(channel.settings, api_key="sk_live_stolen"))
    for ask in (
        lambda: locked_out.read_order("cs_test_one", as_of=NOW),
        lambda: list(locked_out.changed_since(NOW)),
        lambda: locked_out.check(ENDPOINT),
        lambda: locked_out.open_checkout(request("one")),
    ):
        with pytest.raises(AccessLost) as caught:
            ask()
        assert "stolen" not in str(caught.value)

    server.stop()
    with pytest.raises(ChannelUnavailable) as silence:
        channel.check(ENDPOINT)
    assert not isinstance(silence.value, AccessLost)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"Retry-After": "-3"}, 0.0),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        ({}, None),
        (None, None),
    ],
)
def test_waits_as_long_as_stripe_wants(headers: Any, wait: float | None) -> None:
    error = stripe.RateLimitError("slow down", http_status=429, headers=headers)

    found = unavailable(error)

    assert found.retry_after == wait
    assert found.detail == "RateLimitError 429"


@pytest.mark.parametrize("error", [stripe.AuthenticationError, stripe.PermissionError])
def test_a_key_that_may_not_is_lost_access(error: type[stripe.StripeError]) -> None:
    assert isinstance(unavailable(error("no", http_status=403)), AccessLost)


def test_a_key_that_may_not_see_the_endpoint_is_not_broken(channel: Stripe) -> None:
    health = Stripe(replace(channel.settings, api_key="rk_test_x")).check(ENDPOINT)

    assert (health.mended, health.troubles) == ((), ())
    assert "webhook endpoint" in health.hints[0]
