"""Withdraw entitlements for good."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import CodeState, GiftEnd
from counterfoil.operations import _ledger
from counterfoil.operations._assigning import DEPROVISION, END_ASSIGNMENT
from counterfoil.operations._codes import END_CODE
from counterfoil.operations._gifts import END_GIFT
from counterfoil.operations._loading import lock, require_reason
from counterfoil.operations._reserving import END_WITHDRAWN
from counterfoil.rules.acts import Act
from counterfoil.rules.lifecycle import Move, State
from counterfoil.rules.people import Actor


@transaction.atomic
def revoke(
    *,
    entitlement_ids: Collection[UUID],
    by: Actor,
    at: datetime,
    reason: str = "",
    comment: str = "",
) -> list[_ledger.Changed]:
    """
    Withdraw entitlements, whoever has them, and give those that this call withdrew.

    Codes stop working, assignments end, downstream records are taken down. Those withdrawn before
    are left as they are, so the call may be repeated.

    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    return _ledger.record(
        _ledger.Change(
            act=Act.REVOKE,
            by=by,
            at=at,
            move=Move.REVOKE,
            to=State.REVOKED,
            reason=reason,
            comment=comment,
        ),
        picked="SELECT id, version, state FROM counterfoil_entitlement"
        " WHERE id = ANY(%(entitlements)s::uuid[])",
        parameters={
            "entitlements": lock(entitlement_ids),
            "code_state": CodeState.VOID.value,
            "gift_end": GiftEnd.WITHDRAWN.value,
        },
        sets="reserved_until = NULL, reserved_for_id = NULL, bound_to_id = NULL",
        also=(END_CODE, END_ASSIGNMENT, DEPROVISION, END_WITHDRAWN, END_GIFT),
    )
