"""Which mails are there, and what became of each?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as later

from counterfoil.errors import MailUnknown
from counterfoil.models import Delivery, DeliveryKind, ExceptionCase, Person
from counterfoil.models.ids import handle_of
from counterfoil.queries._filters import Filter, Part, begins, choice, day, is_over
from counterfoil.queries._hits import masked
from counterfoil.queries.listing import in_order
from counterfoil.queries.mail_words import MAILS
from counterfoil.queries.words import worded
from counterfoil.rules.exceptions import ExceptionKind


class MailStatus(StrEnum):
    """What became of a mail."""

    WAITING = "waiting"
    SENT = "sent"
    BOUNCED = "bounced"
    FAILED = "failed"
    UNNEEDED = "unneeded"


STATUSES: Mapping[MailStatus, Q] = {
    MailStatus.WAITING: Q(sent_at=None, parked_at=None),
    MailStatus.SENT: Q(sent_at__isnull=False, bounced_at=None),
    MailStatus.BOUNCED: Q(bounced_at__isnull=False),
    MailStatus.FAILED: Q(parked_at__isnull=False, is_unneeded=False, bounced_at=None),
    MailStatus.UNNEEDED: Q(is_unneeded=True),
}


STATUS_WORDS = {
    MailStatus.WAITING: later("waiting"),
    MailStatus.SENT: later("sent"),
    MailStatus.BOUNCED: later("came back"),
    MailStatus.FAILED: later("failed"),
    MailStatus.UNNEEDED: later("not needed"),
}
KIND_WORDS = {kind: worded(MAILS, kind.value) for kind in DeliveryKind}


@dataclass(frozen=True, kw_only=True, slots=True)
class MailFilter(Filter):
    """Which mails; what is empty narrows nothing down."""

    PARTS: ClassVar[tuple[Part, ...]] = (
        choice("status", later("What became of it"), STATUS_WORDS),
        choice("kind", later("Kind"), KIND_WORDS),
        day("made_from", later("From")),
        day("made_until", later("Until")),
    )

    status: MailStatus | None = None
    kind: DeliveryKind | None = None
    made_from: date | None = None
    made_until: date | None = None

    def rows(self, *, now: datetime) -> QuerySet[Delivery]:
        """Give them, in no order."""
        found = Delivery.objects.all()
        if self.status is not None:
            found = found.filter(STATUSES[self.status])
        if self.kind is not None:
            found = found.filter(kind=self.kind.value)
        if self.made_from is not None:
            found = found.filter(created_at__gte=begins(self.made_from))
        if self.made_until is not None:
            found = found.filter(created_at__lt=is_over(self.made_until))
        return found


def to_address(rows: QuerySet[Delivery], address: str) -> QuerySet[Delivery]:
    """Leave those that went to an address."""
    return rows.filter(target__in=list(Person.objects.reading(address)))


@dataclass(frozen=True, kw_only=True, slots=True)
class MailSeen:
    """One mail as staff see it; ``trace`` is the handle or purchase it is about, if any."""

    id: UUID
    kind: str
    to: str
    cause: str
    trace: str
    message_id: str
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    bounced_at: datetime | None
    parked_at: datetime | None
    attempts: int
    last_error: str
    is_unneeded: bool

    @property
    def status(self) -> MailStatus:
        """Say what became of it."""
        if self.bounced_at is not None:
            return MailStatus.BOUNCED
        if self.sent_at is not None:
            return MailStatus.SENT
        if self.is_unneeded:
            return MailStatus.UNNEEDED
        return MailStatus.WAITING if self.parked_at is None else MailStatus.FAILED

    @property
    def can_retry(self) -> bool:
        """Tell whether trying again at once makes a difference."""
        was_tried = self.sent_at is None and self.attempts > 0
        return was_tried and not self.is_unneeded

    @property
    def at(self) -> datetime:
        """Give when the last thing happened to it."""
        return self.bounced_at or self.sent_at or self.parked_at or self.created_at


def mails_in_list(ids: Sequence[UUID], *, now: datetime) -> Sequence[MailSeen]:
    """Read these, in this order."""
    rows = Delivery.objects.select_related("target").filter(pk__in=ids)
    return in_order(ids, [_seen(row) for row in rows])


def one_mail(delivery_id: UUID) -> MailSeen:
    """
    Give one mail.

    :raises MailUnknown: if there is none.
    """
    row = Delivery.objects.select_related("target").filter(pk=delivery_id).first()
    if row is None:
        raise MailUnknown
    return _seen(row)


def open_case_of(delivery_id: UUID) -> UUID | None:
    """Find the open exception about a mail."""
    cases = ExceptionCase.objects.filter(
        kind=ExceptionKind.DELIVERY_FAILED.value, key=str(delivery_id), resolved_at=None
    )
    return cases.values_list("pk", flat=True).first()


def _seen(row: Delivery) -> MailSeen:
    trace = str(row.purchase_id) if row.purchase_id else ""
    return MailSeen(
        id=row.pk,
        kind=row.kind,
        to=masked(row.target),
        cause=row.cause.partition(":")[0],
        trace=handle_of(row.entitlement_id) if row.entitlement_id else trace,
        message_id=row.message_id,
        created_at=row.created_at,
        due_at=row.due_at,
        sent_at=row.sent_at,
        bounced_at=row.bounced_at,
        parked_at=row.parked_at,
        attempts=row.attempts,
        last_error=row.last_error,
        is_unneeded=row.is_unneeded,
    )
