"""Connect a channel."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from counterfoil.errors import ConnectionSlugTaken
from counterfoil.models import Connection, Partner
from counterfoil.operations._auditing import note
from counterfoil.operations._connections import counted
from counterfoil.rules.connections import Mode, refuse_unsound
from counterfoil.rules.people import Actor


@transaction.atomic
def make_connection(
    *,
    slug: str,
    channel: str,
    name: str,
    mode: Mode,
    options: Mapping[str, Any],
    secrets: Mapping[str, Any],
    by: Actor,
    at: datetime,
    partner: Partner | None = None,
) -> Connection:
    """
    Connect a channel: from now on its messages are taken, and it is asked for orders.

    The channel, whether it is live or for tests, and whose it is are settled for good. Of the
    secrets is kept in the audit only which there are.

    :raises ConnectionInvalid: if it has no usable name.
    :raises ConnectionSlugTaken: if there is one with this short name.
    """
    refuse_unsound(name=name, slug=slug)
    made = Connection(
        slug=slug,
        channel=channel,
        name=name.strip(),
        is_test=mode is Mode.TEST,
        partner=partner,
        options=dict(options),
        created_at=at,
    )
    if secrets:
        made.seal_secrets(dict(secrets))
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as taken:
        raise ConnectionSlugTaken from taken
    told = {
        "channel": channel,
        "name": made.name,
        "mode": mode.value,
        "partner": partner.slug if partner else None,
        "options": made.options,
        "secrets": counted(secrets),
    }
    data = {"before": None, "after": told}
    note("make_connection", connection=made, subject=slug, by=by, at=at, data=data)
    return made
