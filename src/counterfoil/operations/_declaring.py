"""Reading an order that was told, and keeping what became of it."""

from datetime import datetime

from counterfoil.errors import OrderUnknown
from counterfoil.models import Connection, DeclaredOrder
from counterfoil.rules.declared import DeclaredOrderBody


def lock_declared(connection: Connection, reference: str) -> DeclaredOrder:
    """
    Lock and read an order of this connection.

    :raises OrderUnknown: if it was never told.
    """
    orders = DeclaredOrder.objects.select_for_update(of=("self",))
    declared = orders.told(connection, reference).first()
    if declared is None:
        raise OrderUnknown
    return declared


def keep(declared: DeclaredOrder, body: DeclaredOrderBody, *, at: datetime) -> bool:
    """Keep an order as it stands now, and tell whether that is any different from before."""
    if declared.is_told_as(body):
        return False
    declared.seal_body(body)
    declared.revision += 1
    declared.changed_at = at
    declared.save(update_fields=["digest", "key_id", "body_sealed", "revision", "changed_at"])
    return True
