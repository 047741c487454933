"""Have events sent to an address."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from counterfoil.conf import conf
from counterfoil.errors import WebhookEndpointMade
from counterfoil.models import Partner, WebhookEndpoint
from counterfoil.models.ids import uuid7
from counterfoil.models.webhooks import LiveSecret
from counterfoil.operations._webhooks import kept, new_secret
from counterfoil.rules.people import Actor
from counterfoil.rules.webhooks import EndpointSettings, refuse_unsound


@dataclass(frozen=True, kw_only=True, slots=True)
class NewSecret:
    """An endpoint with the secret it was just given."""

    endpoint: WebhookEndpoint
    secret: str = field(repr=False)


@transaction.atomic
def make_webhook_endpoint(
    *,
    wanted: EndpointSettings,
    by: Actor,
    at: datetime,
    partner: Partner | None = None,
    endpoint_id: UUID | None = None,
) -> NewSecret:
    """
    Have the events from now on sent to an address, signed with a secret that is given here.

    With a ``partner`` it is told of that partner's events and no other. Each call makes another
    endpoint, unless it names which one: that is made once.

    :raises WebhookEndpointInvalid: if nothing could be sent there.
    :raises WebhookEndpointMade: if the endpoint that is named was made before.
    """
    refuse_unsound(wanted, allows_loopback=conf.WEBHOOKS_ALLOW_LOOPBACK)
    secret = new_secret()
    made = WebhookEndpoint(
        id=endpoint_id or uuid7(),
        url=wanted.url,
        description=wanted.description.strip(),
        types=sorted(set(wanted.types)),
        products=sorted({str(one) for one in wanted.products}),
        takes_tests=wanted.takes_tests,
        partner=partner,
        created_at=at,
    )
    made.seal_secrets([LiveSecret(secret)])
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as again:
        raise WebhookEndpointMade from again
    told = made.settings.as_data() | {"partner": partner.slug if partner else None}
    kept(made, "make_webhook_endpoint", {"before": None, "after": told}, by=by, at=at)
    return NewSecret(endpoint=made, secret=secret)
