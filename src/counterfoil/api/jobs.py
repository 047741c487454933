"""How far long work has come, stopping it, and taking it up again."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from counterfoil.api.idempotency import once
from counterfoil.api.lists import After, Limit, Next, cut
from counterfoil.api.schemas import READ, WRITE
from counterfoil.api.security import ApiKeyBearer, CallerRequest
from counterfoil.models import JobStatus
from counterfoil.operations.continue_job import continue_job
from counterfoil.operations.stop_job import stop_job
from counterfoil.queries.jobs import JobsSought, jobs, one_job
from counterfoil.rules.jobs import JobKind
from counterfoil.rules.scopes import Scope

router = Router(tags=["Jobs"], auth=ApiKeyBearer(Scope.JOBS))


class JobAnswer(Schema):
    """Long work, and how far it has come. It is over once there is a ``finished_at``."""

    id: UUID
    kind: JobKind
    status: JobStatus
    done: int = Field(description="How many items were worked on.")
    total: int | None = Field(description="How many there are, once they have been counted.")
    problems: int = Field(description="How many of those that are done came to nothing.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class JobsAnswer(Schema):
    """A page of jobs, the newest first."""

    jobs: list[JobAnswer]
    next: Next


@router.get("", response={200: JobsAnswer, **READ}, summary="List jobs")
def list_them(
    request: CallerRequest,
    kind: JobKind | None = None,
    status: JobStatus | None = None,
    after: After = None,
    limit: Limit = 50,
) -> JobsAnswer:
    """Give a page of long work; a partner sees only what it asked for itself."""
    caller = request.auth
    sought = JobsSought(
        kind=kind.value if kind else "",
        status=status.value if status else "",
        requested_by=caller.actor.id if caller.is_partner else "",
    )
    found = jobs(sought, before=after, most=limit + 1)
    _, following = cut([one.id for one in found], limit)
    rows = [JobAnswer.model_validate(one, from_attributes=True) for one in found[:limit]]
    return JobsAnswer(jobs=rows, next=following)


@router.post(
    "/{uuid:job_id}/stop",
    auth=ApiKeyBearer(Scope.STOP_JOBS),
    response={200: JobAnswer, **WRITE},
    summary="Stop a job",
)
@once
def stop(request: CallerRequest, job_id: UUID) -> Status[Schema]:
    """
    Stop long work after the step it is in: what was done stays done, and it can be taken up again.

    409 `job_finished` if it has come to its end.
    """
    stop_job(job_id=job_id, by=request.auth.actor, at=timezone.now())
    return Status(200, JobAnswer.model_validate(one_job(job_id), from_attributes=True))


@router.post(
    "/{uuid:job_id}/continue",
    auth=ApiKeyBearer(Scope.CONTINUE_JOBS),
    response={200: JobAnswer, **WRITE},
    summary="Take a job up again",
)
@once
def go_on(request: CallerRequest, job_id: UUID) -> Status[Schema]:
    """
    Take up long work that was stopped, or failed, where it was left.

    One that is waiting or running is left alone; 409 `job_finished` if everything is done.
    """
    continue_job(job_id=job_id, by=request.auth.actor, at=timezone.now())
    return Status(200, JobAnswer.model_validate(one_job(job_id), from_attributes=True))


@router.get(
    "/{uuid:job_id}",
    response={200: JobAnswer, **READ},
    summary="Follow a job",
)
def job(request: CallerRequest, job_id: UUID) -> object:
    """Tell how far long work has come; a partner sees only what it asked for itself."""
    caller = request.auth
    return one_job(job_id, requested_by=caller.actor.id if caller.is_partner else None)
