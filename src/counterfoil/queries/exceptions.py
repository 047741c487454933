"""What needs a person, whose it is, and by when?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from counterfoil.errors import NotFound
from counterfoil.models import AuditEntry, ExceptionCase, Note, Purchase
from counterfoil.queries._hits import reference_of

PAGE = 50
POINTED_TO = (
    "purchase__grantrecord",
    "purchase__connection",
    "entitlement__purchase__grantrecord",
    "entitlement__purchase__connection",
    "message",
)
DUE = Coalesce("due_at", "opened_at")  # what was opened before there were dates is due at once


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenKind:
    """How many of one kind are open, since when, and how many of them are overdue."""

    kind: str
    count: int
    oldest_at: datetime
    overdue: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenCounts:
    """How much is open, and how much of it is somebody's, nobody's, and overdue."""

    everything: int
    mine: int
    nobodys: int
    overdue: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CasesSought:
    """Which cases to look for; without ``owner_id`` everybody's, and with "" nobody's."""

    kind: str = ""
    owner_id: str | None = None
    overdue_at: datetime | None = None
    is_settled: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One exception; ``trace`` is the handle or purchase it is about, if it is about any."""

    id: UUID
    kind: str
    key: str
    opened_at: datetime
    due_at: datetime
    owner_id: str
    owner: str
    taken_at: datetime | None
    resolved_at: datetime | None
    resolved_by: str
    resolution: str
    outcome: str
    evidence: Mapping[str, Any]
    reference: str
    trace: str
    connection: str
    is_test: bool

    def is_overdue(self, now: datetime) -> bool:
        """Tell whether it should have been settled by now."""
        return self.resolved_at is None and self.due_at < now


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """What was done about a case, or written down; ``act`` is "note" for a remark."""

    at: datetime
    act: str
    who: str
    data: Mapping[str, Any]


def open_kinds(*, now: datetime | None = None) -> tuple[OpenKind, ...]:
    """Count what is open by kind, most first; overdue ones only as seen from a moment."""
    rows = ExceptionCase.objects.filter(resolved_at=None).values("kind")
    late = Count("pk", filter=Q(due_at__lt=now)) if now else Count("pk", filter=Q(pk=None))
    counted = rows.annotate(count=Count("pk"), oldest_at=Min("opened_at"), overdue=late)
    return tuple(OpenKind(**row) for row in counted.order_by("-count", "kind"))


def count_open() -> int:
    """Count everything that is open."""
    return ExceptionCase.objects.filter(resolved_at=None).count()


def open_counts(*, owner_id: str, now: datetime) -> OpenCounts:
    """Count what is open, and what of it somebody should look at first."""
    counted = ExceptionCase.objects.filter(resolved_at=None).aggregate(
        everything=Count("pk"),
        mine=Count("pk", filter=Q(owner_id=owner_id)),
        nobodys=Count("pk", filter=Q(owner_id="")),
        overdue=Count("pk", filter=Q(due_at__lt=now)),
    )
    return OpenCounts(**counted)


def find_cases(
    sought: CasesSought, *, after: UUID | None = None, most: int = PAGE
) -> tuple[Case, ...]:
    """
    Give a page of cases, from the one ``after`` on.

    What is open comes as it is due, so what is overdue comes first; what is settled the newest
    first.
    """
    rows = ExceptionCase.objects.filter(resolved_at__isnull=not sought.is_settled)
    if sought.kind:
        rows = rows.filter(kind=sought.kind)
    if sought.owner_id is not None:
        rows = rows.filter(owner_id=sought.owner_id)
    if sought.overdue_at is not None:
        rows = rows.filter(due_at__lt=sought.overdue_at)
    rows = rows.select_related(*POINTED_TO)
    paged = _settled(rows, after) if sought.is_settled else _as_due(rows, after)
    return tuple(_case(row) for row in paged[:most])


def one_case(case_id: UUID) -> Case:
    """
    Give one exception, open or settled.

    :raises NotFound: if there is none.
    """
    rows = ExceptionCase.objects.select_related(*POINTED_TO)
    row = rows.filter(pk=case_id).first()
    if row is None:
        raise NotFound("There is no such exception.")
    return _case(row)


def next_case(owner_id: str) -> Case | None:
    """Give the case to look at next: somebody's own that is due first, or else nobody's."""
    for whose in (owner_id, ""):
        found = find_cases(CasesSought(owner_id=whose))
        if found:
            return found[0]
    return None


def history_of(case_id: UUID) -> Sequence[Step]:
    """Give what was done about a case and written down, the oldest first."""
    acts = AuditEntry.objects.filter(subject=str(case_id), connection=None)
    steps = [
        Step(at=one.at, act=one.act, who=one.actor_display or one.actor_id, data=one.data)
        for one in acts.order_by("at", "pk")
    ]
    steps += [
        Step(
            at=note.at,
            act="note",
            who=note.author_display or note.author_id,
            data={"text": note.text, "reference": note.reference},
        )
        for note in Note.objects.filter(case=case_id).order_by("at", "pk")
    ]
    return sorted(steps, key=lambda one: one.at)


def _as_due(rows: QuerySet[ExceptionCase], after: UUID | None) -> QuerySet[ExceptionCase]:
    rows = rows.annotate(due=DUE)
    last = ExceptionCase.objects.annotate(due=DUE).filter(pk=after).first() if after else None
    if last is not None:
        due = getattr(last, "due")  # noqa: B009 - put there by the annotation
        rows = rows.filter(Q(due__gt=due) | Q(due=due, pk__gt=last.pk))
    return rows.order_by("due", "pk")


def _settled(rows: QuerySet[ExceptionCase], before: UUID | None) -> QuerySet[ExceptionCase]:
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return rows.order_by("-pk")


def _case(row: ExceptionCase) -> Case:
    purchase = row.purchase or (row.entitlement.purchase if row.entitlement else None)
    order = row.message.order_reference or row.message.message_id if row.message else ""
    named = row.evidence.get("order") or row.evidence.get("connection")
    about = order or str(named or row.key)
    return Case(
        id=row.pk,
        kind=row.kind,
        key=row.key,
        opened_at=row.opened_at,
        due_at=row.due_at or row.opened_at,
        owner_id=row.owner_id,
        owner=row.owner_display,
        taken_at=row.taken_at,
        resolved_at=row.resolved_at,
        resolved_by=row.resolved_by,
        resolution=row.resolution,
        outcome=row.outcome,
        evidence=row.evidence,
        reference=reference_of(purchase) if purchase else about,
        trace=row.entitlement.handle if row.entitlement else str(purchase.pk) if purchase else "",
        connection=_connection_of(row, purchase),
        is_test=bool(purchase and purchase.is_test),
    )


def _connection_of(row: ExceptionCase, purchase: Purchase | None) -> str:
    """Name the connection it came through, as far as that is known."""
    if purchase is not None and purchase.connection is not None:
        return purchase.connection.slug
    return str(row.evidence.get("connection") or "")
