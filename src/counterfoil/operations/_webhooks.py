"""What acts on webhook endpoints share: reading one to change it, keeping who did, secrets."""

import base64
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from counterfoil.errors import NotFound, WebhookEndpointChanged, WebhookEndpointEnded
from counterfoil.models import Partner, WebhookEndpoint
from counterfoil.operations._auditing import note
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import Actor
from counterfoil.rules.webhook_secrets import MARK

SECRET_BYTES = 32


def new_secret() -> str:
    """Make a secret, as Standard Webhooks writes them."""
    return MARK + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def locked(endpoint_id: UUID, *, instead_of: int | None = None) -> WebhookEndpoint:
    """
    Give an endpoint, as it was seen, which nobody else changes until this transaction ends.

    :raises NotFound: if there is none.
    :raises WebhookEndpointEnded: if it was ended.
    :raises WebhookEndpointChanged: if it is another than was seen.
    """
    rows = WebhookEndpoint.objects.select_for_update(of=("self",), no_key=True).select_related(
        "partner"
    )
    found = rows.filter(pk=endpoint_id).first()
    if found is None:
        raise NotFound("There is no such endpoint.")
    if found.ended_at is not None:
        raise WebhookEndpointEnded
    if instead_of is not None and found.revision != instead_of:
        raise WebhookEndpointChanged
    return found


def changed(endpoint: WebhookEndpoint, *fields: str) -> None:
    """Save these fields of an endpoint, as its next revision."""
    endpoint.revision += 1
    endpoint.save(update_fields=[*fields, "revision"])


def kept(
    endpoint: WebhookEndpoint, act: str, data: Mapping[str, Any], *, by: Actor, at: datetime
) -> None:
    """Keep who did what to an endpoint."""
    note(act, connection=None, subject=f"endpoint:{endpoint.pk}", by=by, at=at, data=data)


def well_again(endpoint: WebhookEndpoint) -> tuple[str, ...]:
    """Forget what failed so far, without saving; gives the fields."""
    endpoint.failures = 0
    endpoint.failing_since = endpoint.rests_until = None
    return "failures", "failing_since", "rests_until"


def settle(endpoint: WebhookEndpoint, outcome: str, *, by: Actor, at: datetime) -> None:
    """Close the exception about an endpoint, if there is one."""
    kind, key = ExceptionKind.WEBHOOK_FAILING, str(endpoint.pk)
    resolve_exception(kind=kind, key=key, outcome=outcome, by=by, at=at)


def told_of(endpoint: WebhookEndpoint) -> dict[str, Any]:
    """Give what events tell of an endpoint: which it is, and whose."""
    partner: Partner | None = endpoint.partner
    return {"endpoint": str(endpoint.pk), "partner": partner.slug if partner else None}
