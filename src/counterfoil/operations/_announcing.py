"""Telling other systems of what is in no entry of the ledger, in the transaction it happens in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from counterfoil.models import Event, Partner, Purchase
from counterfoil.rules.events import EventType


def announce(
    kind: EventType,
    data: Mapping[str, Any],
    *,
    at: datetime,
    purchase: Purchase | None = None,
    partner: Partner | None = None,
) -> Event:
    """
    Write down an event; it is sent once this transaction is committed.

    ``data`` holds ids, handles and words of ours: no code, no secret, no name or address. A partner
    is told of what is its own, and whoever is told of everything which partner that is.
    """
    return Event.objects.create(
        type=kind.value,
        purchase=purchase,
        partner=partner,
        is_test=purchase.is_test if purchase else False,
        occurred_at=at,
        data={**data, "partner": partner.slug if partner else None},
    )
