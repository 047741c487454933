"""Ask for the print file of a batch again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import BatchNotReady, ReasonMissing
from counterfoil.models import Approval
from counterfoil.operations._approving import ask
from counterfoil.operations._batching import lock_batch, note
from counterfoil.rules.approvals import ApprovalKind
from counterfoil.rules.batches import Step
from counterfoil.rules.people import Actor


@transaction.atomic
def request_print_file(*, batch_id: UUID, reason: str, by: Actor, at: datetime) -> Approval:
    """
    Ask for the print file once more, because the one that was fetched was lost.

    It is made for the same certificate, and only after a second person has approved.

    :raises NotFound: if there is no such batch.
    :raises ReasonMissing: without a reason.
    :raises BatchNotReady: if its file is still there, or cannot be made any more.
    """
    if not reason.strip():
        raise ReasonMissing
    batch = lock_batch(batch_id)
    last = batch.print_files.order_by("-number").first()
    if last is None or last.content is not None:
        raise BatchNotReady("Its file was not fetched yet.")
    if batch.codes_dropped_at is not None or batch.recalled_at is not None:
        raise BatchNotReady("Its codes are not kept readable any more, or it was recalled.")
    number = 1 + sum(step.step == Step.FILE_ASKED for step in batch.steps.all()) + 1
    asked = Approval.objects.filter(
        kind=ApprovalKind.PRINT_FILE, subject__startswith=f"{batch.pk}:", requested_at__lte=at
    )
    if any(one.decided_at is None and one.expires_at > at for one in asked):
        raise BatchNotReady("Somebody has asked for it already.")
    note(batch, Step.FILE_ASKED, by=by, at=at, comment=reason, number=number)
    return ask(
        kind=ApprovalKind.PRINT_FILE,
        subject=f"{batch.pk}:{number}",
        parameters={"batch": str(batch.pk), "number": number},
        by=by,
        at=at,
    )
