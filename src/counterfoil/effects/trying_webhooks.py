"""Trying a webhook endpoint, and waiting for what comes of it."""

from datetime import datetime
from uuid import UUID

from counterfoil.effects.webhooks import send_now
from counterfoil.models import WebhookDelivery
from counterfoil.operations.try_webhook_endpoint import try_webhook_endpoint
from counterfoil.rules.people import Actor


def try_now(endpoint_id: UUID, *, by: Actor, at: datetime) -> WebhookDelivery:
    """
    Send a test event to an endpoint, and give it with what became of it.

    :raises NotFound: if there is no such endpoint.
    :raises WebhookEndpointEnded: if it was ended.
    """
    delivery = try_webhook_endpoint(endpoint_id=endpoint_id, by=by, at=at)
    send_now(delivery, at=at)
    delivery.refresh_from_db()
    return delivery
