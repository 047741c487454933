"""Recall a whole batch."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import PrintFile
from counterfoil.operations._batching import lock_batch, note, withdraw_range
from counterfoil.operations._loading import require_reason
from counterfoil.rules.batches import Step
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import Actor


@transaction.atomic
def recall_batch(
    *,
    batch_id: UUID,
    states: Collection[State],
    expected: int,
    by: Actor,
    at: datetime,
    reason: str,
    comment: str = "",
) -> int:
    """
    Withdraw everything of a batch that stands in one of these states, and let nothing more be sold.

    A print file nobody fetched is deleted. ``expected`` is how many whoever decides was shown.
    Gives how many were withdrawn; recalling again withdraws what is left.

    :raises ReasonMissing: if an operator gives none.
    :raises NotFound: if there is no such batch.
    :raises CountsDiffer: if it would be more or fewer than expected; nothing is withdrawn then.
    """
    require_reason(by, reason)
    batch = lock_batch(batch_id)
    count = withdraw_range(
        batch,
        first=1,
        last=batch.quantity,
        states={State.MINTED, *states},
        expected=expected,
        by=by,
        at=at,
        reason=reason,
        comment=comment,
    )
    PrintFile.objects.filter(batch=batch, content__isnull=False).update(content=None)
    batch.recalled_at = batch.recalled_at or at
    batch.save(update_fields=["recalled_at"])
    note(batch, Step.RECALLED, by=by, at=at, comment=comment, reason=reason, quantity=count)
    return count
