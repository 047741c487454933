"""The queue: what needs a person, what is due first, and whose it is."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.console.doors import Visit, asked, paging, show, staff_only
from counterfoil.playbooks.catalogue import playbook_of
from counterfoil.queries.exceptions import (
    PAGE,
    Case,
    CasesSought,
    OpenCounts,
    OpenKind,
    find_cases,
    open_counts,
    open_kinds,
)
from counterfoil.queries.words import duration
from counterfoil.rules.exceptions import kind_named

MINE, NOBODYS, OVERDUE, SETTLED = "mine", "nobodys", "overdue", "settled"


@staff_only(methods=("GET", "HEAD"))
def list_cases(visit: Visit) -> HttpResponse:
    """List cases as they are due; by kind, and mine, nobody's, the overdue or the settled ones."""
    now, shown = timezone.now(), asked(visit.request.GET, "show")
    kind, kinds = asked(visit.request.GET, "kind", 40), open_kinds(now=now)
    sought = CasesSought(
        kind=kind,
        owner_id={MINE: visit.operator.id, NOBODYS: ""}.get(shown),
        overdue_at=now if shown == OVERDUE else None,
        is_settled=shown == SETTLED,
    )
    found = find_cases(sought, after=paging(visit, "after"))
    counts = open_counts(owner_id=visit.operator.id, now=now)
    context = {
        "section": "exceptions",
        "views": list(_views(counts, shown, kind)),
        "kinds": list(_kinds(kinds, kind)),
        "kind": kind,
        "shown": shown,
        "rows": [_row(one, visit.operator.id, now) for one in found],
        "is_settled": sought.is_settled,
        "is_filtered": bool(kind or shown),
        "all_url": _address(),
        "next_url": _address(show=shown, kind=kind, after=found[-1].id)
        if len(found) == PAGE
        else "",
    }
    return show(visit, "exceptions", context)


def _views(counts: OpenCounts, shown: str, kind: str) -> Iterable[dict[str, Any]]:
    """Give the ways of looking at the queue, each with how much there is."""
    for name, label, count in (
        ("", _("All open"), counts.everything),
        (MINE, _("Mine"), counts.mine),
        (NOBODYS, _("Nobody's"), counts.nobodys),
        (OVERDUE, _("Overdue"), counts.overdue),
        (SETTLED, _("Settled"), None),
    ):
        yield {
            "label": label,
            "count": count,
            "url": _address(show=name, kind=kind),
            "is_current": name == shown,
        }


def _kinds(open_ones: Iterable[OpenKind], kind: str) -> Iterable[dict[str, Any]]:
    """Give the kinds that are open, and the one that is looked for even if none is."""
    known = [(one.kind, one.count) for one in open_ones]
    if kind and kind not in dict(known):
        known.append((kind, 0))
    for name, count in known:
        yield {
            "value": name,
            "label": f"{kind_named(name).title} ({count})",
            "is_current": name == kind,
        }


def _row(case: Case, operator_id: str, now: datetime) -> dict[str, Any]:
    kind = kind_named(case.kind)
    return {
        "label": kind.title,
        "brief": playbook_of(case.kind).brief(case.evidence) or kind.summary,
        "age": duration(now - case.opened_at),
        "due": duration(abs(case.due_at - now)),
        "is_overdue": case.is_overdue(now),
        "owner": case.owner,
        "is_mine": case.owner_id == operator_id,
        "reference": case.reference,
        "url": reverse("counterfoil:console-exception", args=[case.id]),
        "is_test": case.is_test,
        "resolved_at": case.resolved_at,
        "resolved_by": case.resolved_by,
        "outcome": case.outcome,
    }


def _address(**query: str | UUID) -> str:
    asked_for = {name: str(value) for name, value in query.items() if value}
    return reverse("counterfoil:console-exceptions") + (
        f"?{urlencode(asked_for)}" if asked_for else ""
    )
