"""Change what a connection is called and how it is set up."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from counterfoil.models import Connection
from counterfoil.operations._auditing import note
from counterfoil.operations._connections import counted, locked
from counterfoil.rules.connections import refuse_unsound
from counterfoil.rules.people import Actor


@transaction.atomic
def change_connection(
    *,
    connection_id: UUID,
    name: str,
    options: Mapping[str, Any],
    send_secrets: Collection[str],
    instead_of: str,
    by: Actor,
    at: datetime,
) -> Connection:
    """
    Change what a connection is called and how it is set up.

    ``send_secrets`` are the options that say where its secrets go. Where one of them changes, the
    secrets end: nobody may have them sent elsewhere without knowing them. ``instead_of`` is the
    mark of what was seen. Saving what is there already changes nothing.

    :raises NotFound: if there is no such connection.
    :raises ConnectionInvalid: if it has no usable name.
    :raises ConnectionChanged: if somebody else has changed it in the meantime.
    """
    refuse_unsound(name=name)
    connection = locked(connection_id, instead_of=instead_of)
    before = {"name": connection.name, "options": connection.options}
    after = {"name": name.strip(), "options": dict(options)}
    if before == after:
        return connection
    moved = any(connection.options.get(one) != options.get(one) for one in send_secrets)
    ended = counted(connection.secrets()) if moved else {}
    connection.name, connection.options = name.strip(), dict(options)
    if ended:
        connection.key_id = connection.secrets_sealed = None
    connection.save(update_fields=["name", "options", "key_id", "secrets_sealed"])
    data = {"before": before, "after": after} | ({"secrets_ended": ended} if ended else {})
    note(
        "change_connection",
        connection=connection,
        subject=connection.slug,
        by=by,
        at=at,
        data=data,
    )
    return connection
