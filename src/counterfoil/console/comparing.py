"""Reconciling: what the sweeps found, how far behind each connection is, comparing now."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterfoil.console.connecting import found, health, lag_of
from counterfoil.console.doors import Visit, asked, paging, show, staff_only
from counterfoil.console.finding import trace_url
from counterfoil.errors import ConnectionIncomplete
from counterfoil.intake.registry import adapter_for
from counterfoil.models.ids import uuid7
from counterfoil.operations.request_job import request_job
from counterfoil.queries import words
from counterfoil.queries.connections import connections
from counterfoil.queries.reconciling import (
    PAGE,
    DifferenceSeen,
    RunSeen,
    differences_of,
    missed,
    one_run,
    runs,
)
from counterfoil.rules.jobs import JobKind
from counterfoil.rules.moments import moment_since
from counterfoil.rules.permissions import Permission

CAUSES = {
    "short": later("sweep"),
    "long": later("daily, both ways"),
    "asked": later("asked for"),
}
COUNTED = ("looked", "agreed", "missed", "odd", "differing", "unreadable", "issued", "withdrawn")


@staff_only(methods=("GET", "HEAD"))
def list_runs(visit: Visit) -> HttpResponse:
    """Show how far behind each connection is, what was missed, and the last runs."""
    slug, before = asked(visit.request.GET, "connection"), paging(visit)
    listed = runs(slug=slug, before=before)
    kept = f"connection={slug}&" if slug else ""
    context = {
        "section": "reconcile",
        "slug": slug,
        "connections": [
            {
                "seen": one,
                "lag": lag_of(one),
                "state": health(one)[0],
                "tone": health(one)[1],
                "url": reverse("counterfoil:console-connection", args=[one.slug]),
            }
            for one in connections(now=timezone.now())
        ],
        "missed": [(day, [_difference(one) for one in ones]) for day, ones in missed(slug=slug)],
        "runs": [_told(run) for run in listed],
        "may_reconcile": visit.may(Permission.RECONCILE),
        "request_id": uuid7(),
        "next_url": f"?{kept}before={listed[-1].id}" if len(listed) == PAGE else "",
    }
    return show(visit, "reconcile", context)


@staff_only(Permission.RECONCILE, methods=("POST",))
def start(visit: Visit) -> HttpResponse:
    """Have a connection compared in the background, and go to where one sees how far it is."""
    posted, now = visit.request.POST, timezone.now()
    back = redirect("counterfoil:console-reconcile")
    connection = found(asked(posted, "connection"))
    try:
        since = moment_since(asked(posted, "since", 40), now=now)
        adapter_for(connection)
        request_id = UUID(posted.get("request_id", ""))
    except (ValueError, ConnectionIncomplete) as wrong:
        messages.error(visit.request, str(wrong), fail_silently=True)
        return back
    job = request_job(
        kind=JobKind.RECONCILE,
        key=f"{connection.name} since {since:%Y-%m-%d %H:%M} ({request_id.hex[-6:]})",
        parameters={"connection": connection.slug, "since": since.isoformat()},
        by=visit.operator,
        at=now,
    )
    return redirect("counterfoil:console-job", job.pk)


@staff_only(methods=("GET", "HEAD"))
def show_run(visit: Visit, run_id: UUID) -> HttpResponse:
    """Show one run with what it found."""
    run, after = one_run(run_id), paging(visit, "after")
    listed = differences_of(run_id, after=after)
    context = {
        "section": "reconcile",
        "run": _told(run),
        "counts": [
            (words.worded(words.COUNTS, name).capitalize(), run.counts.get(name, 0))
            for name in COUNTED
        ],
        "differences": [_difference(one) for one in listed],
        "next_url": f"?after={listed[-1].id}" if len(listed) == PAGE else "",
    }
    return show(visit, "run", context)


def _told(run: RunSeen) -> dict[str, Any]:
    if run.finished_at is None:
        state, tone = _("not finished"), "info"
    elif not run.is_complete:
        state, tone = _("stopped"), "bad"
    elif run.differences:
        state, tone = _("%(n)d differed") % {"n": run.differences}, "warn"
    else:
        state, tone = _("nothing missed"), "good"
    return {
        "seen": run,
        "state": state,
        "tone": tone,
        "cause": words.worded({name: str(text) for name, text in CAUSES.items()}, run.cause),
        "looked": run.counts.get("looked", 0),
        "url": reverse("counterfoil:console-run", args=[run.id]),
        "connection_url": reverse("counterfoil:console-connection", args=[run.slug]),
    }


def _difference(one: DifferenceSeen) -> dict[str, Any]:
    late = one.told_after
    return {
        "seen": one,
        "sentence": words.difference(
            kind=one.kind,
            outcome=one.outcome,
            issued=one.issued,
            withdrawn=one.withdrawn,
            details=one.details,
        ),
        "tone": "good" if one.outcome == "healed" else "warn",
        "outcome": _("healed") if one.outcome == "healed" else _("before a person"),
        "url": trace_url(str(one.purchase_id)) if one.purchase_id else "",
        "told": _("its message came %(time)s later") % {"time": words.duration(late)}
        if late
        else "",
    }
