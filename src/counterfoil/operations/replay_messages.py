"""Have messages worked again."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import Connection, Message
from counterfoil.operations._auditing import note
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import Actor


@transaction.atomic
def replay_messages(*, message_ids: Collection[UUID], by: Actor, at: datetime) -> int:
    """
    Let messages that wait or are parked be worked again at once, from their first try.

    Their exceptions are closed; a message that fails again is parked again. Those that are handled
    stay handled. Gives how many will be worked.
    """
    rows = list(
        Message.objects.select_for_update()
        .filter(pk__in=list(message_ids), handled_at=None)
        .order_by("pk")
        .only("id", "connection_id", "parked_at")
    )
    ids = [row.pk for row in rows]
    Message.objects.filter(pk__in=ids).update(parked_at=None, attempts=0, next_attempt_at=at)
    for row in rows:
        if row.parked_at is not None:
            resolve_exception(
                kind=ExceptionKind.POISON_MESSAGE,
                key=str(row.pk),
                outcome="It is tried again.",
                by=by,
                at=at,
            )
    for connection in Connection.objects.filter(pk__in={row.connection_id for row in rows}):
        mine = [str(row.pk) for row in rows if row.connection_id == connection.pk]
        subject = mine[0] if len(mine) == 1 else f"{len(mine)} messages"
        data = {"messages": mine[:100], "count": len(mine)}
        note("replay_messages", connection=connection, subject=subject, by=by, at=at, data=data)
    return len(ids)
