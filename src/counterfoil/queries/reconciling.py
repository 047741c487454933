"""What came of comparing channels with our records?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Min, OuterRef, Subquery

from counterfoil.errors import NotFound
from counterfoil.models import (
    Difference,
    DifferenceKind,
    DifferenceOutcome,
    Message,
    ReconcileRun,
)

PAGE = 50
MISSED = (DifferenceKind.MISSED, DifferenceKind.DIFFERING)


@dataclass(frozen=True, kw_only=True, slots=True)
class RunSeen:
    """One run, as it is told of."""

    id: UUID
    connection: str
    slug: str
    cause: str
    by: str
    since: datetime
    until: datetime
    started_at: datetime
    finished_at: datetime | None
    is_complete: bool
    stopped: str
    counts: Mapping[str, int]

    @property
    def differences(self) -> int:
        """Count what was not the same."""
        return sum(self.counts.get(kind, 0) for kind in DifferenceKind.values)


@dataclass(frozen=True, kw_only=True, slots=True)
class DifferenceSeen:
    """
    One difference; ``told_at`` is when a message about it came after all, if one did.

    Without one nobody ever told us.
    """

    id: UUID
    at: datetime
    kind: str
    outcome: str
    reference: str
    number: str
    slug: str
    connection: str
    purchase_id: UUID | None
    issued: int
    withdrawn: int
    details: Mapping[str, Any]
    told_at: datetime | None

    @property
    def told_after(self) -> timedelta | None:
        """Give how long after it was healed the message came, or nothing."""
        return self.told_at - self.at if self.told_at and self.told_at > self.at else None


def runs(*, slug: str = "", before: UUID | None = None) -> tuple[RunSeen, ...]:
    """Give a page of runs, the newest first, of one connection or of all."""
    rows = ReconcileRun.objects.select_related("connection").order_by("-pk")
    rows = rows.filter(connection__slug=slug) if slug else rows
    rows = rows.filter(pk__lt=before) if before is not None else rows
    return tuple(_run(row) for row in rows[:PAGE])


def one_run(run_id: UUID) -> RunSeen:
    """
    Give one run.

    :raises NotFound: if there is none.
    """
    row = ReconcileRun.objects.select_related("connection").filter(pk=run_id).first()
    if row is None:
        raise NotFound("There is no such run.")
    return _run(row)


def differences_of(run_id: UUID, *, after: UUID | None = None) -> tuple[DifferenceSeen, ...]:
    """Give a page of what a run found, in the order in which it was found."""
    rows = Difference.objects.filter(run=run_id).order_by("pk")
    rows = rows.filter(pk__gt=after) if after is not None else rows
    return _differences(rows[:PAGE])


def missed(
    *, slug: str = "", before: UUID | None = None
) -> tuple[tuple[date, tuple[DifferenceSeen, ...]], ...]:
    """Give a page of the orders that a sweep healed and no message, by day, the newest first."""
    rows = Difference.objects.filter(kind__in=MISSED, outcome=DifferenceOutcome.HEALED)
    rows = rows.filter(connection__slug=slug) if slug else rows
    rows = rows.filter(pk__lt=before) if before is not None else rows
    days: dict[date, list[DifferenceSeen]] = {}
    for one in _differences(rows.order_by("-pk")[:PAGE]):
        days.setdefault(one.at.date(), []).append(one)
    return tuple((day, tuple(ones)) for day, ones in days.items())


def _differences(rows: Any) -> tuple[DifferenceSeen, ...]:
    later = (
        Message.objects.filter(
            connection=OuterRef("connection"),
            order_reference=OuterRef("reference"),
            acked_at__gt=OuterRef("at"),
        )
        .values("order_reference")
        .annotate(first=Min("acked_at"))
        .values("first")
    )
    return tuple(
        DifferenceSeen(
            id=row.pk,
            at=row.at,
            kind=row.kind,
            outcome=row.outcome,
            reference=row.reference,
            number=row.purchase.called if row.purchase else row.reference,
            slug=row.connection.slug,
            connection=row.connection.name,
            purchase_id=row.purchase_id,
            issued=row.issued,
            withdrawn=row.withdrawn,
            details=row.details,
            told_at=row.told_at,
        )
        for row in rows.select_related("connection", "purchase").annotate(
            told_at=Subquery(later[:1])
        )
    )


def _run(row: ReconcileRun) -> RunSeen:
    return RunSeen(
        id=row.pk,
        connection=row.connection.name,
        slug=row.connection.slug,
        cause=row.cause,
        by=row.by,
        since=row.since,
        until=row.until,
        started_at=row.started_at,
        finished_at=row.finished_at,
        is_complete=row.is_complete,
        stopped=row.stopped,
        counts=row.counts,
    )
