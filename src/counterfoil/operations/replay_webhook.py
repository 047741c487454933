"""Send one event to a webhook endpoint again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import NotFound
from counterfoil.models import WebhookDelivery
from counterfoil.operations._webhooks import kept, locked
from counterfoil.rules.people import Actor


@transaction.atomic
def replay_webhook(
    *, endpoint_id: UUID, event_id: UUID, by: Actor, at: datetime
) -> WebhookDelivery:
    """
    Send an event to an endpoint once more, under the same id, as often as a new one.

    :raises NotFound: if there is no such endpoint, or that event was never meant for it.
    :raises WebhookEndpointEnded: if it was ended.
    """
    endpoint = locked(endpoint_id)
    rows = WebhookDelivery.objects.select_for_update(of=("self",))
    found = rows.filter(endpoint=endpoint, event=event_id).first()
    if found is None:
        raise NotFound("This event was not meant for this endpoint.")
    found.due_at, found.attempts = at, 0
    found.delivered_at = found.gave_up_at = None
    found.save(update_fields=["due_at", "attempts", "delivered_at", "gave_up_at"])
    kept(endpoint, "replay_webhook", {"event": str(event_id)}, by=by, at=at)
    return found
