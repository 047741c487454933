"""How far long work has come."""

from datetime import datetime
from uuid import UUID

from ninja import Router, Schema
from pydantic import Field

from counterfoil.api.schemas import Problem
from counterfoil.api.security import ApiKeyBearer, CallerRequest
from counterfoil.models import JobStatus
from counterfoil.queries.jobs import one_job
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


@router.get(
    "/{uuid:job_id}",
    response={200: JobAnswer, 401: Problem, 403: Problem, 404: Problem, 422: Problem},
    summary="Follow a job",
)
def job(request: CallerRequest, job_id: UUID) -> object:
    """Tell how far long work has come; a partner sees only what it asked for itself."""
    caller = request.auth
    return one_job(job_id, requested_by=caller.actor.id if caller.is_partner else None)
