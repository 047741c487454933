"""End the older secrets of a connection."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.operations._connections import keep_secrets, locked
from counterfoil.rules.connections import Place
from counterfoil.rules.people import Actor


@transaction.atomic
def end_old_secrets(
    *, connection_id: UUID, name: str, place: Place, instead_of: str, by: Actor, at: datetime
) -> bool:
    """
    End all of a list but the newest, which stands at this place; tells whether there were others.

    What is still signed with one of them is refused from now on, and found by the sweep.

    :raises NotFound: if there is no such connection.
    :raises ConnectionChanged: if somebody else has changed it in the meantime.
    """
    connection = locked(connection_id, instead_of=instead_of)
    secrets = connection.secrets()
    listed = secrets.get(name)
    if not isinstance(listed, list) or len(listed) < 2:
        return False
    secrets[name] = listed[:1] if place is Place.FIRST else listed[-1:]
    keep_secrets(connection, secrets, "end_old_secrets", name, by, at)
    return True
