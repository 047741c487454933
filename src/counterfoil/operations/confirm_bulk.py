"""Have a bulk act carried out, or ask for a second person where that is needed."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import BulkChanged, BulkClosed
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
    shown_at: datetime | None = None,
) -> Bulk:
    """
    Have the act done to the chosen sorts in the background, or put it before a second person.

    Whoever confirms answers for it. Confirming the same again changes nothing. ``shown_at`` is
    when what they saw was judged (:attr:`Bulk.created_at`): what a colleague has judged anew
    since is not what they meant.

    :raises NotFound: if there is no such bulk act.
    :raises ReasonMissing: if an operator gives no reason.
    :raises BulkClosed: if it was discarded, or confirmed otherwise or by somebody else.
    :raises BulkChanged: if how they stand was looked at again since ``shown_at``.
    :raises BulkInvalid: if it cannot be done to one of the sorts.
    :raises BulkEmpty: if there is none of the chosen sorts.
    """
    require_reason(by, reason)
    bulk = lock_bulk(bulk_id)
    if bulk.status != BulkStatus.JUDGED:
        return _as_confirmed(bulk, sorts, by)
    if shown_at is not None and shown_at != bulk.created_at:
        raise BulkChanged
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


def _as_confirmed(bulk: Bulk, sorts: Collection[Stands], by: Actor) -> Bulk:
    if bulk.status == BulkStatus.DISCARDED:
        raise BulkClosed
    meant = sorted({one.value for one in sorts})
    if (bulk.requested_by, bulk.parameters["sorts"]) != (by.id, meant):
        raise BulkClosed(f"{bulk.requested_for} has confirmed it already.")
    return bulk
