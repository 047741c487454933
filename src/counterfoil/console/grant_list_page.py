"""One list of grants: what would become of its rows, what does, and what did."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from counterfoil.console.doors import Visit
from counterfoil.console.finding import trace_url
from counterfoil.console.ledger import everything_url
from counterfoil.models.granting import allowance
from counterfoil.queries import words
from counterfoil.queries.grant_lists import (
    ROWS,
    GrantListSeen,
    GrantRowSeen,
    by_product,
    faults_of,
    grant_rows,
    one_grant_list,
)
from counterfoil.queries.grant_words import CATEGORIES, FAULTS, OUTCOMES, REFERENCES, STATUSES
from counterfoil.queries.jobs import one_job
from counterfoil.queries.staff_names import names_of
from counterfoil.rules.approvals import Standing
from counterfoil.rules.grant_lists import GRANTED
from counterfoil.rules.permissions import Permission

TONES = {"judged": "info", "requested": "warn", "confirmed": "warn", "done": "good"} | {
    "discarded": ""
}


def list_context(visit: Visit, list_id: UUID, *, error: str) -> dict[str, Any]:
    """Read a list and a page of its rows, and put them in words."""
    now = timezone.now()
    seen = one_grant_list(list_id, now=now)
    job = one_job(seen.job_id) if seen.job_id else None
    which, rows = _page(visit, seen)
    is_open, is_waiting = seen.status == "judged", seen.status == "requested"
    may = visit.may(Permission.GRANT)
    alone = allowance(visit.operator.id, at=now)
    second = names_of([seen.approved_by])[seen.approved_by] if seen.approved_by else ""
    return {
        "section": "grants",
        "list": seen,
        "tone": TONES[seen.status],
        "status": words.worded(STATUSES, seen.status),
        "category": words.worded(CATEGORIES, seen.category),
        "about": words.worded(REFERENCES, seen.reference_kind),
        "who_url": everything_url(seen.who_id),
        "second": second,
        "products": by_product(list_id),
        "faults": [
            (words.worded(FAULTS, code), n, f"?{urlencode({'rows': code})}")
            for code, n in faults_of(list_id).items()
        ],
        "tabs": _tabs(seen, which),
        "rows": [_row(one) for one in rows],
        "next_url": _next(which, rows),
        "job": job,
        "is_running": seen.status == "confirmed" and not seen.is_halted,
        "job_url": reverse("counterfoil:console-job", args=[seen.job_id]) if job else "",
        "allowance": alone,
        "needs_second": seen.units > alone.left,
        "can_confirm": may and is_open and seen.good > 0,
        "can_discard": may and (is_open or is_waiting),
        "may_grant": may,
        "is_waiting": is_waiting,
        "was_rejected": is_open and seen.request == Standing.REJECTED,
        "has_lapsed": is_open and seen.request == Standing.LAPSED,
        "request_url": reverse("counterfoil:console-approval", args=[seen.request_id])
        if seen.request_id
        else "",
        "error": error,
    }


def _page(visit: Visit, seen: GrantListSeen) -> tuple[str, tuple[GrantRowSeen, ...]]:
    which, after = visit.request.GET.get("rows", ""), visit.request.GET.get("after", "")
    which = which if which in {"good", "bad", "refused", *FAULTS} else ""
    is_number = after.isascii() and after.isdigit() and len(after) < 9
    return which, grant_rows(seen.id, which=which, after=int(after) if is_number else 0)


def _tabs(seen: GrantListSeen, current: str) -> list[dict[str, Any]]:
    if not (seen.bad or seen.refused):
        return []
    here = reverse("counterfoil:console-grant-list", args=[seen.id])
    found = (
        ("", _("All"), seen.rows),
        ("good", _("Good"), seen.good),
        ("bad", _("Bad"), seen.bad),
        ("refused", _("Refused"), seen.refused),
    )
    return [
        {
            "label": label,
            "count": count,
            "url": f"{here}?rows={name}#rows" if name else f"{here}#rows",
            "is_current": name == current,
        }
        for name, label, count in found
        if count or not name
    ]


def _row(one: GrantRowSeen) -> dict[str, Any]:
    if one.fault:
        tone, label = "bad", words.worded(FAULTS, one.fault)
    elif one.outcome:
        tone = "good" if one.outcome == GRANTED else "bad"
        label = words.worded(OUTCOMES, one.outcome)
    else:
        tone, label = "info", _("will be granted")
    return {
        "seen": one,
        "tone": tone,
        "label": capfirst(label),
        "about": words.worded(REFERENCES, one.reference_kind) if one.reference_kind else "",
        "url": trace_url(str(one.purchase_id)) if one.purchase_id else "",
    }


def _next(which: str, rows: tuple[GrantRowSeen, ...]) -> str:
    if len(rows) < ROWS:
        return ""
    return (
        "?" + urlencode(({"rows": which} if which else {}) | {"after": rows[-1].number}) + "#rows"
    )
