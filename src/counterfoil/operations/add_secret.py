"""Put a new secret of a connection beside the one in use."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import Connection
from counterfoil.operations._connections import keep_secrets, locked
from counterfoil.rules.connections import Place
from counterfoil.rules.people import Actor


@transaction.atomic
def add_secret(
    *,
    connection_id: UUID,
    name: str,
    value: str,
    place: Place,
    instead_of: str,
    by: Actor,
    at: datetime,
) -> Connection:
    """
    Put a new secret beside the newest of a list, so that both are accepted while it is rolled.

    Older ones end. ``instead_of`` is the mark of what was seen.

    :raises NotFound: if there is no such connection.
    :raises ConnectionChanged: if somebody else has changed it in the meantime.
    """
    connection = locked(connection_id, instead_of=instead_of)
    secrets = connection.secrets()
    found = secrets.get(name) or []
    listed = [one for one in (found if isinstance(found, list) else [found]) if one != value]
    newest = listed[:1] if place is Place.FIRST else listed[-1:]
    secrets[name] = [value, *newest] if place is Place.FIRST else [*newest, value]
    keep_secrets(connection, secrets, "add_secret", name, by, at)
    return connection
