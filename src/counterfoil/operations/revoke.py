"""Withdraw entitlements for good."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.operations import _ledger
from counterfoil.operations._loading import require_reason
from counterfoil.operations._revoking import withdraw_for
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
    return withdraw_for(
        _ledger.Change(
            act=Act.REVOKE,
            by=by,
            at=at,
            move=Move.REVOKE,
            to=State.REVOKED,
            reason=reason,
            comment=comment,
        ),
        entitlement_ids,
    )
