"""Was this request answered before?"""

from dataclasses import dataclass

from django.db import connection

from counterfoil.errors import KeyReused, RequestInFlight
from counterfoil.models import Reply


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownReply:
    """What a request was answered the first time."""

    status: int
    body: str


def known_reply(*, principal: str, key: str, digest: bytes) -> KnownReply | None:
    """
    Take the lock of an idempotency key until the transaction ends, and find its reply.

    :raises RequestInFlight: if somebody else has the lock.
    :raises KeyReused: if the key was used for another request.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"reply:{principal}:{key}"],
        )
        if not cursor.fetchone()[0]:
            raise RequestInFlight
    reply = Reply.objects.filter(principal=principal, key=key).first()
    if reply is None:
        return None
    if bytes(reply.digest) != digest:
        raise KeyReused
    return KnownReply(status=reply.status, body=reply.body)
