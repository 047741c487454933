"""Change where events are sent, and which."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.conf import conf
from counterfoil.models import WebhookEndpoint
from counterfoil.operations._webhooks import changed, kept, locked, settle, well_again
from counterfoil.rules.people import Actor
from counterfoil.rules.webhooks import EndpointSettings, refuse_unsound


@transaction.atomic
def change_webhook_endpoint(
    *,
    endpoint_id: UUID,
    wanted: EndpointSettings,
    instead_of: int,
    by: Actor,
    at: datetime,
) -> WebhookEndpoint:
    """
    Change where an endpoint is, and what it is told of from now on.

    What waits for it goes to the new address. ``instead_of`` is the revision that was seen; saving
    what is there already changes nothing.

    :raises NotFound: if there is no such endpoint.
    :raises WebhookEndpointInvalid: if nothing could be sent there.
    :raises WebhookEndpointEnded: if it was ended.
    :raises WebhookEndpointChanged: if somebody else has changed it in the meantime.
    """
    refuse_unsound(wanted, allows_loopback=conf.WEBHOOKS_ALLOW_LOOPBACK)
    endpoint = locked(endpoint_id, instead_of=instead_of)
    before, moved = endpoint.settings.as_data(), endpoint.url != wanted.url
    endpoint.url, endpoint.description = wanted.url, wanted.description.strip()
    endpoint.types = sorted(set(wanted.types))
    endpoint.products = sorted({str(one) for one in wanted.products})
    endpoint.takes_tests = wanted.takes_tests
    after = endpoint.settings.as_data()
    if before == after:
        return endpoint
    also: tuple[str, ...] = ()
    if moved:
        also = well_again(endpoint)
        settle(endpoint, "It has another address.", by=by, at=at)
    changed(endpoint, "url", "description", "types", "products", "takes_tests", *also)
    data = {"before": before, "after": after}
    kept(endpoint, "change_webhook_endpoint", data, by=by, at=at)
    return endpoint
