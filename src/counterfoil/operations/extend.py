"""Change how long an entitlement is valid."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import Entitlement
from counterfoil.operations import _ledger
from counterfoil.operations._loading import load, require_reason
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor


@transaction.atomic
def extend(
    *,
    entitlement_id: UUID,
    until: datetime | None,
    by: Actor,
    at: datetime,
    reason: str = "",
    comment: str = "",
) -> Entitlement:
    """
    Set the end of validity; ``None`` means without end. An expired entitlement is usable again.

    Setting the end it has already changes nothing.

    :raises NotFound: if there is no such entitlement.
    :raises IllegalMove: if it was withdrawn.
    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    entitlement = load(entitlement_id, Act.EXTEND)
    if entitlement.expires_at == until:
        return entitlement
    before = entitlement.expires_at
    _ledger.record_one(
        _ledger.Change(
            act=Act.EXTEND,
            by=by,
            at=at,
            reason=reason,
            comment=comment,
            data={
                "before": before.isoformat() if before else None,
                "until": until.isoformat() if until else None,
            },
        ),
        entitlement=entitlement,
        parameters={"until": until},
        sets="expires_at = %(until)s",
    )
    entitlement.refresh_from_db()
    return entitlement
