"""Long work: what is being done, how far it has come, stop and continue."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterfoil.console.doors import Visit, paging, show, staff_only
from counterfoil.errors import JobFinished
from counterfoil.models import JobStatus
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
        "facts": words.facts(job.result),
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
