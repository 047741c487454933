"""Whoever dies while sending leaves an event that is sent again, and written down once."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from counterfoil.effects.webhooks import LEASE
from counterfoil.models import Event, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from counterfoil.testing.builders import now
from tests.crash.doomed import perform
from tests.effects.webhook_listener import Listener, listening
from tests.records import rows
from tests.webhooks import an_endpoint, an_event, send

pytestmark = pytest.mark.django_db(transaction=True)
MOST = 40  # moments in sending one event


@pytest.fixture
def listener(settings: Any) -> Iterator[Listener]:
    settings.COUNTERFOIL_WEBHOOKS_ALLOW_LOOPBACK = True
    with listening() as found:
        yield found


def test_killed_at_any_moment_it_is_sent_again_and_recorded_once(listener: Listener) -> None:
    an_endpoint(listener.url)
    twice = 0
    for moment in range(1, MOST):
        event = an_event()
        at = now()
        died = perform(lambda at=at: send(at=at), killed_at=moment)
        unrecorded = WebhookDelivery.objects.get(event=event).delivered_at is None
        before = [headers["webhook-id"] for headers, _ in listener.told]

        send(at=at + LEASE + timedelta(seconds=1))

        assert is_recorded_once(event)
        sent = [headers["webhook-id"] for headers, _ in listener.told].count(str(event.pk))
        assert sent == before.count(str(event.pk)) + unrecorded
        twice += sent == 2
        if died is None:
            break
    else:
        raise AssertionError("sending never ends")
    assert twice >= 2  # killed between sending and writing down
    assert WebhookEndpoint.objects.get().failures == 0
    kept = rows()
    assert send(at=now() + timedelta(days=1)) == 0
    assert rows() == kept


def is_recorded_once(event: Event) -> bool:
    [delivery] = WebhookDelivery.objects.filter(event=event)
    taken = WebhookAttempt.objects.filter(delivery=delivery, status=200)
    return delivery.delivered_at is not None and taken.count() == 1
