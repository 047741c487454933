"""Record that the downstream record is gone."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import Downstream, Entitlement, Provisioning
from counterfoil.operations import _ledger
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor


@transaction.atomic
def confirm_removal(*, entitlement_id: UUID, version: int, by: Actor, at: datetime) -> Provisioning:
    """
    Record that the host's system has nothing for this entitlement any more.

    ``version`` is that of the record removed: an answer about an older one than the host was asked
    for since tells nothing. Confirming again changes nothing.
    """
    entitlement = Entitlement.objects.select_for_update(of=("self",)).get(pk=entitlement_id)
    provisioning = Provisioning.objects.select_for_update().get(pk=entitlement_id)
    if provisioning.got == Downstream.NONE or provisioning.tried_version != version:
        return provisioning
    Provisioning.objects.filter(pk=entitlement_id).update(
        got=Downstream.NONE,
        reference="",
        attempts=0,
        last_error="",
        parked_at=None,
        next_attempt_at=at,
    )
    _ledger.record_one(
        _ledger.Change(
            act=Act.CONFIRM_REMOVAL, by=by, at=at, data={"reference": provisioning.reference}
        ),
        entitlement=entitlement,
    )
    provisioning.refresh_from_db()
    return provisioning
