"""Names of others hang: who was never called has not failed, and loses nothing by it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from counterfoil.effects import looking_up
from counterfoil.effects.settling import settle
from counterfoil.models import (
    DownstreamHealth,
    Entitlement,
    Provisioning,
    WebhookAttempt,
    WebhookDelivery,
)
from counterfoil.operations.redeem import redeem
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import ORIGIN, customer, issue_one, make_assignee, now
from tests.effects.webhook_listener import Listener, listening
from tests.webhooks import an_endpoint, an_event, send

pytestmark = pytest.mark.django_db
SOON = timedelta(minutes=1)


@pytest.fixture
def listener(settings: Any) -> Iterator[Listener]:
    settings.COUNTERFOIL_WEBHOOKS_ALLOW_LOOPBACK = True
    settings.COUNTERFOIL_PROVISIONER_ALLOWS_LOOPBACK = True
    settings.COUNTERFOIL_PROVISIONER_SECRETS = ["whsec_" + "A" * 43 + "="]
    with listening() as found:
        settings.COUNTERFOIL_PROVISIONER_URL = found.url
        yield found


class Full:
    """Room for no further name, until it is made."""

    def __init__(self) -> None:
        self.taken = [looking_up._asked.acquire() for _ in range(looking_up.MOST_ASKED)]

    def make_room(self) -> None:
        while self.taken:
            self.taken.pop()
            looking_up._asked.release()


@pytest.fixture
def full() -> Iterator[Full]:
    made = Full()
    yield made
    made.make_room()


def test_an_endpoint_is_told_later_and_has_not_failed(listener: Listener, full: Full) -> None:
    endpoint, event = an_endpoint(listener.url).endpoint, an_event()

    assert send() == 1

    delivery = WebhookDelivery.objects.get(event=event)
    endpoint.refresh_from_db()
    assert (delivery.attempts, delivery.leased_until, delivery.last_error) == (0, None, "")
    assert (endpoint.failures, endpoint.failing_since, endpoint.rests_until) == (0, None, None)
    assert (WebhookAttempt.objects.count(), listener.told) == (0, [])
    assert send() == 0, "it waits a little"
    full.make_room()
    assert send(at=now() + SOON) == 1
    delivery.refresh_from_db()
    assert (delivery.attempts, len(listener.told)) == (1, 1)
    assert delivery.delivered_at is not None


def test_a_provisioner_is_asked_later_and_counts_as_well(
    listener: Listener, full: Full, settings: Any
) -> None:
    settings.COUNTERFOIL_PROVISIONER = "counterfoil.effects.webhook_provisioner.WebhookProvisioner"
    issued, ana = issue_one(terms=Terms()), make_assignee()
    redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)

    settle()

    assert not DownstreamHealth.objects.exists()
    assert "Nobody was called" in Provisioning.objects.get().last_error
    full.make_room()
    settle(at=now() + SOON)
    assert Entitlement.objects.get().state == "fulfilled"
