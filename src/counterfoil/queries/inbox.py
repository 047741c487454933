"""What has come in, and what came of it?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet

from counterfoil.errors import NotFound
from counterfoil.models import ExceptionCase, Message, Purchase

PAGE = 50


class MessageState(StrEnum):
    """How far a message has come."""

    WAITING = "waiting"
    HANDLED = "handled"
    PARKED = "parked"


STATES: Mapping[MessageState, Q] = {
    MessageState.WAITING: Q(handled_at=None, parked_at=None),
    MessageState.HANDLED: Q(handled_at__isnull=False),
    MessageState.PARKED: Q(handled_at=None, parked_at__isnull=False),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Sought:
    """What to look for in the inbox; what is empty is not looked at."""

    slug: str = ""
    topic: str = ""
    state: MessageState | None = None
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageSeen:
    """One message as it is told of, without its body."""

    id: UUID
    connection: str
    slug: str
    message_id: str
    topic: str
    pointer: str
    order_reference: str
    claims: str
    key_used: str
    acked_at: datetime
    handled_at: datetime | None
    parked_at: datetime | None
    next_attempt_at: datetime
    attempts: int
    outcome: str
    last_error: str
    has_body: bool

    @property
    def state(self) -> MessageState:
        """Say how far it has come."""
        if self.handled_at is not None:
            return MessageState.HANDLED
        return MessageState.PARKED if self.parked_at is not None else MessageState.WAITING


def messages(sought: Sought, *, before: UUID | None = None) -> tuple[MessageSeen, ...]:
    """Give a page of the messages that fit, the newest first, from the one ``before`` on."""
    rows = _fitting(sought)
    rows = rows.filter(pk__lt=before) if before is not None else rows
    found = rows.select_related("connection").defer("body_sealed").order_by("-pk")
    return tuple(_seen(row) for row in found[:PAGE])


def parked_of(slug: str, *, limit: int) -> tuple[UUID, ...]:
    """Name the parked messages of a connection, the oldest first."""
    rows = Message.objects.filter(STATES[MessageState.PARKED], connection__slug=slug)
    return tuple(rows.order_by("pk").values_list("pk", flat=True)[:limit])


def topics(slug: str = "") -> tuple[str, ...]:
    """Name the topics among the newest messages, to choose from."""
    rows = Message.objects.filter(connection__slug=slug) if slug else Message.objects.all()
    newest = rows.order_by("-pk").values_list("topic", flat=True)[:500]
    return tuple(sorted(set(newest)))


def one_message(message_id: UUID) -> MessageSeen:
    """
    Give one message.

    :raises NotFound: if there is none.
    """
    rows = Message.objects.select_related("connection").defer("body_sealed")
    row = rows.filter(pk=message_id).first()
    if row is None:
        raise NotFound("There is no such message.")
    return _seen(row)


def led_to(seen: MessageSeen) -> UUID | None:
    """Give the purchase a message is about, if there is one by now."""
    names = {name for name in (seen.order_reference, seen.pointer) if name}
    rows = Purchase.objects.filter(connection__slug=seen.slug, external_reference__in=names)
    return rows.values_list("pk", flat=True).first()


def case_of(seen: MessageSeen) -> UUID | None:
    """Give the open exception of a message, if it has one."""
    rows = ExceptionCase.objects.filter(message=seen.id, resolved_at=None)
    return rows.values_list("pk", flat=True).first()


def _fitting(sought: Sought) -> QuerySet[Message]:
    rows = Message.objects.all()
    if sought.slug:
        rows = rows.filter(connection__slug=sought.slug)
    if sought.topic:
        rows = rows.filter(topic=sought.topic)
    if sought.state is not None:
        rows = rows.filter(STATES[sought.state])
    if sought.text:
        rows = rows.filter(
            Q(message_id=sought.text) | Q(pointer=sought.text) | Q(order_reference=sought.text)
        )
    return rows


def _seen(row: Message) -> MessageSeen:
    return MessageSeen(
        id=row.pk,
        connection=row.connection.name,
        slug=row.connection.slug,
        message_id=row.message_id,
        topic=row.topic,
        pointer=row.pointer,
        order_reference=row.order_reference,
        claims=row.claims,
        key_used=row.key_used,
        acked_at=row.acked_at,
        handled_at=row.handled_at,
        parked_at=row.parked_at,
        next_attempt_at=row.next_attempt_at,
        attempts=row.attempts,
        outcome=row.outcome,
        last_error=row.last_error,
        has_body=row.key_id is not None,
    )
