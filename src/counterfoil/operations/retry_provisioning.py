"""Ask the host for its record again, now."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import NotFound
from counterfoil.models import Provisioning
from counterfoil.operations import _ledger
from counterfoil.operations._loading import read, require_reason
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor


@transaction.atomic
def retry_provisioning(
    *, entitlement_id: UUID, by: Actor, at: datetime, reason: str = "", comment: str = ""
) -> Provisioning:
    """
    Have the downstream record tried again at once, and for as long as from the beginning.

    It is the same record, asked for under the same key. Where nothing is left to do, nothing is
    changed.

    :raises NotFound: if there is no such entitlement, or no record is called for.
    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    entitlement = read(entitlement_id)
    row = Provisioning.objects.select_for_update().filter(pk=entitlement_id).first()
    if row is None:
        raise NotFound("No record is called for.")
    if row.wanted == row.got:
        return row
    _ledger.record_one(
        _ledger.Change(act=Act.RETRY_PROVISIONING, by=by, at=at, reason=reason, comment=comment),
        entitlement=entitlement,
    )
    Provisioning.objects.filter(pk=row.pk).update(
        parked_at=None, attempts=0, changed_at=at, next_attempt_at=at
    )
    row.refresh_from_db()
    return row
