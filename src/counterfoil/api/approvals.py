"""What a machine asked for and a person has to approve."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from counterfoil.api.schemas import Problem
from counterfoil.api.security import ApiKeyBearer, CallerRequest
from counterfoil.errors import NotFound
from counterfoil.queries.approvals import ApprovalSeen, granted_for, one_approval
from counterfoil.rules.approvals import Standing
from counterfoil.rules.scopes import Scope

router = Router(tags=["Approvals"])


class ApprovalAnswer(Schema):
    """A request that waits for a second person, or was decided."""

    approval: UUID
    standing: Standing
    requested_at: datetime
    expires_at: datetime = Field(description="Not decided by then, it has lapsed.")
    decided_at: datetime | None
    comment: str = Field(description="What was said to it, if it was rejected.")
    purchase: UUID | None = Field(description="The grant that came of it.")


@router.get(
    "/{approval_id}",
    auth=ApiKeyBearer(Scope.GRANT),
    response={200: ApprovalAnswer, 401: Problem, 403: Problem, 404: Problem, 422: Problem},
    summary="Read a request for approval",
)
def read(request: CallerRequest, approval_id: UUID) -> ApprovalAnswer:
    """Tell how a request stands that was made with this key."""
    found = one_approval(approval_id, now=timezone.now())
    if found.requested_by != request.auth.actor.id:
        raise NotFound("There is no such request.")
    return answer(found)


def answer(found: ApprovalSeen) -> ApprovalAnswer:
    """Put a request as it is answered."""
    return ApprovalAnswer(
        approval=found.id,
        standing=found.standing,
        requested_at=found.requested_at,
        expires_at=found.expires_at,
        decided_at=found.decided_at,
        comment=found.comment,
        purchase=granted_for(found),
    )
