"""What tests of webhooks begin with: endpoints, and events for them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from counterfoil.effects.publishing import publish
from counterfoil.effects.webhooks import Lane, send_webhooks
from counterfoil.models import Event, Partner, Purchase, WebhookDelivery, WebhookEndpoint
from counterfoil.operations._announcing import announce
from counterfoil.operations.make_webhook_endpoint import NewSecret, make_webhook_endpoint
from counterfoil.rules.events import EventType
from counterfoil.rules.webhooks import MOST_ATTEMPTS, EndpointSettings
from counterfoil.testing.builders import OPERATOR, now


def an_endpoint(url: str, *, partner: Partner | None = None, **wanted: Any) -> NewSecret:
    """Make an endpoint at this address."""
    return make_webhook_endpoint(
        wanted=EndpointSettings(url=url, **wanted), partner=partner, by=OPERATOR, at=now()
    )


def an_event(
    kind: EventType = EventType.PARTNER_OPENED,
    *,
    partner: Partner | None = None,
    purchase: Purchase | None = None,
) -> Event:
    """Have something happen, and give it its place."""
    made = announce(kind, {"note": "x"}, at=now(), partner=partner, purchase=purchase)
    publish()
    return made


def send(*, at: datetime | None = None) -> int:
    """Send what is due to all endpoints; gives how many were tried."""
    return sum(send_webhooks(lane, at=at or now()) for lane in Lane)


def told(endpoint: WebhookEndpoint) -> set[UUID]:
    """Give the events an endpoint is to be told of, or was."""
    rows = WebhookDelivery.objects.filter(endpoint=endpoint)
    return set(rows.values_list("event", flat=True))


def wear_out(event: Event) -> None:
    """Try this event as often as it is tried, on one day."""
    for day in range(MOST_ATTEMPTS):
        WebhookDelivery.objects.filter(event=event).update(due_at=now(), leased_until=None)
        WebhookEndpoint.objects.update(rests_until=None)
        assert send() == 1, day
