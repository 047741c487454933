"""Put a secret of a connection in the place of the old."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import Connection
from counterfoil.operations._connections import keep_secrets, locked
from counterfoil.rules.people import Actor


@transaction.atomic
def replace_secret(
    *,
    connection_id: UUID,
    name: str,
    value: str | list[str],
    instead_of: str,
    by: Actor,
    at: datetime,
) -> Connection:
    """
    Put a secret in the place of the old, of which nothing is left.

    Of one that is a list, all that were there end. ``instead_of`` is the mark of what was seen.

    :raises NotFound: if there is no such connection.
    :raises ConnectionChanged: if somebody else has changed it in the meantime.
    """
    connection = locked(connection_id, instead_of=instead_of)
    secrets = connection.secrets() | {name: value}
    keep_secrets(connection, secrets, "replace_secret", name, by, at)
    return connection
