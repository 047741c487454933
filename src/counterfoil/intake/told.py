"""Orders that were told to us, as the channels that only tell read them."""

from collections.abc import Callable, Iterable
from datetime import datetime

from counterfoil.channels.declared import Told
from counterfoil.models import Connection, DeclaredOrder


def told_reader(connection: Connection) -> Callable[[str], Told | None]:
    """Give what reads one told order of this connection, and no other's."""

    def read(reference: str) -> Told | None:
        told = DeclaredOrder.objects.told(connection, reference).first()
        return None if told is None else Told(order=told.body(), at=told.created_at)

    return read


def told_since(connection: Connection) -> Callable[[datetime], Iterable[str]]:
    """Give what names the orders of this connection that were told, or changed, since then."""

    def changed(since: datetime) -> Iterable[str]:
        told = DeclaredOrder.objects.filter(connection=connection, changed_at__gte=since)
        return list(told.order_by("changed_at").values_list("reference", flat=True))

    return changed
