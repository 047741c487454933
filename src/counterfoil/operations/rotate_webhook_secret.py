"""Give a webhook endpoint another secret."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from counterfoil.models.webhooks import LiveSecret
from counterfoil.operations._webhooks import changed, kept, locked, new_secret
from counterfoil.operations.make_webhook_endpoint import NewSecret
from counterfoil.rules.people import Actor

LONGEST = timedelta(days=7)


@transaction.atomic
def rotate_webhook_secret(
    *, endpoint_id: UUID, beside: timedelta, instead_of: int, by: Actor, at: datetime
) -> NewSecret:
    """
    Sign with a new secret, and with the old one beside it for so long.

    Nothing ``beside`` ends the old one at once: for one that others know. There are never more
    than two; a still older one ends. ``instead_of`` is the revision that was seen.

    :raises NotFound: if there is no such endpoint.
    :raises WebhookEndpointEnded: if it was ended.
    :raises WebhookEndpointChanged: if somebody else has changed it in the meantime.
    """
    endpoint = locked(endpoint_id, instead_of=instead_of)
    secret, until = new_secret(), at + min(beside, LONGEST)
    old = endpoint.secrets(at=at)
    staying = [LiveSecret(one.text, until) for one in old[:1] if until > at]
    endpoint.seal_secrets([LiveSecret(secret), *staying])
    changed(endpoint, "key_id", "secrets_sealed")
    data = {"before": len(old), "after": 1 + len(staying), "old_until": until.isoformat()}
    kept(endpoint, "rotate_webhook_secret", data, by=by, at=at)
    return NewSecret(endpoint=endpoint, secret=secret)
