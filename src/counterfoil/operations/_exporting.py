"""How many files are sent at once: each takes a thread and a connection from customers."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection

from counterfoil.conf import conf
from counterfoil.errors import TooManyExports
from counterfoil.models import AuditEntry, RunningExport
from counterfoil.rules.people import Actor

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('counterfoil:exports', 0))"


def begin(kept: AuditEntry, *, by: Actor, at: datetime) -> AuditEntry:
    """
    Let a file be sent from now on, for a while.

    :raises TooManyExports: if as many are being sent to them, or to all, as may be.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
    RunningExport.objects.filter(until__lte=at).delete()
    ends = list(RunningExport.objects.order_by("until").values_list("until", "actor_id"))
    own = [until for until, actor_id in ends if actor_id == by.id]
    if len(own) >= conf.EXPORTS_OF_ONE:
        raise TooManyExports(f"{len(own)} files are being sent to you already.", own[0])
    if len(ends) >= conf.EXPORTS_AT_ONCE:
        raise TooManyExports("Colleagues are fetching as many files as may be sent.", ends[0][0])
    until = at + timedelta(minutes=conf.EXPORT_MINUTES)
    RunningExport.objects.create(export=kept, actor_id=by.id, until=until)
    return kept


def end(export_id: UUID) -> None:
    """Let another file be sent in its place."""
    RunningExport.objects.filter(pk=export_id).delete()
