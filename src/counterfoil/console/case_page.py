"""One case: what was found, what can be done about it, whose it is, and what came of it."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from counterfoil.console.doors import Visit, show, staff_only
from counterfoil.console.finding import trace_url
from counterfoil.console.telling_cases import step_of
from counterfoil.errors import CounterfoilError
from counterfoil.models.cases import WORKS_ON_CASES, possible_owners
from counterfoil.operations.settle_case import settle_case
from counterfoil.playbooks.following import tell
from counterfoil.playbooks.playbook import Fact, Lead, Suggestion
from counterfoil.queries.exceptions import Case, history_of, next_case, one_case
from counterfoil.rules.exceptions import kind_named
from counterfoil.rules.permissions import Permission
from counterfoil.rules.remarks import masked_remark

OUTCOMES = {
    "done": "Settled: what had to be done is done.",
    "nothing": "Nothing had to be done.",
    "kept": "They may keep it.",
    "duplicate": "It is the same as another case.",
    "other": "",
}
COMMENT_MAX = 200


@staff_only()
def show_case(visit: Visit, case_id: UUID) -> HttpResponse:
    """Show one case with what can be done about it, or close it by hand with an outcome."""
    case = one_case(case_id)
    if visit.request.method != "POST":
        return case_page(visit, case.id)
    visit.require(Permission.RESOLVE_EXCEPTION)
    outcome = visit.request.POST.get("outcome", "")
    comment = comment_of(visit)
    if outcome not in OUTCOMES:
        return case_page(visit, case_id, {"outcome": _("Choose what came of it.")})
    if outcome == "other" and not comment:
        return case_page(visit, case_id, {"comment": _("Say in a few words what came of it.")})
    try:
        settle_case(
            case_id=case_id,
            outcome=f"{OUTCOMES[outcome]} {comment}".strip(),
            resolution=f"by_hand:{outcome}",
            by=visit.operator,
            at=timezone.now(),
        )
    except CounterfoilError as refusal:
        return case_page(visit, case_id, {"form": str(refusal)})
    messages.success(visit.request, _("It is settled."), fail_silently=True)
    return redirect("counterfoil:console-exception", case_id)


def comment_of(visit: Visit) -> str:
    """Give what was remarked, as it may be kept."""
    return masked_remark(visit.request.POST.get("comment", ""))[:COMMENT_MAX]


def case_page(visit: Visit, case_id: UUID, errors: Mapping[str, str] | None = None) -> HttpResponse:
    """Show a case as it stands now; with ``errors``, why what was asked for was not done."""
    case, now = one_case(case_id), timezone.now()
    told, kind = tell(case_id), kind_named(case.kind)
    is_open, is_mine = case.resolved_at is None, case.owner_id == visit.operator.id
    may_work = is_open and visit.may(WORKS_ON_CASES)
    following = next_case(visit.operator.id) if visit.may(WORKS_ON_CASES) else None
    is_free = is_open and case.owner_id in ("", visit.operator.id)
    context = {
        "section": "exceptions",
        "label": kind.title,
        "summary": kind.summary,
        "case": case,
        "is_open": is_open,
        "is_overdue": case.is_overdue(now),
        "is_mine": is_mine,
        "is_anothers": bool(is_open and case.owner_id and not is_mine),
        "may_work": may_work,
        "may_note": visit.may(WORKS_ON_CASES),
        "operator_id": visit.operator.id,
        "owners": [one for one in possible_owners() if one.id != case.owner_id] if may_work else [],
        "facts": [_fact(one) for one in told.facts],
        "suggestions": [_suggestion(visit, one, is_free) for one in told.suggestions],
        "leads": list(_leads(visit, told.leads)),
        "steps": [step_of(one) for one in history_of(case_id)],
        "trace_url": trace_url(case.trace) if case.trace else "",
        "may_decide": is_free and visit.may(Permission.RESOLVE_EXCEPTION),
        "outcomes": [(value, text or _("Something else")) for value, text in OUTCOMES.items()],
        "outcome": visit.request.POST.get("outcome", ""),
        "comment": visit.request.POST.get("comment", ""),
        "errors": errors or {},
        "next_url": _next(following, case),
        "queue_url": reverse("counterfoil:console-exceptions"),
    }
    return show(visit, "exception", context, status=409 if errors else 200)


def _fact(fact: Fact) -> dict[str, str]:
    try:
        url = trace_url(fact.about) if fact.about else ""
    except NoReverseMatch:
        url = ""
    return {"label": fact.label, "text": fact.text, "url": url}


def _suggestion(visit: Visit, one: Suggestion, is_free: bool) -> dict[str, Any]:
    return {
        "name": one.name,
        "label": one.label,
        "will": one.will,
        "warning": one.warning,
        "mark": one.mark,
        "closes": bool(one.outcome),
        "may": is_free and visit.may(one.permission),
        "needs": "" if visit.may(one.permission) else one.permission.words,
    }


def _leads(visit: Visit, leads: Iterable[Lead]) -> Iterable[dict[str, Any]]:
    """Give the pages that can be gone to; one that no page of ours has is left out."""
    for one in leads:
        try:
            url = reverse(f"counterfoil:{one.page}", args=one.arguments)
        except NoReverseMatch:
            continue
        query = f"?{urlencode(dict(one.query))}" if one.query else ""
        fragment = f"#{one.fragment}" if one.fragment else ""
        may = visit.may(one.permission)
        yield {
            "label": one.label,
            "says": one.says,
            "url": f"{url}{query}{fragment}" if may else "",
            "needs": "" if may else one.permission.words,
        }


def _next(following: Case | None, case: Case) -> str:
    if following is None or following.id == case.id:
        return ""
    return reverse("counterfoil:console-exception", args=[following.id])
