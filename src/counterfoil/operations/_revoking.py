"""Withdrawing units by one statement, for whichever act does it."""

from collections.abc import Collection
from uuid import UUID

from counterfoil.models import CodeState, GiftEnd
from counterfoil.operations import _ledger
from counterfoil.operations._assigning import DEPROVISION, END_ASSIGNMENT
from counterfoil.operations._codes import END_CODE
from counterfoil.operations._gifts import END_GIFT
from counterfoil.operations._loading import lock
from counterfoil.operations._reserving import END_WITHDRAWN


def withdraw_for(
    change: _ledger.Change, entitlement_ids: Collection[UUID]
) -> list[_ledger.Changed]:
    """Withdraw entitlements with all that hangs on them; those withdrawn before are left alone."""
    return _ledger.record(
        change,
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
