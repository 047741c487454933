"""Let a paused connection go on."""

from datetime import datetime

from django.db import transaction

from counterfoil.models import Connection
from counterfoil.operations._auditing import note
from counterfoil.rules.people import Actor


@transaction.atomic
def resume_connection(*, connection: Connection, by: Actor, at: datetime) -> bool:
    """
    Let a paused connection take messages and be swept again; tells whether it was paused.

    The next sweep begins where the last complete one ended, so nothing is left out.
    """
    changed = Connection.objects.filter(pk=connection.pk, enabled=False).update(enabled=True)
    if changed:
        note("resume_connection", connection=connection, subject=connection.slug, by=by, at=at)
    return bool(changed)
