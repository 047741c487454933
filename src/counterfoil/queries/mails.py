"""Which mails are there, and what became of each?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Q

from counterfoil.errors import MailUnknown
from counterfoil.models import Delivery, ExceptionCase, Person
from counterfoil.models.ids import handle_of
from counterfoil.queries._hits import masked
from counterfoil.rules.exceptions import ExceptionKind

PAGE = 50


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


@dataclass(frozen=True, kw_only=True, slots=True)
class MailsSought:
    """Which mails to look for; what is empty is not looked at."""

    status: MailStatus | None = None
    kind: str = ""
    address: str = ""


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


def mails(sought: MailsSought, *, before: UUID | None = None) -> tuple[MailSeen, ...]:
    """Give a page of mails, the newest first, from the one ``before`` on."""
    rows = Delivery.objects.select_related("target")
    if sought.status is not None:
        rows = rows.filter(STATUSES[sought.status])
    if sought.kind:
        rows = rows.filter(kind=sought.kind)
    if sought.address:
        rows = rows.filter(target__in=list(Person.objects.reading(sought.address)))
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return tuple(_seen(row) for row in rows.order_by("-pk")[:PAGE])


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
