"""Long work: what is being done, how far it has come, stop and continue."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterfoil.console.doors import Visit, paging, show, staff_only
from counterfoil.errors import JobFinished
from counterfoil.models import JobStatus
from counterfoil.models.ids import uuid_of
from counterfoil.operations.continue_job import continue_job
from counterfoil.operations.stop_job import stop_job
from counterfoil.queries import words
from counterfoil.queries.jobs import PAGE, JobSeen, jobs, one_job
from counterfoil.rules.permissions import Permission

ENDED = frozenset({JobStatus.DONE, JobStatus.FAILED, JobStatus.STOPPED})
BADGES = {
    JobStatus.WAITING: ("", later("waiting")),
    JobStatus.RUNNING: ("info", later("running")),
    JobStatus.DONE: ("good", later("done")),
    JobStatus.FAILED: ("bad", later("failed")),
    JobStatus.STOPPED: ("warn", later("stopped")),
}


@staff_only(methods=("GET", "HEAD"))
def list_jobs(visit: Visit) -> HttpResponse:
    """List long work, the newest first."""
    found = jobs(before=paging(visit))
    older = f"?before={found[-1].id}" if len(found) == PAGE else ""
    context = {"section": "jobs", "rows": [_told(job) for job in found], "next_url": older}
    return show(visit, "jobs", context)


@staff_only(methods=("GET", "HEAD"))
def show_job(visit: Visit, job_id: UUID) -> HttpResponse:
    """Show one job; the page looks again by itself as long as there is something to see."""
    job = one_job(job_id)
    context = {
        "section": "jobs",
        "job": _told(job),
        "facts": _came_to(job),
        "run_url": _run_url(job),
        "may_run": visit.may(Permission.RUN_JOBS),
    }
    return show(visit, "job", context)


@staff_only(Permission.RUN_JOBS, methods=("POST",))
def halt_job(visit: Visit, job_id: UUID) -> HttpResponse:
    """Stop a job after the step it is in."""
    try:
        stop_job(job_id=job_id, by=visit.operator, at=timezone.now())
    except JobFinished as refusal:
        messages.warning(visit.request, str(refusal), fail_silently=True)
    return redirect("counterfoil:console-job", job_id)


@staff_only(Permission.RUN_JOBS, methods=("POST",))
def resume_job(visit: Visit, job_id: UUID) -> HttpResponse:
    """Take a job up where it was left."""
    try:
        continue_job(job_id=job_id, by=visit.operator, at=timezone.now())
    except JobFinished as refusal:
        messages.warning(visit.request, str(refusal), fail_silently=True)
    return redirect("counterfoil:console-job", job_id)


def _came_to(job: JobSeen) -> list[tuple[str, str]]:
    """Write what a job came to, with the words of what it counts."""
    counted = [(words.worded(words.COUNTS, k), str(job.result[k])) for k in _counts(job)]
    rest = {k: v for k, v in job.result.items() if k not in words.COUNTS and k != "run"}
    return [(capfirst(label), value) for label, value in counted] + list(words.facts(rest))


def _counts(job: JobSeen) -> list[str]:
    return [name for name in words.COUNTS if name in job.result]


def _run_url(job: JobSeen) -> str:
    run = uuid_of(job.result.get("run"))
    return reverse("counterfoil:console-run", args=[run]) if run else ""


def _told(job: JobSeen) -> dict[str, Any]:
    tone, status = BADGES[JobStatus(job.status)]
    return {
        "label": words.worded(words.JOBS, job.kind),
        "about": job.key,
        "tone": tone,
        "status": _("stopping") if job.is_stopping else status,
        "has_ended": job.status in ENDED,
        "can_stop": job.status not in ENDED and not job.is_stopping,
        "can_continue": job.status in (JobStatus.FAILED, JobStatus.STOPPED),
        "url": reverse("counterfoil:console-job", args=[job.id]),
        "seen": job,
    }
