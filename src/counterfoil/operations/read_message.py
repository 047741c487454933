"""Read the body of a message, personal data masked."""

import json
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import NotFound
from counterfoil.models import Message
from counterfoil.operations._auditing import note
from counterfoil.rules.masking import masked
from counterfoil.rules.people import Actor


@transaction.atomic
def read_message(*, message_id: UUID, by: Actor, at: datetime) -> str | None:
    """
    Give the body of a message as text, with names, addresses and codes masked.

    Who read it, and when, is kept. There is none where the body was not kept, or was dropped.

    :raises NotFound: if there is no such message.
    """
    message = Message.objects.select_related("connection").filter(pk=message_id).first()
    if message is None:
        raise NotFound("There is no such message.")
    note("read_message", connection=message.connection, subject=str(message.pk), by=by, at=at)
    body = message.body()
    if body is None:
        return None
    try:
        told = masked(json.loads(body))
    except (ValueError, RecursionError):
        return f"[{len(body)} bytes that are not JSON]"
    return json.dumps(told, indent=2, ensure_ascii=False)
