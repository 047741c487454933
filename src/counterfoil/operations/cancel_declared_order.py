"""Take note that the whole of an order that was told to us is taken back."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from counterfoil.models import Connection, DeclaredOrder
from counterfoil.operations._declaring import keep, lock_declared
from counterfoil.rules.people import Actor


@transaction.atomic
def cancel_declared_order(
    *, connection: Connection, reference: str, by: Actor, at: datetime
) -> DeclaredOrder:
    """
    Keep that an order is cancelled; cancelling it again changes nothing.

    What it means for its entitlements follows from looking at the order, as with any channel.

    :raises OrderUnknown: if it was never told through this connection.
    """
    declared = lock_declared(connection, reference)
    body = declared.body()
    if body.cancelled_at is None:
        keep(declared, replace(body, cancelled_at=at), at=at)
    return declared
