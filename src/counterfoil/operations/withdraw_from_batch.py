"""Withdraw pieces of a batch that were spoiled, lost or not sold."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.operations._batching import lock_batch, note, withdraw_range
from counterfoil.operations._loading import require_reason
from counterfoil.rules.batches import Step
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import Actor


@transaction.atomic
def withdraw_from_batch(
    *,
    batch_id: UUID,
    first: int,
    last: int,
    states: Collection[State],
    expected: int,
    by: Actor,
    at: datetime,
    reason: str,
    comment: str = "",
) -> int:
    """
    Withdraw the units numbered from ``first`` to ``last`` that stand in one of these states.

    ``expected`` is how many whoever decides was shown: if it is another number now, nothing is
    withdrawn. Gives how many were.

    :raises ReasonMissing: if an operator gives none.
    :raises NotFound: if there is no such batch.
    :raises BatchInvalid: if it has no such numbers.
    :raises CountsDiffer: if it would be more or fewer than expected.
    """
    require_reason(by, reason)
    batch = lock_batch(batch_id)
    count = withdraw_range(
        batch,
        first=first,
        last=last,
        states=states,
        expected=expected,
        by=by,
        at=at,
        reason=reason,
        comment=comment,
    )
    note(
        batch,
        Step.WITHDRAWN,
        by=by,
        at=at,
        comment=comment,
        reason=reason,
        quantity=count,
        first=first,
        last=last,
    )
    return count
