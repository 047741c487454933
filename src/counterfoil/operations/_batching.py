"""Batches: reading one under its lock, writing down what was done with it, withdrawing from it."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from counterfoil.errors import BatchInvalid, CountsDiffer, NotFound
from counterfoil.models import Batch, BatchStep, CodeState
from counterfoil.operations import _ledger
from counterfoil.operations._assigning import DEPROVISION, END_ASSIGNMENT
from counterfoil.operations._codes import END_CODE
from counterfoil.operations._reserving import END_WITHDRAWN
from counterfoil.rules.acts import Act
from counterfoil.rules.batches import Step
from counterfoil.rules.lifecycle import Move, State
from counterfoil.rules.people import Actor

# By id, as everybody locks them.
PICKED = """
SELECT id, version, state FROM (
    SELECT id, version, state FROM counterfoil_entitlement
     WHERE batch = %(batch)s AND batch_ordinal BETWEEN %(first)s AND %(last)s
       AND state = ANY(%(reached)s)
     ORDER BY id FOR UPDATE) locked"""


def lock_batch(batch_id: UUID) -> Batch:
    """
    Lock and read a batch.

    :raises NotFound: if there is no such batch.
    """
    batch = Batch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise NotFound("There is no such batch.")
    return batch


def note(
    batch: Batch, step: Step, *, by: Actor, at: datetime, comment: str = "", **data: Any
) -> None:
    """Write down what was done with a batch, and by whom."""
    BatchStep.objects.create(
        batch=batch,
        step=step.value,
        at=at,
        actor_kind=by.kind.value,
        actor_id=by.id,
        actor_display=by.display,
        comment=comment.strip(),
        data=data,
    )


def withdraw_range(
    batch: Batch,
    *,
    first: int,
    last: int,
    states: Collection[State],
    expected: int,
    by: Actor,
    at: datetime,
    reason: str,
    comment: str,
) -> int:
    """
    Withdraw what stands so, in one statement, if it is as many as somebody was shown.

    :raises BatchInvalid: if there is no such range.
    :raises CountsDiffer: if it is another number; nothing is withdrawn then.
    """
    if not 1 <= first <= last <= batch.quantity:
        raise BatchInvalid(f"The batch is numbered from 1 to {batch.quantity}.")
    changed = _ledger.record(
        _ledger.Change(
            act=Act.REVOKE,
            by=by,
            at=at,
            move=Move.REVOKE,
            to=State.REVOKED,
            reason=reason,
            comment=comment,
            data={"batch": batch.name, "from": first, "to": last},
        ),
        picked=PICKED,
        parameters={
            "batch": batch.pk,
            "first": first,
            "last": last,
            "reached": [state.value for state in states],
            "code_state": CodeState.VOID.value,
        },
        sets="reserved_until = NULL, reserved_for_id = NULL",
        also=(END_CODE, END_ASSIGNMENT, DEPROVISION, END_WITHDRAWN),
    )
    if len(changed) != expected:
        raise CountsDiffer(f"It is {len(changed)} now, and {expected} were shown.")
    return len(changed)
