"""Reject what somebody else asked for."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import ReasonMissing
from counterfoil.models import Approval
from counterfoil.operations._approving import decide, lock_waiting, turn_down
from counterfoil.rules.approvals import Verdict
from counterfoil.rules.people import Actor


@transaction.atomic
def reject(*, approval_id: UUID, comment: str, by: Actor, at: datetime) -> Approval:
    """
    Reject a request; whoever asked reads why.

    :raises ReasonMissing: without a word about why.
    :raises NotFound: if there is no such request.
    :raises ApprovalClosed: if it was decided already, or has lapsed.
    :raises OwnRequest: if they asked for it themselves.
    """
    if not comment.strip():
        raise ReasonMissing
    request = lock_waiting(approval_id, by=by, at=at)
    decide(request, Verdict.REJECTED, by=by, at=at, comment=comment)
    turn_down(request, by=by, at=at)
    return request
