"""What acts on connections share: reading one to change it, and telling of secrets without them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from counterfoil.errors import ConnectionChanged, NotFound
from counterfoil.models import Connection
from counterfoil.operations._auditing import note
from counterfoil.rules.people import Actor


def locked(connection_id: UUID, *, instead_of: str) -> Connection:
    """
    Give a connection as it was seen, which nobody else changes until this transaction ends.

    :raises NotFound: if there is none.
    :raises ConnectionChanged: if it is another than was seen.
    """
    found = Connection.objects.select_for_update(of=("self",)).filter(pk=connection_id).first()
    if found is None:
        raise NotFound("There is no such connection.")
    if found.mark() != instead_of:
        raise ConnectionChanged
    return found


def counted(secrets: Mapping[str, Any]) -> dict[str, int]:
    """Tell how many of which secret are set, and nothing else of them."""
    return {
        name: len(value) if isinstance(value, list) else 1
        for name, value in sorted(secrets.items())
        if value not in ("", [], None)
    }


def keep_secrets(
    connection: Connection, secrets: Mapping[str, Any], act: str, name: str, by: Actor, at: datetime
) -> None:
    """Seal other secrets, and keep who did, with how many there were and are."""
    before = counted(connection.secrets())
    connection.seal_secrets(dict(secrets))
    connection.save(update_fields=["key_id", "secrets_sealed"])
    data = {"before": before, "after": counted(secrets)}
    note(act, connection=connection, subject=name, by=by, at=at, data=data)
