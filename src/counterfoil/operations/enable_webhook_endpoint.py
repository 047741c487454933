"""Send to a webhook endpoint again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from counterfoil.models import WebhookDelivery, WebhookEndpoint
from counterfoil.operations._fanning_out import hold_feed, send_missed
from counterfoil.operations._webhooks import changed, kept, locked, settle, well_again
from counterfoil.rules.people import Actor
from counterfoil.rules.webhooks import Missed

LEFT = "Left out when it was enabled."


@transaction.atomic
def enable_webhook_endpoint(
    *, endpoint_id: UUID, missed: Missed, by: Actor, at: datetime
) -> WebhookEndpoint:
    """
    Send to an endpoint again: also what it missed since it began to fail, or from now on only.

    What it missed are the events while it was disabled, those that were still waiting, and those
    that were given up since it failed. Enabling one that is enabled changes nothing.

    :raises NotFound: if there is no such endpoint.
    :raises WebhookEndpointEnded: if it was ended.
    """
    hold_feed()  # or what is numbered just now would be neither missed nor sent
    endpoint = locked(endpoint_id)
    if endpoint.disabled_at is None:
        return endpoint
    since = endpoint.failing_since or endpoint.disabled_at
    endpoint.disabled_at, endpoint.disabled_why = None, ""
    changed(endpoint, "disabled_at", "disabled_why", *well_again(endpoint))
    waiting = Q(delivered_at=None, gave_up_at=None)
    rows = WebhookDelivery.objects.filter(endpoint=endpoint, is_trial=False)
    count = 0
    match missed:
        case Missed.SEND:
            count = rows.filter(waiting | Q(gave_up_at__gte=since)).update(
                due_at=at, attempts=0, gave_up_at=None
            )
            count += send_missed(endpoint.pk, after=endpoint.told_until, at=at)
        case Missed.LEAVE:
            count = rows.filter(waiting).update(gave_up_at=at, last_error=LEFT)
    data = {"missed": missed.value, "events": count}
    kept(endpoint, "enable_webhook_endpoint", data, by=by, at=at)
    settle(endpoint, "It was enabled again.", by=by, at=at)
    return endpoint
