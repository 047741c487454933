"""Let a connection rest."""

from datetime import datetime

from django.db import transaction

from counterfoil.models import Connection
from counterfoil.operations._auditing import note
from counterfoil.rules.people import Actor


@transaction.atomic
def pause_connection(*, connection: Connection, by: Actor, at: datetime) -> bool:
    """
    Let a connection take no messages and ask its channel nothing, until it is resumed.

    The door answers as if nobody listened, and counts. What was issued stays as it is; what is
    missed meanwhile is found by the first sweep afterwards. Tells whether it was not paused yet.
    """
    changed = Connection.objects.filter(pk=connection.pk, enabled=True).update(enabled=False)
    if changed:
        note("pause_connection", connection=connection, subject=connection.slug, by=by, at=at)
    return bool(changed)
