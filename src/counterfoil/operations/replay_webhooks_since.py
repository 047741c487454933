"""Send to a webhook endpoint what happened since a time."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import WebhookEndpointDisabled
from counterfoil.operations._fanning_out import hold_feed, send_since
from counterfoil.operations._webhooks import kept, locked
from counterfoil.rules.people import Actor


@transaction.atomic
def replay_webhooks_since(*, endpoint_id: UUID, since: datetime, by: Actor, at: datetime) -> int:
    """
    Send to an endpoint everything since a time that it is meant to know, also what it took.

    For one that has lost what it was told. Gives how many events that are.

    :raises NotFound: if there is no such endpoint.
    :raises WebhookEndpointEnded: if it was ended.
    :raises WebhookEndpointDisabled: while it is disabled; enabling sends what it missed.
    """
    hold_feed()
    endpoint = locked(endpoint_id)
    if endpoint.disabled_at is not None:
        raise WebhookEndpointDisabled
    count = send_since(endpoint.pk, since=since, at=at)
    data = {"since": since.isoformat(), "events": count}
    kept(endpoint, "replay_webhooks_since", data, by=by, at=at)
    return count
