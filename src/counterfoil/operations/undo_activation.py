"""Undo a sale at the till, minutes after it was made."""

from datetime import datetime, timedelta

from django.db import transaction

from counterfoil.conf import conf
from counterfoil.errors import CodeAlreadyUsed, NotAssigned, UndoWindowOver
from counterfoil.models import Connection, Entitlement
from counterfoil.operations._activating import lock_units, refuse_strangers, unit_of
from counterfoil.operations.revoke import revoke
from counterfoil.rules.acts import Act
from counterfoil.rules.lifecycle import HOLDER_STATES, State
from counterfoil.rules.people import Actor

WRONG_SCAN = "wrong_scan"


@transaction.atomic
def undo_activation(
    *, presented: str, connection: Connection, by: Actor, at: datetime
) -> Entitlement:
    """
    Undo the sale of one unit: it is withdrawn for good, and the box must not be sold again.

    Only the point of sale that sold it can. Somebody may have read the code by now, so it does not
    go back on the shelf. Undoing again changes nothing.

    :raises CodeMalformed: if it is mistyped; also CodeNotFound, NotFound, CodeReplaced.
    :raises NotAssigned: if it was not sold at this point of sale.
    :raises CodeAlreadyUsed: if somebody has redeemed it; support can still withdraw it.
    :raises UndoWindowOver: if it was sold longer ago than a till may undo.
    """
    [unit] = units = lock_units([unit_of(presented)])
    refuse_strangers(units, connection)
    sold = unit.entries.filter(act_name=Act.ACTIVATE_AT_SALE).order_by("-seq").first()
    if sold is None or unit.purchase is None or unit.purchase.connection_id != connection.pk:
        raise NotAssigned("It was not sold at this point of sale.")
    if unit.state == State.REVOKED:
        return unit
    if unit.state in HOLDER_STATES:
        raise CodeAlreadyUsed
    if at - sold.recorded_at > timedelta(minutes=conf.SALE_UNDO_MINUTES):
        raise UndoWindowOver
    revoke(entitlement_ids=[unit.pk], by=by, at=at, reason=WRONG_SCAN)
    unit.refresh_from_db()
    return unit
