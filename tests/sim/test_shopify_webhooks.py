"""Messages as they arrive, and as they do not."""

import base64
import hashlib
import hmac
import json

import pytest

from counterfoil_sim.shopify import Shopify, Webhooks
from counterfoil_sim.shopify.webhooks import RETRIES, RETRIES_TAKE
from tests.simulated import Clock
from tests.simulated_shopify import HOOK, SECRET, App, Heard


def is_signed(heard: Heard, secret: str) -> bool:
    digest = hmac.new(secret.encode(), heard.raw, hashlib.sha256).digest()
    return heard.headers["x-shopify-hmac-sha256"] == base64.b64encode(digest).decode()


@pytest.fixture
def order(shopify: Shopify) -> int:
    return int(shopify.place_order({"DNA-STD": 1})["id"])


def test_signs_and_says_what_it_is(webhooks: Webhooks, app: App, order: int) -> None:
    webhooks.deliver_now()

    first, second = app.heard
    for one in app.heard:
        assert is_signed(one, SECRET)
        assert one.url == HOOK
        assert one.headers["x-shopify-shop-domain"] == "cf-demo.myshopify.com"
        assert one.headers["x-shopify-api-version"] == "2026-10"
        assert one.headers["x-shopify-triggered-at"] == "2026-11-21T09:00:00.000000000Z"
    assert app.topics() == ["orders/create", "orders/paid"]
    assert first.headers["x-shopify-name"] == "counterfoil-orders-create"
    assert first.headers["x-shopify-webhook-id"] != second.headers["x-shopify-webhook-id"]
    assert first.headers["x-shopify-event-id"] == second.headers["x-shopify-event-id"]
    assert b"\n" not in first.raw
    assert webhooks.deliver_now() == []


def test_keeps_the_body_of_the_moment(
    shopify: Shopify, webhooks: Webhooks, app: App, order: int
) -> None:
    shopify.cancel(order)
    webhooks.deliver_now()
    assert app.last("orders/paid")["cancelled_at"] is None
    assert app.last("orders/cancelled")["cancelled_at"] is not None


@pytest.mark.parametrize("answer", [0, 302, 410, 500])
def test_tries_eight_times_more_in_four_hours_and_forgets_the_subscription(
    shopify: Shopify, webhooks: Webhooks, app: App, clock: Clock, order: int, answer: int
) -> None:
    app.answer = answer
    webhooks.deliver_due()
    assert webhooks.deliver_due() == []  # not yet
    began, known = clock.time, len(shopify.store.subscriptions)
    for _ in range(RETRIES):
        clock.time = max(one.due for one in webhooks.waiting())
        webhooks.deliver_due()

    assert clock.time - began == pytest.approx(RETRIES_TAKE)
    assert len(app.heard) == 2 * (1 + RETRIES)
    assert len({one.headers["x-shopify-webhook-id"] for one in app.heard}) == 2
    assert webhooks.waiting() == []
    assert len(shopify.store.subscriptions) == known - 2


def test_arrives_when_the_app_is_back(
    shopify: Shopify, webhooks: Webhooks, app: App, order: int
) -> None:
    app.answer = 503
    webhooks.deliver_now()
    app.answer = 200
    webhooks.deliver_now()  # as the button does
    assert webhooks.waiting() == []
    assert len(shopify.store.subscriptions) == 9


def test_signs_with_the_oldest_secret_that_is_not_revoked(
    shopify: Shopify, webhooks: Webhooks, app: App, order: int
) -> None:
    fresh = shopify.rotate_secret()
    webhooks.deliver_now()
    assert is_signed(app.heard[-1], SECRET)
    shopify.revoke_oldest_secret()
    webhooks.redeliver(next(iter(shopify.store.deliveries)))
    assert is_signed(app.heard[-1], fresh)


def test_signs_what_a_merchant_asked_for_with_the_shops_own_key(
    shopify: Shopify, webhooks: Webhooks, app: App
) -> None:
    shopify.subscribe("orders/paid", "http://app.test/by-hand/", by_app=False)
    shopify.place_order({"DNA-STD": 1})
    webhooks.deliver_now()

    by_hand = [one for one in app.heard if "by-hand" in one.url]
    assert [is_signed(one, shopify.identity["notification_secret"]) for one in by_hand] == [True]
    assert len({one.headers["x-shopify-webhook-id"] for one in app.heard}) == len(app.heard)


def test_faults_of_every_channel(webhooks: Webhooks, app: App, order: int) -> None:
    webhooks.switch(repeat=True, reorder=True)
    webhooks.deliver_now()
    assert app.topics() == ["orders/paid", "orders/paid", "orders/create", "orders/create"]
    assert len({one.headers["x-shopify-webhook-id"] for one in app.heard}) == 2


def test_drops_and_delays(shopify: Shopify, webhooks: Webhooks, app: App, order: int) -> None:
    webhooks.switch(delay=True)
    assert webhooks.deliver_due() == []
    webhooks.switch(delay=False, drop=True)
    webhooks.deliver_due()
    assert (app.heard, webhooks.waiting()) == ([], [])
    assert len(shopify.store.subscriptions) == 9  # nobody failed to answer


def test_faults_of_its_own(webhooks: Webhooks, app: App, order: int) -> None:
    webhooks.switch(second_subscription=True)
    webhooks.deliver_now()
    assert len({one.headers["x-shopify-webhook-id"] for one in app.heard}) == 4
    assert len({one.headers["x-shopify-event-id"] for one in app.heard}) == 1

    app.heard.clear()
    webhooks.switch(second_subscription=False, wrong_topic=True, wrong_shop=True)
    webhooks.switch(old_timestamp=True, wrong_secret=True)
    webhooks.redeliver(next(iter(webhooks.shop.store.deliveries)))
    [one] = app.heard
    assert one.topic == "orders/cancelled"
    assert one.headers["x-shopify-shop-domain"].startswith("somebody-elses")
    assert one.headers["x-shopify-triggered-at"].startswith("2026-11-20T")
    assert not is_signed(one, SECRET)
    assert json.loads(one.raw)["financial_status"] == "paid"


def test_says_good_bye(shopify: Shopify, webhooks: Webhooks, app: App) -> None:
    shopify.uninstall()
    shopify.place_order({"DNA-STD": 1})
    webhooks.deliver_now()
    assert app.topics() == ["app/uninstalled"]
    assert app.heard[0].body["myshopify_domain"] == "cf-demo.myshopify.com"
    assert shopify.app["tokens"] == []


def test_asks_about_people(shopify: Shopify, webhooks: Webhooks, app: App, order: int) -> None:
    webhooks.deliver_now()
    app.heard.clear()
    shopify.ask_for_data(order)
    shopify.redact_customer(order)
    shopify.redact_shop()
    webhooks.deliver_now()

    assert app.topics() == ["customers/data_request", "customers/redact", "shop/redact"]
    assert app.heard[0].body["orders_requested"] == [order]
    assert app.heard[1].body["orders_to_redact"] == [order]
    assert app.heard[1].body["customer"]["email"] == "ann@example.com"
    assert all(is_signed(one, SECRET) for one in app.heard)


def test_sends_only_the_fields_that_were_asked_for(
    shopify: Shopify, webhooks: Webhooks, app: App
) -> None:
    shopify.remove_subscriptions()
    shopify.subscribe("orders/paid", HOOK, fields=["id", "updated_at"])
    order = shopify.place_order({"DNA-STD": 1})
    webhooks.deliver_now()
    assert app.heard[0].body == {"id": order["id"], "updated_at": "2026-11-21T04:00:00-05:00"}
