"""Make the key by which a machine calls the API."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from counterfoil.errors import ApiKeyInvalid, ApiKeyMade, Fault, NotTold
from counterfoil.models import ApiKey, Connection, Partner
from counterfoil.models.ids import uuid7
from counterfoil.operations._auditing import note
from counterfoil.rules.declared import TOLD_CHANNELS
from counterfoil.rules.people import Actor
from counterfoil.rules.scopes import Scope

MARK = "cfk"
NAME_MAX = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class NewApiKey:
    """A key that was just made: the only time that ``secret`` can be read."""

    api_key: ApiKey
    secret: str = field(repr=False)


@transaction.atomic
def create_api_key(
    *,
    name: str,
    scopes: Collection[Scope],
    by: Actor,
    at: datetime,
    expires_at: datetime | None = None,
    partner: Partner | None = None,
    connection: Connection | None = None,
    key_id: UUID | None = None,
) -> NewApiKey:
    """
    Make a key with these scopes, and give it in the clear this once.

    With a ``connection`` it tells us of orders, through that connection and no other, and is the
    partner's whose connection it is.

    Kept are a public prefix and a SHA-256 of the secret, whose 256 random bits need no slower
    hash. Each call makes another key, unless it names which one: that is made once.

    :raises ApiKeyInvalid: if it has no name, may do nothing, or has expired already.
    :raises ApiKeyMade: if the key that is named was made before.
    :raises NotTold: if no orders are told through the connection, or it is another partner's.
    """
    _refuse_unsound(name, scopes, expires_at, at)
    if connection is not None:
        if connection.channel not in TOLD_CHANNELS:
            raise NotTold
        if partner is not None and partner.pk != connection.partner_id:
            raise NotTold
        partner = connection.partner
    prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    made = ApiKey(
        id=key_id or uuid7(),
        name=name,
        prefix=prefix,
        digest=hashlib.sha256(secret.encode()).digest(),
        scopes=sorted(scope.value for scope in scopes),
        partner=partner,
        connection=connection,
        created_at=at,
        expires_at=expires_at,
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as again:
        raise ApiKeyMade from again
    _keep(made, by=by, at=at)
    return NewApiKey(api_key=made, secret=f"{MARK}_{prefix}_{secret}")


def _keep(made: ApiKey, *, by: Actor, at: datetime) -> None:
    told = {
        "name": made.name,
        "scopes": made.scopes,
        "partner": made.partner.slug if made.partner else None,
        "connection": made.connection.slug if made.connection else None,
        "expires_at": made.expires_at.isoformat() if made.expires_at else None,
    }
    note(
        "create_api_key",
        connection=None,
        subject=f"key:{made.prefix}",
        by=by,
        at=at,
        data={"before": None, "after": told},
    )


def _refuse_unsound(
    name: str, scopes: Collection[Scope], expires_at: datetime | None, at: datetime
) -> None:
    faults = []
    if not 1 <= len(name.strip()) <= NAME_MAX:
        faults.append(Fault("name", f"Say whose key it is, in {NAME_MAX} characters at most."))
    if not scopes:
        faults.append(Fault("scopes", "Choose at least one: a key without any can do nothing."))
    if expires_at is not None and expires_at <= at:
        faults.append(Fault("expires_at", "That is over already."))
    if faults:
        raise ApiKeyInvalid(faults=faults)
