"""Record that the downstream record exists."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import Downstream, Entitlement, Provisioning
from counterfoil.operations import _ledger
from counterfoil.rules.acts import Act
from counterfoil.rules.lifecycle import Move, State
from counterfoil.rules.people import Actor


@transaction.atomic
def confirm_fulfilment(
    *, entitlement_id: UUID, version: int, reference: str, by: Actor, at: datetime
) -> Provisioning:
    """
    Record what the host's system has made for this entitlement, and so fulfil it.

    ``version`` is the one the host was asked with. Where another is wanted by now, or none
    (withdrawn in the meantime), only the fact is kept, and the record is taken down in turn; an
    answer about a record that was given up before tells nothing. Confirming again changes nothing.
    """
    entitlement = Entitlement.objects.select_for_update(of=("self",)).get(pk=entitlement_id)
    provisioning = Provisioning.objects.select_for_update().get(pk=entitlement_id)
    known = (provisioning.got, provisioning.reference) == (Downstream.ACTIVE, reference)
    if provisioning.tried_version != version or known:
        return provisioning
    is_wanted = provisioning.wanted == Downstream.ACTIVE and provisioning.version == version
    Provisioning.objects.filter(pk=entitlement_id).update(
        got=Downstream.ACTIVE if is_wanted else Downstream.MAYBE,
        reference=reference,
        attempts=0,
        last_error="",
        parked_at=None,
        next_attempt_at=at,
    )
    if is_wanted and entitlement.state == State.ASSIGNED:
        _ledger.record_one(
            _ledger.Change(
                act=Act.CONFIRM_FULFILMENT,
                by=by,
                at=at,
                move=Move.FULFIL,
                to=State.FULFILLED,
                data={"reference": reference},
            ),
            entitlement=entitlement,
        )
    provisioning.refresh_from_db()
    return provisioning
