"""A Shopify connection over time: uninstalled, forgotten, refused; and what people ask."""

import json
from datetime import timedelta

import pytest
from django.core.mail import EmailMessage

from counterfoil.channels.shopify_health import DISPUTE_TOPICS, TOPICS
from counterfoil.effects.settling import settle
from counterfoil.intake.health import address_of, check_subscription
from counterfoil.intake.registry import adapter_for
from counterfoil.jobs.running import work_jobs
from counterfoil.models import Entitlement, ExceptionCase, Message, Purchase
from counterfoil.operations.request_job import request_job
from counterfoil.rules.jobs import JobKind
from counterfoil.testing.builders import OPERATOR, now
from tests.shopify_double import SHOP, fault
from tests.shopify_messages import body_of, order_body
from tests.shopify_orders import ORDER
from tests.shopify_world import SLUG, ShopifyWorld

COVERS = {
    "F7": ["test_a_token_that_is_revoked_breaks_the_connection_and_no_code"],
    "F12": [
        "test_subscriptions_that_shopify_removed_are_put_back",
        "test_what_no_message_told_is_found_by_the_sweep",
    ],
    "F13": ["test_messages_wait_while_shopify_asks_us_to"],
}

pytestmark = pytest.mark.django_db

UNINSTALLED = body_of(id=548380009, name="Kennel Club", myshopify_domain=SHOP, plan_name="basic")


def test_what_no_message_told_is_found_by_the_sweep(shopify_world: ShopifyWorld) -> None:
    shopify_world.sweep()
    assert shopify_world.live() == 3

    shopify_world.order.cancel()
    shopify_world.sweep()

    assert shopify_world.live() == 0
    assert Message.objects.count() == 0


def test_a_token_that_is_revoked_breaks_the_connection_and_no_code(
    shopify_world: ShopifyWorld,
) -> None:
    shopify_world.told()
    shopify_world.double.token = "another"
    shopify_world.hear(UNINSTALLED, topic="app/uninstalled")

    assert shopify_world.outcomes() == ["converged", "checked"]
    assert shopify_world.cases() == ["connection_broken"]
    assert shopify_world.states() == ["issued"] * 3
    shopify_world.use()

    shopify_world.double.token = adapter_for(shopify_world.connection).settings.access_token  # type: ignore[attr-defined]
    shopify_world.sweep()  # let in again
    assert shopify_world.cases() == []


def test_an_old_farewell_sent_again_breaks_nothing(shopify_world: ShopifyWorld) -> None:
    address = address_of(shopify_world.connection)
    adapter_for(shopify_world.connection).check(address)  # type: ignore[attr-defined]
    shopify_world.hear(UNINSTALLED, topic="app/uninstalled")

    assert shopify_world.outcomes() == ["checked"]
    assert shopify_world.cases() == []


def test_a_farewell_to_another_shop_is_refused(shopify_world: ShopifyWorld) -> None:
    body = body_of(id=1, myshopify_domain="another.myshopify.com")
    assert shopify_world.knock(body) == 401


def test_messages_wait_while_shopify_asks_us_to(shopify_world: ShopifyWorld) -> None:
    shopify_world.double.faults.append(fault(429, Retry_After="600"))
    shopify_world.told()

    message = Message.objects.get()
    assert message.handled_at is None
    assert message.next_attempt_at > now() + timedelta(minutes=9)
    assert shopify_world.live() == 0

    Message.objects.update(next_attempt_at=now())
    shopify_world.work()
    assert shopify_world.live() == 3


def test_subscriptions_that_shopify_removed_are_put_back(shopify_world: ShopifyWorld) -> None:
    everything = {*TOPICS, *DISPUTE_TOPICS}
    check_subscription(shopify_world.connection)
    subscriptions = shopify_world.double.subscriptions
    assert {one["topic"] for one in subscriptions} == everything
    assert {one["uri"] for one in subscriptions} == {address_of(shopify_world.connection)}
    for one in subscriptions:  # no names and no addresses travel
        assert "email" not in (one.get("includeFields") or [])
    check_subscription(shopify_world.connection)
    assert shopify_world.cases() == []

    del subscriptions[2]
    subscriptions[0]["uri"] = "https://elsewhere.example/in/"
    health = check_subscription(shopify_world.connection)

    assert health is not None
    assert len(health.mended) == 2
    assert {one["topic"] for one in subscriptions} == everything
    assert {one["uri"] for one in subscriptions} == {address_of(shopify_world.connection)}
    assert shopify_world.cases() == ["connection_broken"]
    check_subscription(shopify_world.connection)
    assert shopify_world.cases() == []


def test_comparing_puts_back_what_shopify_removed(shopify_world: ShopifyWorld) -> None:
    check_subscription(shopify_world.connection)
    shopify_world.double.subscriptions.clear()
    request_job(
        kind=JobKind.RECONCILE,
        key="compare",
        parameters={"connection": SLUG, "since": (now() - timedelta(days=1)).isoformat()},
        by=OPERATOR,
        at=now(),
    )

    while work_jobs():
        pass

    topics = {one["topic"] for one in shopify_world.double.subscriptions}
    assert topics == {*TOPICS, *DISPUTE_TOPICS}
    assert shopify_world.cases() == ["connection_broken"]  # told, until the next look finds it well
    assert shopify_world.live() == 3


def test_mails_call_the_order_what_the_shop_calls_it(
    shopify_world: ShopifyWorld, mailoutbox: list[EmailMessage]
) -> None:
    shopify_world.told()
    settle()

    [mail] = mailoutbox
    assert "Bestellung #1042." in mail.body  # the buyer reads German
    assert str(ORDER) not in mail.body


def test_what_shopify_will_not_subscribe_is_told(shopify_world: ShopifyWorld) -> None:
    double = shopify_world.double
    double.refusals["ORDERS_PAID"] = [{"field": None, "message": "not approved for customer data"}]
    double.scopes = ["read_orders"]
    shopify_world.option(write_back={"status": True, "fulfil": "digital"})

    health = check_subscription(shopify_world.connection)

    assert health is not None
    assert [one for one in health.troubles if "not approved" in one]
    assert [one for one in health.troubles if "write_orders" in one]
    assert [one for one in health.troubles if "fulfillment_orders" in one]
    assert [one for one in health.hints if "60 days" in one]
    assert {one["topic"] for one in double.subscriptions} == set(TOPICS) - {"ORDERS_PAID"}
    assert shopify_world.cases() == ["connection_broken"]


@pytest.mark.parametrize(
    ("asks", "more"),
    [
        ("export", {"data_request": {"id": 9999}, "orders_requested": [ORDER, 299938]}),
        ("erase", {"orders_to_redact": [ORDER, 299938]}),
    ],
)
def test_requests_about_data_become_exceptions_with_numbers_only(
    shopify_world: ShopifyWorld, asks: str, more: dict[str, object]
) -> None:
    body = body_of(
        shop_id=954889,
        shop_domain=SHOP,
        customer={"id": 191167, "email": "ann.buyer@example.com", "phone": "555-625-1199"},
        **more,
    )
    shopify_world.hear(body, topic="orders/paid")
    shopify_world.hear(body, topic="customers/redact")  # twice is once

    [case] = ExceptionCase.objects.all()
    assert (case.kind, case.evidence["asks"]) == ("privacy_request", asks)
    assert case.evidence["orders"] == [str(ORDER), "299938"]
    assert case.evidence["person_at_the_channel"] == "191167"
    kept = json.dumps(case.evidence) + case.key
    assert "example.com" not in kept
    assert "555" not in kept
    assert Message.objects.filter(body_sealed__isnull=False).count() == 0


def test_an_answered_request_is_not_asked_again_by_the_same_message(
    shopify_world: ShopifyWorld,
) -> None:
    body = body_of(shop_id=954889, shop_domain=SHOP)
    shopify_world.hear(body, webhook_id="same")
    ExceptionCase.objects.update(resolved_at=now(), resolved_by="Olga", outcome="erased")
    shopify_world.hear(body, webhook_id="same")

    assert shopify_world.cases() == []
    assert ExceptionCase.objects.get().evidence["asks"] == "erase_shop"


def test_requests_about_data_are_signed_too(shopify_world: ShopifyWorld) -> None:
    body = body_of(shop_id=954889, shop_domain=SHOP)
    assert shopify_world.knock(body, secret="another") == 401
    other = body_of(shop_id=1, shop_domain="another.myshopify.com")
    assert shopify_world.knock(other) == 401
    assert ExceptionCase.objects.count() == 0


def test_a_connection_that_is_not_set_up_is_not_there(shopify_world: ShopifyWorld) -> None:
    secrets = shopify_world.connection.secrets()
    for lacking in ({"access_token": ""}, {"app_secrets": ["", " "], "shop_secret": ""}):
        shopify_world.connection.seal_secrets(secrets | lacking)
        shopify_world.connection.save()
        assert shopify_world.knock(order_body()) == 404
    shopify_world.connection.seal_secrets(secrets)
    for wrong in ({"shop": "kennel-club.example"}, {"authorized": "maybe"}, {"page_size": 500}):
        shopify_world.connection.options = shopify_world.connection.options | wrong
        shopify_world.connection.save()
        assert shopify_world.knock(order_body()) == 404
    assert Entitlement.objects.count() == 0
    assert Purchase.objects.count() == 0
    assert SLUG


def test_a_message_that_meets_a_closed_door_tells_of_it_at_once(
    shopify_world: ShopifyWorld,
) -> None:
    shopify_world.double.token = "another"

    shopify_world.told()

    assert shopify_world.cases() == ["connection_broken"]
    assert shopify_world.live() == 0
