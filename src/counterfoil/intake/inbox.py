"""The inbox: every authentic message is a row before anything else happens, and stays one."""

from datetime import timedelta

from django.db import connection as database
from django.db import transaction
from django.db.models.functions import Now

from counterfoil.channels.base import Notice, PrivacyRequest
from counterfoil.errors import Malformed
from counterfoil.intake.clock import database_now
from counterfoil.models import Connection, Message
from counterfoil.operations.park import park
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM

PAID = "paid"
CHECK = "check"
IGNORED = "ignored"
TEST_ON_LIVE = "test_on_live"

LEASE_SECONDS = 60
MOST_ORDERS = 200  # named in one request about data
LONGEST = 200  # characters of an id or pointer

# Materialized, or the planner may ask for the one that is due once for each row it joins.
_LEASE = """
WITH due AS MATERIALIZED (
    SELECT id FROM counterfoil_message
     WHERE handled_at IS NULL AND parked_at IS NULL AND next_attempt_at <= clock_timestamp()
     ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED
)
UPDATE counterfoil_message m
   SET attempts = m.attempts + 1,
       next_attempt_at = clock_timestamp() + make_interval(secs => %(seconds)s)
  FROM due WHERE m.id = due.id
RETURNING m.id
"""


def receive(connection: Connection, notice: Notice | None, body: bytes) -> None:
    """
    Put an authentic message into the inbox, once however often it comes.

    What concerns no order, or is a test of a live connection, is kept as handled without its body.
    A request about somebody's data becomes an exception, with numbers only.
    A mere knock leaves nothing.

    :raises Malformed: if it names itself or its order longer than any channel does.
    """
    if notice is None:
        return
    if max(len(notice.message_id), len(notice.pointer or "")) > LONGEST:
        raise Malformed("an id is too long")
    message = Message(
        connection=connection,
        message_id=notice.message_id,
        topic=notice.topic[:100],
        pointer=notice.pointer or "",
        cause_id=notice.cause_id[:100],
        claims=PAID if notice.claims_paid else "",
        authentic=True,
        key_used=notice.key,
        acked_at=Now(),
        next_attempt_at=Now(),
    )
    if notice.asks_to_check:
        message.claims = CHECK
    elif notice.pointer is None:
        message.handled_at, message.outcome = Now(), IGNORED
    elif notice.is_test and not connection.is_test:
        message.handled_at, message.outcome = Now(), TEST_ON_LIVE
    else:
        message.seal_body(body)
    with transaction.atomic():
        Message.objects.bulk_create([message], ignore_conflicts=True)
        if notice.privacy is not None and Message.objects.filter(pk=message.pk).exists():
            _ask_about_privacy(message, notice.privacy)


def _ask_about_privacy(message: Message, request: PrivacyRequest) -> None:
    """Put a request about somebody's data before a person: the law gives thirty days."""
    slug = message.connection.slug
    park(
        kind=ExceptionKind.PRIVACY_REQUEST,
        key=f"{slug}:{request.reference}",
        evidence={
            "connection": slug,
            "asks": request.asks,
            "person_at_the_channel": request.person,
            "orders": list(request.orders[:MOST_ORDERS]),
        },
        by=SYSTEM,
        at=database_now(),
        message=message,
    )


def lease() -> Message | None:
    """Take the message that is due longest, for a minute; ``None`` if nothing is due."""
    with database.cursor() as cursor:
        cursor.execute(_LEASE, {"seconds": LEASE_SECONDS})
        found = cursor.fetchone()
    return Message.objects.select_related("connection").get(pk=found[0]) if found else None


def mark_handled(message: Message, *, outcome: str, order_reference: str) -> None:
    """Say what came of a message, in the transaction in which it came."""
    Message.objects.filter(pk=message.pk, handled_at=None).update(
        handled_at=database_now(),
        outcome=outcome,
        order_reference=order_reference[:LONGEST],
        last_error="",
    )


def try_later(message: Message, *, after: timedelta, error: str) -> None:
    """Leave a message for another attempt."""
    waiting = Message.objects.filter(pk=message.pk, handled_at=None, parked_at=None)
    waiting.update(next_attempt_at=Now() + after, last_error=error[:300])


@transaction.atomic
def set_aside(message: Message, *, error: str) -> None:
    """Park a message that nothing comes of, where a person sees it; the others go on."""
    at = database_now()
    parked = Message.objects.filter(pk=message.pk, handled_at=None, parked_at=None)
    if not parked.update(parked_at=at, last_error=error[:300]):
        return
    park(
        kind=ExceptionKind.POISON_MESSAGE,
        key=str(message.pk),
        evidence={
            "connection": message.connection.slug,
            "topic": message.topic,
            "message": message.message_id,
            "order": message.pointer,
            "attempts": message.attempts,
            "error": error[:300],
        },
        by=SYSTEM,
        at=at,
        message=message,
    )
