"""What has come in, and what came of it?"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as later

from counterfoil.errors import NotFound
from counterfoil.models import Connection, ExceptionCase, Message, Purchase
from counterfoil.queries._filters import Filter, Part, begins, choice, day, is_over
from counterfoil.queries.filtering import CONNECTION, id_of_name
from counterfoil.queries.listing import in_order


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


STATE_WORDS = {
    MessageState.WAITING: later("waiting"),
    MessageState.HANDLED: later("handled"),
    MessageState.PARKED: later("parked"),
}


def _topics() -> Iterable[tuple[str, str]]:
    """Name the topics among the newest messages, to choose from; others can be asked for, too."""
    newest = Message.objects.order_by("-pk").values_list("topic", flat=True)[:500]
    return [(topic, topic) for topic in sorted(set(newest)) if topic]


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageFilter(Filter):
    """Which messages; what is empty narrows nothing down."""

    PARTS: ClassVar[tuple[Part, ...]] = (
        CONNECTION,
        choice("state", later("State"), STATE_WORDS),
        Part(name="topic", label=later("Topic"), read=str, options=_topics),
        day("received_from", later("Received from")),
        day("received_until", later("Received until")),
    )

    connection: str = ""
    state: MessageState | None = None
    topic: str = ""
    received_from: date | None = None
    received_until: date | None = None

    def rows(self, *, now: datetime) -> QuerySet[Message]:
        """Give them, in no order."""
        wanted = STATES[self.state] if self.state is not None else Q()
        if self.connection:
            wanted &= Q(connection=id_of_name(Connection, slug=self.connection))
        if self.topic:
            wanted &= Q(topic=self.topic)
        if self.received_from is not None:
            wanted &= Q(acked_at__gte=begins(self.received_from))
        if self.received_until is not None:
            wanted &= Q(acked_at__lt=is_over(self.received_until))
        return Message.objects.filter(wanted)


def about(rows: QuerySet[Message], named: str) -> QuerySet[Message]:
    """Leave those that are called like that, or are about an order that is."""
    return rows.filter(Q(message_id=named) | Q(pointer=named) | Q(order_reference=named))


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


def messages_in_list(ids: Sequence[UUID], *, now: datetime) -> Sequence[MessageSeen]:
    """Read these, in this order."""
    rows = Message.objects.select_related("connection").defer("body_sealed").filter(pk__in=ids)
    return in_order(ids, [_seen(row) for row in rows])


def parked_of(slug: str, *, limit: int) -> tuple[UUID, ...]:
    """Name the parked messages of a connection, the oldest first."""
    rows = Message.objects.filter(STATES[MessageState.PARKED], connection__slug=slug)
    return tuple(rows.order_by("pk").values_list("pk", flat=True)[:limit])


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
