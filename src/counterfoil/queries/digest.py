"""What should colleagues know of a day: what was given, shown, taken out and decided?"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Sum

from counterfoil.models import Approval, AuditEntry, Entry, ExceptionCase, GrantRecord
from counterfoil.queries.staff_names import names_of
from counterfoil.rules.acts import Act
from counterfoil.rules.approvals import Verdict
from counterfoil.rules.people import ActorKind


@dataclass(frozen=True, kw_only=True, slots=True)
class Given:
    """What one person gave without a sale under one category."""

    who: str
    category: str
    grants: int
    units: int
    alone: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Digest:
    """A day in figures; ``shown`` and ``exports`` are counted by person."""

    given: Sequence[Given]
    shown: Sequence[tuple[str, int]]
    exports: Sequence[tuple[str, int]]
    approved: int
    rejected: int
    lapsed: int
    waiting: int
    opened: int
    closed: int
    open: int
    overdue: int


def digest(*, since: datetime, until: datetime, now: datetime) -> Digest:
    """Count what happened between two moments, and how things stand now."""
    approvals, cases = Approval.objects.all(), ExceptionCase.objects.all()
    decided = approvals.filter(decided_at__gte=since, decided_at__lt=until)
    open_cases = cases.filter(resolved_at=None)
    return Digest(
        given=_given(since, until),
        shown=_shown(since, until),
        exports=_exports(since, until),
        approved=decided.filter(decision=Verdict.APPROVED.value).count(),
        rejected=decided.filter(decision=Verdict.REJECTED.value).count(),
        lapsed=approvals.filter(
            decided_at=None, expires_at__gte=since, expires_at__lt=until
        ).count(),
        waiting=approvals.waiting(now).count(),
        opened=cases.filter(opened_at__gte=since, opened_at__lt=until).count(),
        closed=cases.filter(resolved_at__gte=since, resolved_at__lt=until).count(),
        open=open_cases.count(),
        overdue=open_cases.filter(due_at__lt=now).count(),
    )


def overdue_for(staff_id: str, *, now: datetime, takes_all: bool) -> Sequence[tuple[str, int]]:
    """Count by kind the overdue cases of somebody; with ``takes_all`` those of nobody as well."""
    owners = [staff_id, ""] if takes_all else [staff_id]
    cases = ExceptionCase.objects.filter(
        resolved_at=None, due_at__lt=now, owner_id__in=owners
    ).order_by()
    counted = cases.values("kind").annotate(n=Count("pk"))
    return sorted(((one["kind"], one["n"]) for one in counted), key=lambda it: (-it[1], it[0]))


def _given(since: datetime, until: datetime) -> list[Given]:
    rows = GrantRecord.objects.filter(
        purchase__created_at__gte=since, purchase__created_at__lt=until, purchase__is_test=False
    ).order_by()
    counted = list(
        rows.values("issued_by", "category", "approved_by").annotate(
            grants=Count("pk"), units=Sum("quantity")
        )
    )
    names = names_of({one["issued_by"] for one in counted})
    found: dict[tuple[str, str], list[int]] = {}
    for one in counted:
        sums = found.setdefault((names[one["issued_by"]], one["category"]), [0, 0, 0])
        sums[0] += one["grants"]
        sums[1] += one["units"]
        sums[2] += one["units"] if not one["approved_by"] else 0
    return [
        Given(who=who, category=category, grants=sums[0], units=sums[1], alone=sums[2])
        for (who, category), sums in sorted(found.items())
    ]


def _shown(since: datetime, until: datetime) -> list[tuple[str, int]]:
    rows = Entry.objects.filter(
        actor_kind=ActorKind.OPERATOR.value,
        act_name=Act.REVEAL_CODE.value,
        recorded_at__gte=since,
        recorded_at__lt=until,
    ).order_by()
    return _by_name(
        {it["actor_id"]: it["n"] for it in rows.values("actor_id").annotate(n=Count("*"))}
    )


def _exports(since: datetime, until: datetime) -> list[tuple[str, int]]:
    rows = AuditEntry.objects.filter(act="export", at__gte=since, at__lt=until).order_by()
    return _by_name(Counter(rows.values_list("actor_id", flat=True)))


def _by_name(counted: dict[str, int]) -> list[tuple[str, int]]:
    names = names_of(set(counted))
    return sorted((names[who], count) for who, count in counted.items())
