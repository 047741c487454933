"""End a webhook endpoint."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import NotFound
from counterfoil.models import WebhookEndpoint
from counterfoil.operations._webhooks import changed, kept, settle
from counterfoil.rules.people import Actor


@transaction.atomic
def end_webhook_endpoint(
    *, endpoint_id: UUID, reason: str, by: Actor, at: datetime
) -> WebhookEndpoint:
    """
    Send nothing to an endpoint any more, for good.

    What was sent stays in its log as long as events are kept. Ending it again changes nothing.

    :raises NotFound: if there is no such endpoint.
    """
    rows = WebhookEndpoint.objects.select_for_update(of=("self",), no_key=True)
    endpoint = rows.filter(pk=endpoint_id).first()
    if endpoint is None:
        raise NotFound("There is no such endpoint.")
    if endpoint.ended_at is not None:
        return endpoint
    endpoint.ended_at = at
    endpoint.seal_secrets([])
    changed(endpoint, "ended_at", "key_id", "secrets_sealed")
    kept(endpoint, "end_webhook_endpoint", {"reason": reason[:1000]}, by=by, at=at)
    settle(endpoint, "It was ended.", by=by, at=at)
    return endpoint
