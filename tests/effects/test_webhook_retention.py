"""What is kept of webhooks goes with its event, and what is gone holds up nothing."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from counterfoil.models import Event, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from counterfoil.operations.forget_events import forget_events
from counterfoil.operations.replay_failed_webhooks import replay_failed_webhooks
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import OPERATOR, now
from tests.effects.webhook_listener import Listener, listening
from tests.webhooks import an_endpoint, an_event, send, told

pytestmark = pytest.mark.django_db
LATER = timedelta(days=200)


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


def test_what_became_of_an_event_is_forgotten_with_it(endpoint: WebhookEndpoint) -> None:
    an_event()
    send()
    waiting, newest = an_event(), an_event()
    Event.objects.filter(pk=newest.pk).update(occurred_at=now() + LATER)

    assert forget_events(by=SYSTEM, at=now() + LATER) == 2

    assert told(endpoint) == {newest.pk}, waiting
    assert not WebhookAttempt.objects.exists()


def test_an_event_that_is_gone_holds_up_no_other(
    endpoint: WebhookEndpoint, listener: Listener
) -> None:
    gone, kept = an_event(), an_event()
    Event.objects.filter(pk=gone.pk).delete()

    for _ in range(3):
        send()

    rows = WebhookDelivery.objects.filter(endpoint=endpoint)
    assert list(rows.values_list("event", flat=True)) == [kept.pk]
    assert rows.get().delivered_at is not None
    assert len(listener.told) == 1


def test_what_was_given_up_and_is_gone_is_not_sent_again(
    endpoint: WebhookEndpoint, listener: Listener
) -> None:
    an_event()
    kept = an_event()
    WebhookDelivery.objects.update(gave_up_at=now())
    Event.objects.filter(pk=kept.pk).update(occurred_at=now() + LATER)
    forget_events(by=SYSTEM, at=now() + LATER)

    assert replay_failed_webhooks(endpoint_id=endpoint.pk, by=OPERATOR, at=now()) == 1
    send()

    assert told(endpoint) == {kept.pk}
    assert len(listener.told) == 1
