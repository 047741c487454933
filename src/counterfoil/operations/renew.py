"""Keep what is reserved for longer."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import ReservationInvalid, ReservationOver
from counterfoil.models import Reservation
from counterfoil.operations import _ledger
from counterfoil.operations._reserving import (
    OPEN,
    load_reservation,
    lock_open,
    refuse_suspended,
    refuse_time,
)
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor

# One moment for all of them: the locks were taken by the statement before.
STILL = "e.state = 'reserved' AND e.reserved_until > statement_timestamp()"


@transaction.atomic
def renew(
    *,
    reservation_id: UUID,
    until: datetime,
    by: Actor,
    at: datetime,
    owner: str | None = None,
    reason: str = "",
    comment: str = "",
) -> Reservation:
    """
    Keep what a reservation still keeps until a later moment.

    What was used or released meanwhile stays so. Asking again for the same moment changes nothing.
    With an ``owner`` it is looked for among theirs alone.

    :raises NotFound: if there is no such reservation.
    :raises ReservationOver: if its time has come, or nothing is left of it.
    :raises PartnerSuspended: if the partner it is kept for hands out nothing for now.
    :raises ReservationInvalid: if the moment is over, or earlier than the one before.
    :raises ReservationTooLong: if it is further away than the setting allows.
    """
    lock_open(load_reservation(reservation_id, owner=owner))
    reservation = load_reservation(reservation_id, owner=owner)
    if reservation.until == until:
        return reservation
    refuse_suspended(reservation.partner_id)
    refuse_time(until, at=at)
    if until < reservation.until:
        raise ReservationInvalid("It is kept for longer than that; release it instead.")
    changed = _ledger.record(
        _ledger.Change(
            act=Act.RENEW,
            by=by,
            at=at,
            reason=reason,
            comment=comment,
            data={"reservation": str(reservation.pk), "until": until.isoformat()},
        ),
        picked=OPEN,
        parameters={"reservation": reservation.pk, "until": until},
        sets="reserved_until = %(until)s",
        guard=STILL,
    )
    if not changed:
        raise ReservationOver
    Reservation.objects.filter(pk=reservation.pk).update(until=until)
    reservation.refresh_from_db()
    return reservation
