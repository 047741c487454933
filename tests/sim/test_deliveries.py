"""Webhooks as they arrive, and as they do not."""

import json

import pytest
import stripe

from counterfoil.channels.stripe import Stripe, StripeSettings
from counterfoil.errors import Forged, Stale
from counterfoil_sim import Deliveries, Simulator
from counterfoil_sim.deliveries import ATTEMPTS
from tests.simulated import SECRET, Clock, Shop

ADAPTER = Stripe(StripeSettings(api_key="sk_test_x", webhook_secrets=(SECRET,), is_test=True))


def refer(shop: Shop) -> list[str]:
    return [json.loads(envelope.body)["id"] for envelope in shop.received]


@pytest.fixture
def events(sim: Simulator) -> list[str]:
    return [
        sim.emit("refund.created", {"id": f"re_{n}", "payment_intent": "pi_x"})["id"]
        for n in range(3)
    ]


def test_signs_as_stripe_does(
    deliveries: Deliveries, shop: Shop, clock: Clock, events: list[str]
) -> None:
    deliveries.deliver_now()

    for envelope in shop.received:
        header = envelope.headers["stripe-signature"]
        assert stripe.WebhookSignature.verify_header(envelope.body, header, SECRET)
        assert ADAPTER.authenticate(envelope).pointer == "pi_x"
    assert refer(shop) == events
    assert [attempt.status for attempt in deliveries.log] == [200, 200, 200]
    assert deliveries.waiting() == []


def test_sends_nothing_twice_by_itself(
    deliveries: Deliveries, shop: Shop, events: list[str]
) -> None:
    deliveries.deliver_now()
    assert deliveries.deliver_now() == []
    assert refer(shop) == events


def test_repeats(deliveries: Deliveries, shop: Shop, events: list[str]) -> None:
    deliveries.switch(repeat=True)
    deliveries.deliver_now()
    assert refer(shop) == [event for event in events for _ in range(2)]


def test_reorders(deliveries: Deliveries, shop: Shop, clock: Clock, events: list[str]) -> None:
    deliveries.switch(reorder=True)
    assert deliveries.deliver_due() == []  # it waits for company
    clock.time += 10
    deliveries.deliver_due()
    assert refer(shop) == events[::-1]


def test_drops(deliveries: Deliveries, shop: Shop, sim: Simulator, events: list[str]) -> None:
    deliveries.switch(drop=True)
    deliveries.deliver_now()
    deliveries.switch(drop=False)

    assert deliveries.deliver_now() == []
    assert shop.received == []
    assert sim.store.delivered == {}
    deliveries.redeliver(events[1])
    assert refer(shop) == [events[1]]


def test_delays(deliveries: Deliveries, shop: Shop, events: list[str]) -> None:
    deliveries.switch(delay=True)
    assert deliveries.deliver_due() == []
    assert len(deliveries.waiting()) == 3
    deliveries.deliver_now()
    assert refer(shop) == events


def test_signs_with_a_wrong_secret(deliveries: Deliveries, shop: Shop, events: list[str]) -> None:
    deliveries.switch(wrong_secret=True)
    deliveries.deliver_now()
    with pytest.raises(Forged):
        ADAPTER.authenticate(shop.received[0])


def test_signs_with_an_old_time(deliveries: Deliveries, shop: Shop, events: list[str]) -> None:
    deliveries.switch(old_timestamp=True)
    deliveries.deliver_now()
    with pytest.raises(Stale):
        ADAPTER.authenticate(shop.received[0])


@pytest.mark.parametrize("answer", [0, 302, 400, 500])
def test_tries_again_later_and_gives_up_in_the_end(
    deliveries: Deliveries,
    shop: Shop,
    clock: Clock,
    sim: Simulator,
    events: list[str],
    answer: int,
) -> None:
    shop.answer = answer
    deliveries.deliver_due()
    assert deliveries.deliver_due() == []  # not yet
    for _ in range(20):
        clock.time += 100
        deliveries.deliver_due()

    assert len(shop.received) == ATTEMPTS * len(events)
    assert deliveries.waiting() == []
    assert sim.store.delivered == {}


def test_arrives_when_the_shop_is_back(
    deliveries: Deliveries, shop: Shop, clock: Clock, sim: Simulator, events: list[str]
) -> None:
    shop.answer = 503
    deliveries.deliver_due()
    shop.answer = 200
    clock.time += 100
    deliveries.deliver_due()

    assert set(sim.store.delivered) == set(events)


def test_gives_up_at_once_without_an_endpoint(sim: Simulator, events: list[str]) -> None:
    nowhere = Deliveries(sim, url=None, secret=SECRET)
    nowhere.deliver_now()
    assert nowhere.waiting() == []


def test_sends_recorded_events_as_they_are(
    deliveries: Deliveries, shop: Shop, sim: Simulator
) -> None:
    event = {"id": "evt_recorded", "type": "refund.created", "livemode": False, "data": {}}
    sim.send(event)
    deliveries.deliver_now()
    assert json.loads(shop.received[0].body) == event
