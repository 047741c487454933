"""What other systems are told: events as they go out, and the feed of them."""

from typing import Any

from counterfoil.models import Event
from counterfoil.models.ids import handle_of
from counterfoil.rules.events import moment


def envelope(event: Event) -> dict[str, Any]:
    """
    Give an event as other systems are told of it, by webhook and in the feed alike.

    It never changes: an event that is sent again, or read again, reads the same to the byte. Every
    ``data`` names its ``purchase``, ``partner`` and ``is_test``; that of an entitlement also its
    handle, and its ``version``, by which whoever is told puts in order what came in another one.
    """
    data: dict[str, Any] = {}
    if event.entitlement_id is not None:
        data |= {"entitlement": handle_of(event.entitlement_id), "version": event.version}
    data |= event.data
    data["purchase"] = str(event.purchase_id) if event.purchase_id else None
    data["is_test"] = event.is_test
    return {
        "id": str(event.pk),
        "type": event.type,
        "timestamp": moment(event.occurred_at),
        "data": data,
    }
