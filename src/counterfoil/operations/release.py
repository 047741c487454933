"""Let go of what is reserved."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import NotFound
from counterfoil.models import Reservation, ReservedEntitlement
from counterfoil.operations import _ledger
from counterfoil.operations._loading import require_reason
from counterfoil.operations._reserving import (
    END_RELEASED,
    NOT_RESERVED,
    OPEN,
    load_reservation,
    lock_open,
)
from counterfoil.rules.acts import Act
from counterfoil.rules.lifecycle import Move, State
from counterfoil.rules.people import Actor


@transaction.atomic
def release(
    *,
    reservation_id: UUID,
    by: Actor,
    at: datetime,
    entitlement_ids: Collection[UUID] | None = None,
    owner: str | None = None,
    reason: str = "",
    comment: str = "",
) -> Reservation:
    """
    Let go of what a reservation still keeps, or of some of it: anybody may use it again.

    What was used, released or has lapsed before is left as it is, so the call may be repeated.
    With an ``owner`` the reservation is looked for among theirs alone.

    :raises NotFound: if there is no such reservation, or one named was never in it.
    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    reservation = load_reservation(reservation_id, owner=owner)
    items = ReservedEntitlement.objects.filter(reservation=reservation)
    wanted = None if entitlement_ids is None else set(entitlement_ids)
    if wanted is not None and items.filter(entitlement__in=wanted).count() < len(wanted):
        raise NotFound("There is no such entitlement in this reservation.")
    kept = lock_open(reservation)
    _ledger.record(
        _ledger.Change(
            act=Act.RELEASE,
            by=by,
            at=at,
            move=Move.RELEASE,
            to=State.ISSUED,
            reason=reason,
            comment=comment,
            data={"reservation": str(reservation.pk)},
        ),
        picked=f"{OPEN} AND e.id = ANY(%(wanted)s::uuid[])",
        parameters={
            "reservation": reservation.pk,
            "wanted": [pk for pk in kept if wanted is None or pk in wanted],
        },
        sets=NOT_RESERVED,
        also=(END_RELEASED,),
    )
    if not items.filter(ended_at=None).exists():
        Reservation.objects.filter(pk=reservation.pk, ended_at=None).update(ended_at=at)
    reservation.refresh_from_db()
    return reservation
