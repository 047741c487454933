"""What needs a person: the list, and one case with its decision."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from counterfoil.console.doors import Visit, paging, show, staff_only
from counterfoil.console.finding import trace_url
from counterfoil.console.mending import where_to_mend
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.queries import words
from counterfoil.queries.exceptions import PAGE, Case, one_case, open_cases, open_kinds
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.permissions import Permission

OUTCOMES = {
    "done": "Settled: what had to be done is done.",
    "nothing": "Nothing had to be done.",
    "kept": "They may keep it.",
    "duplicate": "It is the same as another case.",
}


@staff_only(methods=("GET", "HEAD"))
def list_exceptions(visit: Visit) -> HttpResponse:
    """List what is open, by kind, the newest first."""
    kind, before = visit.request.GET.get("kind", ""), paging(visit)
    listed, kinds = reverse("counterfoil:console-exceptions"), open_kinds()
    cases = open_cases(kind=kind, before=before)
    of_kind = f"kind={kind}&" if kind in set(ExceptionKind) else ""
    context = {
        "section": "exceptions",
        "kinds": [
            {
                "label": _("All"),
                "count": sum(one.count for one in kinds),
                "url": listed,
                "is_current": not kind,
            },
            *(
                {
                    "label": words.worded(words.EXCEPTIONS, one.kind),
                    "count": one.count,
                    "url": f"{listed}?kind={one.kind}",
                    "is_current": one.kind == kind,
                }
                for one in kinds
            ),
        ]
        if kinds
        else [],
        "rows": [_row(one) for one in cases],
        "next_url": f"{listed}?{of_kind}before={cases[-1].id}" if len(cases) == PAGE else "",
    }
    return show(visit, "exceptions", context)


@staff_only()
def decide(visit: Visit, case_id: UUID) -> HttpResponse:
    """Show one exception with its evidence, or close it with an outcome."""
    case, errors = one_case(case_id), {}
    if visit.request.method == "POST":
        visit.require(Permission.RESOLVE_EXCEPTION)
        outcome = visit.request.POST.get("outcome", "")
        comment = visit.request.POST.get("comment", "").strip()
        if outcome not in OUTCOMES:
            errors["reason"] = _("Choose what came of it.")
        elif case.resolved_at is not None:
            errors["form"] = _("%(who)s has settled this already.") % {"who": case.resolved_by}
        else:
            resolve_exception(
                kind=ExceptionKind(case.kind),
                key=case.key,
                outcome=f"{OUTCOMES[outcome]} {comment}".strip(),
                by=visit.operator,
                at=timezone.now(),
            )
            messages.success(visit.request, _("It is settled."), fail_silently=True)
            there = trace_url(case.trace) if case.trace else "counterfoil:console-exceptions"
            return redirect(there)
    may_decide = case.resolved_at is None and visit.may(Permission.RESOLVE_EXCEPTION)
    context = _context(case, errors) | {
        "may_decide": may_decide,
        "outcome": visit.request.POST.get("outcome", ""),
        "comment": visit.request.POST.get("comment", ""),
    }
    return show(visit, "exception", context, status=409 if errors else 200)


def _row(case: Case) -> dict[str, Any]:
    return {
        "label": words.worded(words.EXCEPTIONS, case.kind),
        "summary": words.worded(words.SUMMARIES, case.kind),
        "opened_at": case.opened_at,
        "reference": case.reference,
        "url": reverse("counterfoil:console-exception", args=[case.id]),
        "is_test": case.is_test,
    }


def _context(case: Case, errors: dict[str, str]) -> dict[str, Any]:
    mend_label, mend_url = where_to_mend(case)
    return {
        "section": "exceptions",
        "label": words.worded(words.EXCEPTIONS, case.kind),
        "summary": words.worded(words.SUMMARIES, case.kind),
        "mend_label": mend_label,
        "mend_url": mend_url,
        "case": case,
        "evidence": words.facts(case.evidence),
        "trace_url": trace_url(case.trace) if case.trace else "",
        "outcomes": list(OUTCOMES.items()),
        "errors": errors,
    }
