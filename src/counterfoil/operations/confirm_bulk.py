"""Have a bulk act carried out, or ask for a second person where that is needed."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import BulkClosed
from counterfoil.models import Bulk, BulkStatus
from counterfoil.operations._approving import ask
from counterfoil.operations._bulk import choose, lock_bulk, needs_second_person, start
from counterfoil.operations._loading import require_reason
from counterfoil.rules.approvals import ApprovalKind
from counterfoil.rules.bulk import Stands
from counterfoil.rules.people import Actor


@transaction.atomic
def confirm_bulk(
    *,
    bulk_id: UUID,
    sorts: Collection[Stands],
    by: Actor,
    at: datetime,
    reason: str,
    comment: str = "",
) -> Bulk:
    """
    Have the act done to the chosen sorts in the background, or put it before a second person.

    Whoever confirms answers for it. Confirming again changes nothing.

    :raises NotFound: if there is no such bulk act.
    :raises ReasonMissing: if an operator gives no reason.
    :raises BulkClosed: if it was discarded.
    :raises BulkInvalid: if it cannot be done to one of the sorts.
    :raises BulkEmpty: if there is none of the chosen sorts.
    """
    require_reason(by, reason)
    bulk = lock_bulk(bulk_id)
    if bulk.status == BulkStatus.DISCARDED:
        raise BulkClosed
    if bulk.status != BulkStatus.JUDGED:
        return bulk
    count = choose(bulk, sorts)
    bulk.reason, bulk.comment, bulk.case = reason, comment, by.case
    bulk.requested_by, bulk.requested_for = by.id, (by.display or by.id)[:100]
    if not needs_second_person(count, by=by, at=at):
        return start(bulk, at=at)
    bulk.status = BulkStatus.REQUESTED
    bulk.save()
    ask(
        kind=ApprovalKind.BULK,
        subject=str(bulk.pk),
        parameters={
            "act": bulk.act,
            "quantity": count,
            "reason": reason,
            "comment": comment,
            "case": bulk.case,
        },
        by=by,
        at=at,
    )
    return bulk
