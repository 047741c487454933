"""Make the key by which a machine calls the API."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from counterfoil.errors import NotTold
from counterfoil.models import ApiKey, Connection, Partner
from counterfoil.rules.declared import TOLD_CHANNELS
from counterfoil.rules.people import Actor
from counterfoil.rules.scopes import Scope

MARK = "cfk"


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
) -> NewApiKey:
    """
    Make a key with these scopes, and give it in the clear this once.

    With a ``connection`` it tells us of orders, through that connection and no other, and is the
    partner's whose connection it is.

    Kept are a public prefix and a SHA-256 of the secret, whose 256 random bits need no slower
    hash. Each call makes another key.

    :raises NotTold: if no orders are told through the connection, or it is another partner's.
    """
    if connection is not None:
        if connection.channel not in TOLD_CHANNELS:
            raise NotTold
        if partner is not None and partner.pk != connection.partner_id:
            raise NotTold
        partner = connection.partner
    prefix, secret = secrets.token_hex(4), secrets.token_urlsafe(32)
    api_key = ApiKey.objects.create(
        name=name,
        prefix=prefix,
        digest=hashlib.sha256(secret.encode()).digest(),
        scopes=sorted(scope.value for scope in scopes),
        partner=partner,
        connection=connection,
        created_at=at,
        expires_at=expires_at,
    )
    return NewApiKey(api_key=api_key, secret=f"{MARK}_{prefix}_{secret}")
