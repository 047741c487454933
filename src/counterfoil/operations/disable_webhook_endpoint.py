"""Send nothing to a webhook endpoint for a while."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import WebhookEndpoint
from counterfoil.operations._announcing import announce
from counterfoil.operations._fanning_out import last_place
from counterfoil.operations._webhooks import changed, kept, locked, told_of
from counterfoil.rules.events import EventType
from counterfoil.rules.people import Actor
from counterfoil.rules.webhooks import DisabledWhy


@transaction.atomic
def disable_webhook_endpoint(
    *, endpoint_id: UUID, why: DisabledWhy, reason: str, by: Actor, at: datetime
) -> WebhookEndpoint:
    """
    Send nothing to an endpoint until it is enabled, when what it missed can still be sent.

    Other endpoints are told. Disabling it again changes nothing.

    :raises NotFound: if there is no such endpoint.
    :raises WebhookEndpointEnded: if it was ended.
    """
    endpoint = locked(endpoint_id)
    if endpoint.disabled_at is not None:
        return endpoint
    endpoint.disabled_at, endpoint.disabled_why = at, why.value
    endpoint.told_until = last_place()
    changed(endpoint, "disabled_at", "disabled_why", "told_until")
    told = told_of(endpoint) | {"why": why.value}
    announce(EventType.ENDPOINT_DISABLED, told, at=at, partner=endpoint.partner)
    data = {"why": why.value, "reason": reason[:1000]}
    kept(endpoint, "disable_webhook_endpoint", data, by=by, at=at)
    return endpoint
