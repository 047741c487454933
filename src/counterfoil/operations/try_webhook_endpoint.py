"""Have a test event sent to one webhook endpoint."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import WebhookDelivery
from counterfoil.operations._announcing import announce
from counterfoil.operations._webhooks import kept, locked, told_of
from counterfoil.rules.events import EventType
from counterfoil.rules.people import Actor


@transaction.atomic
def try_webhook_endpoint(*, endpoint_id: UUID, by: Actor, at: datetime) -> WebhookDelivery:
    """
    Have a test event sent to this endpoint and no other, once, also while it is disabled.

    :raises NotFound: if there is no such endpoint.
    :raises WebhookEndpointEnded: if it was ended.
    """
    endpoint = locked(endpoint_id)
    told = told_of(endpoint)
    event = announce(EventType.ENDPOINT_TESTED, told, at=at, partner=endpoint.partner)
    made = WebhookDelivery.objects.create(endpoint=endpoint, event=event, is_trial=True, due_at=at)
    kept(endpoint, "try_webhook_endpoint", {"event": str(event.pk)}, by=by, at=at)
    return made
