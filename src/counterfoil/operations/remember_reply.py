"""Remember what a request was answered."""

from datetime import datetime

from django.db import transaction

from counterfoil.models import Reply
from counterfoil.rules.people import Actor


@transaction.atomic
def remember_reply(
    *, key: str, digest: bytes, status: int, body: str, by: Actor, at: datetime
) -> None:
    """
    Keep the reply to a request by its idempotency key, in the transaction of what it did.

    Whoever asked must hold the key's lock. Nothing is kept of a request that was refused: that
    may have changed by the time it is repeated.
    """
    Reply.objects.create(
        principal=by.id, key=key, digest=digest, status=status, body=body, created_at=at
    )
