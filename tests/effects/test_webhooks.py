"""Events sent to endpoints: signed, tried again for three days, and nothing is lost."""

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from counterfoil.effects.publishing import publish
from counterfoil.effects.trying_webhooks import try_now
from counterfoil.effects.webhooks import Lane, _taken, send_webhooks
from counterfoil.models import (
    AuditEntry,
    Event,
    ExceptionCase,
    WebhookAttempt,
    WebhookDelivery,
    WebhookEndpoint,
)
from counterfoil.operations._announcing import announce
from counterfoil.operations.disable_webhook_endpoint import disable_webhook_endpoint
from counterfoil.operations.enable_webhook_endpoint import enable_webhook_endpoint
from counterfoil.operations.end_webhook_endpoint import end_webhook_endpoint
from counterfoil.operations.replay_failed_webhooks import replay_failed_webhooks
from counterfoil.operations.replay_webhook import replay_webhook
from counterfoil.operations.replay_webhooks_since import replay_webhooks_since
from counterfoil.operations.rotate_webhook_secret import rotate_webhook_secret
from counterfoil.rules.events import EventType
from counterfoil.rules.webhook_secrets import secret_bytes
from counterfoil.rules.webhooks import (
    MOST_ATTEMPTS,
    PAUSES,
    DisabledWhy,
    Missed,
)
from counterfoil.testing.builders import OPERATOR, issue_one, make_product, now
from tests.effects.webhook_listener import Listener, listening
from tests.reservations import partner
from tests.webhooks import an_endpoint, an_event, send, told, wear_out

pytestmark = pytest.mark.django_db
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def loopback(settings: Any) -> None:
    settings.COUNTERFOIL_WEBHOOKS_ALLOW_LOOPBACK = True


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as found:
        found.body = b""
        yield found


@pytest.fixture
def endpoint(listener: Listener) -> WebhookEndpoint:
    return an_endpoint(listener.url).endpoint


def of(event: Event) -> WebhookDelivery:
    return WebhookDelivery.objects.get(event=event)


def case() -> ExceptionCase | None:
    return ExceptionCase.objects.filter(kind="webhook_failing", resolved_at=None).first()


def signatures(secret: str, headers: dict[str, str], body: bytes) -> str:
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    made = hmac.digest(secret_bytes(secret), content, hashlib.sha256)
    return f"v1,{base64.b64encode(made).decode()}"


def test_one_that_is_taken_costs_six_statements(
    endpoint: WebhookEndpoint, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    an_event()
    send()  # the first writes down that the endpoint is well
    event = an_event()
    of_transactions, looking_for_more = 3 * 2, 1

    with django_assert_num_queries(6 + of_transactions + looking_for_more):
        send_webhooks(Lane.WELL, at=now())

    assert of(event).delivered_at
    assert of(event).tried.get().status == 200


def test_each_endpoint_is_told_of_what_it_is_meant_to_know_and_of_nothing_else() -> None:
    issued, kennel = issue_one(), partner()
    product = issued.entitlement().product_id
    others = make_product("OTHER").pk
    publish()  # what happened before there was any endpoint
    made = {
        "all": an_endpoint("http://localhost/all", takes_tests=True),
        "live": an_endpoint("http://localhost/live"),
        "type": an_endpoint("http://localhost/type", types=["partner.opened"]),
        "product": an_endpoint("http://localhost/p", products=[product], takes_tests=True),
        "other": an_endpoint("http://localhost/o", products=[others], takes_tests=True),
        "partner": an_endpoint("http://localhost/k", partner=kennel, takes_tests=True),
        "stranger": an_endpoint("http://localhost/s", partner=partner("vets"), takes_tests=True),
    }
    end_webhook_endpoint(
        endpoint_id=an_endpoint("http://localhost/gone").endpoint.pk,
        reason="x",
        by=OPERATOR,
        at=now(),
    )
    opened, paused = an_event(), an_event(EventType.PARTNER_SUSPENDED, partner=kennel)
    bought = an_event(EventType.PURCHASE_PAID, purchase=issued.purchase)  # a test purchase
    unit = Event.objects.create(
        type="entitlement.issued",
        entitlement=issued.entitlement(),
        version=1,
        is_test=True,
        occurred_at=now(),
    )
    publish()

    found = {name: told(one.endpoint) for name, one in made.items()}

    assert found == {
        "all": {opened.pk, paused.pk, bought.pk, unit.pk},
        "live": {opened.pk, paused.pk},
        "type": {opened.pk},
        "product": {bought.pk, unit.pk},
        "other": set(),
        "partner": {paused.pk},
        "stranger": set(),
    }
    assert publish() == 0


def test_what_is_sent_is_thin_and_signed_under_the_id_of_the_event(listener: Listener) -> None:
    made, event = an_endpoint(listener.url), an_event()

    assert send() == 1

    [(headers, body)] = listener.told
    assert headers["webhook-id"] == str(event.pk)
    assert headers["webhook-signature"] == signatures(made.secret, headers, body)
    assert json.loads(body)["type"] == "partner.opened"
    assert of(event).delivered_at is not None
    [attempt] = WebhookAttempt.objects.all()
    assert (attempt.status, attempt.error) == (200, "")
    made.endpoint.refresh_from_db()
    assert made.endpoint.last_succeeded_at is not None
    assert send() == 0


def test_what_is_not_taken_is_tried_for_three_days_and_then_put_before_staff(
    listener: Listener, endpoint: WebhookEndpoint
) -> None:
    listener.status, listener.body = 500, b"code 7K3M-9QXT-2B5N-RWE0 unknown"
    event, at = an_event(), now()
    for pause in PAUSES:
        assert (case(), send(at=at)) == (None, 1)
        waits = of(event).due_at - at
        assert pause <= waits <= pause * 1.11
        assert send(at=at + waits - SECOND) == 0
        at += max(waits, timedelta(minutes=11))  # an endpoint that fails is left alone for a while
    send(at=at)

    delivery = of(event)
    assert delivery.gave_up_at == at
    assert delivery.last_error == "It answered 500."
    assert 3 <= sum(PAUSES, timedelta()).days < 4
    assert len({headers["webhook-id"] for headers, _ in listener.told}) == 1
    assert WebhookAttempt.objects.count() == len(listener.told) == MOST_ATTEMPTS
    assert "RWE0" not in (WebhookAttempt.objects.first() or WebhookAttempt()).answer
    assert case() is not None

    listener.status = 200
    count = replay_failed_webhooks(endpoint_id=endpoint.pk, by=OPERATOR, at=at)
    send(at=at)

    assert (count, case()) == (1, None)  # it closed by itself
    assert of(event).delivered_at == at
    assert AuditEntry.objects.filter(act="replay_failed_webhooks").count() == 1


def test_one_that_is_gone_is_disabled_and_told_all_it_missed_when_it_is_back(
    listener: Listener, endpoint: WebhookEndpoint
) -> None:
    with listening() as other:
        bystander = an_endpoint(other.url).endpoint
        listener.status = 410
        first = an_event()
        send()
        endpoint.refresh_from_db()
        assert endpoint.disabled_why == "gone"
        assert endpoint.failures == 1
        found = case()
        assert found is not None
        assert found.evidence["disabled"] == "gone"
        second = an_event()
        publish()
        send()
        types = [one["type"] for one in other.bodies()]
        news = ["endpoint.disabled", "exception.opened"]
        assert sorted(types) == [*news, "partner.opened", "partner.opened"]
        assert told(endpoint) == {first.pk}

        listener.status = 200
        enable_webhook_endpoint(endpoint_id=endpoint.pk, missed=Missed.SEND, by=OPERATOR, at=now())
        send()

        assert of_endpoint(endpoint) == {"delivered"}
        assert {first.pk, second.pk} < told(endpoint)
        assert case() is None
        assert told(bystander) == told(endpoint)


def of_endpoint(endpoint: WebhookEndpoint) -> set[str]:
    rows = WebhookDelivery.objects.filter(endpoint=endpoint)
    return {
        "delivered" if row.delivered_at else "given up" if row.gave_up_at else "waiting"
        for row in rows
    }


def test_what_was_missed_can_be_left_out_and_sent_later_all_the_same(
    listener: Listener, endpoint: WebhookEndpoint
) -> None:
    began = now()
    waiting = an_event()
    disable_webhook_endpoint(
        endpoint_id=endpoint.pk, why=DisabledWhy.STAFF, reason="Moving", by=OPERATOR, at=now()
    )
    assert case() is None  # whoever did it knows
    an_event()
    enable_webhook_endpoint(endpoint_id=endpoint.pk, missed=Missed.LEAVE, by=OPERATOR, at=now())
    assert send() == 0
    assert told(endpoint) == {waiting.pk}

    count = replay_webhooks_since(endpoint_id=endpoint.pk, since=began, by=OPERATOR, at=now())

    assert count == 3  # with that it was disabled
    assert send() == 3
    assert of_endpoint(endpoint) == {"delivered"}
    replay_webhook(endpoint_id=endpoint.pk, event_id=waiting.pk, by=OPERATOR, at=now())
    assert send() == 1
    ids = [headers["webhook-id"] for headers, _ in listener.told]
    assert ids.count(str(waiting.pk)) == 2


def test_one_that_takes_nothing_for_five_days_is_disabled(
    listener: Listener, endpoint: WebhookEndpoint
) -> None:
    listener.status, at = 503, now() + 10 * SECOND
    for day in range(5):
        an_event()
        send(at=at + day * DAY)
    endpoint.refresh_from_db()
    assert endpoint.disabled_at is None

    an_event()
    send(at=at + 5 * DAY)

    endpoint.refresh_from_db()
    assert endpoint.disabled_why == "failing"
    assert case() is not None
    assert send(at=at + 9 * DAY) == 0


def test_one_event_given_up_leaves_it_enabled_until_a_later_one_fails_too(
    listener: Listener, endpoint: WebhookEndpoint
) -> None:
    listener.status = 503
    given_up = an_event()
    wear_out(given_up)
    endpoint.refresh_from_db()
    assert (of(given_up).gave_up_at is not None, endpoint.disabled_at) == (True, None)
    assert case() is not None

    an_event()
    send(at=now() + 5 * DAY)

    endpoint.refresh_from_db()
    assert endpoint.disabled_why == "failing"


def test_a_new_secret_signs_beside_the_old_as_long_as_was_chosen(listener: Listener) -> None:
    made, at = an_endpoint(listener.url), now()  # secrets are rotated before anything happens
    rotate = {"endpoint_id": made.endpoint.pk, "by": OPERATOR, "at": at}
    fresh = rotate_webhook_secret(beside=DAY, instead_of=1, **rotate)
    for moment in (at + 10 * SECOND, at + DAY + SECOND):
        an_event()
        send(at=moment)
    last = rotate_webhook_secret(beside=timedelta(0), instead_of=2, **rotate)
    an_event()
    send(at=at + DAY)

    used = [
        [signatures(one.secret, headers, body) for one in (made, fresh, last)]
        for headers, body in listener.told
    ]
    sent = [headers["webhook-signature"].split(" ") for headers, _ in listener.told]
    assert sent == [[used[0][1], used[0][0]], [used[1][1]], [used[2][2]]]
    secrets = {made.secret, fresh.secret, last.secret}
    assert len(secrets) == 3
    kept = str(list(AuditEntry.objects.values_list("data", flat=True)))
    assert not any(one in kept for one in secrets)


def test_an_endpoint_that_hangs_has_its_few_threads_and_no_more(listener: Listener) -> None:
    slow = an_endpoint("http://localhost:9/slow").endpoint
    for _ in range(5):
        an_event()
    at = now()
    under_way = [_taken(Lane.WELL, at) for _ in range(5)]  # and none of them ever ends
    assert [one is not None for one in under_way] == [True, True, False, False, False]

    quick = an_endpoint(listener.url).endpoint
    event = an_event()
    assert send_webhooks(Lane.WELL, at=now()) == 1

    assert told(quick) == {event.pk}
    assert [headers["webhook-id"] for headers, _ in listener.told] == [str(event.pk)]
    WebhookEndpoint.objects.filter(pk=slow.pk).update(failures=1, failing_since=at)
    assert _taken(Lane.WELL, now()) is None  # one that fails is no business of these threads


def test_a_test_is_sent_once_to_that_endpoint_alone_and_tells_what_came(
    listener: Listener, endpoint: WebhookEndpoint, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    bystander = an_endpoint("http://localhost:9/").endpoint
    listener.status = 418
    disable_webhook_endpoint(
        endpoint_id=endpoint.pk, why=DisabledWhy.STAFF, reason="x", by=OPERATOR, at=now()
    )

    tried = try_now(endpoint.pk, by=OPERATOR, at=now())

    assert (tried.last_status, tried.attempts) == (418, 1)
    assert tried.gave_up_at is not None
    assert listener.bodies()[0]["type"] == "endpoint.tested"
    publish()
    assert told(bystander) == {Event.objects.get(type="endpoint.disabled").pk}
    endpoint.refresh_from_db()
    assert endpoint.failures == 0
    assert send(at=now() + 9 * DAY) == 1  # the bystander's
    assert len(listener.told) == 1


def test_nothing_is_sent_to_one_that_was_ended(
    listener: Listener, endpoint: WebhookEndpoint
) -> None:
    an_event()
    end_webhook_endpoint(endpoint_id=endpoint.pk, reason="Closed", by=OPERATOR, at=now())
    an_event()

    assert (send(), listener.told) == (0, [])
    endpoint.refresh_from_db()
    assert endpoint.secrets(at=now()) == ()


def test_one_that_ends_between_taking_and_sending_is_sent_nothing_unsigned(
    listener: Listener, endpoint: WebhookEndpoint
) -> None:
    event = an_event()
    publish()
    endpoint.seal_secrets([])
    endpoint.save()

    send()

    assert listener.told == []
    assert of(event).last_error == "The endpoint has no secret any more."


def test_an_event_is_given_to_endpoints_with_its_place_and_not_before(
    endpoint: WebhookEndpoint,
) -> None:
    announce(EventType.PARTNER_OPENED, {}, at=now())
    assert told(endpoint) == set()

    assert publish() == 1

    assert len(told(endpoint)) == 1
