"""Send to a webhook endpoint what it did not take."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import WebhookDelivery
from counterfoil.operations._webhooks import kept, locked
from counterfoil.rules.people import Actor


@transaction.atomic
def replay_failed_webhooks(*, endpoint_id: UUID, by: Actor, at: datetime) -> int:
    """
    Send at once whatever an endpoint has not taken, waiting or given up.

    Gives how many events that are.

    :raises NotFound: if there is no such endpoint.
    :raises WebhookEndpointEnded: if it was ended.
    """
    endpoint = locked(endpoint_id)
    rows = WebhookDelivery.objects.filter(endpoint=endpoint, delivered_at=None, is_trial=False)
    count = rows.update(due_at=at, attempts=0, gave_up_at=None)
    endpoint.rests_until = None
    endpoint.save(update_fields=["rests_until"])
    kept(endpoint, "replay_failed_webhooks", {"events": count}, by=by, at=at)
    return count
