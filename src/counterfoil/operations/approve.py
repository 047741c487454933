"""Approve what somebody else asked for, and have it done."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import Approval
from counterfoil.operations._approving import carry_out, decide, lock_waiting
from counterfoil.rules.approvals import Verdict
from counterfoil.rules.people import Actor


@transaction.atomic
def approve(*, approval_id: UUID, by: Actor, at: datetime, comment: str = "") -> Approval:
    """
    Approve a request, and do what it asks for in the same transaction.

    Everything is judged anew: that whoever asked still may, that what they named is still there.
    Of two who decide at once, one does.

    :raises NotFound: if there is no such request.
    :raises ApprovalClosed: if it was decided already, or has lapsed.
    :raises OwnRequest: if they asked for it themselves.
    :raises RequesterMayNot: if whoever asked has lost the right to.
    :raises CounterfoilError: whatever the act that was asked for refuses now.
    """
    request = lock_waiting(approval_id, by=by, at=at)
    decide(request, Verdict.APPROVED, by=by, at=at, comment=comment)
    carry_out(request, by=by, at=at)
    return request
