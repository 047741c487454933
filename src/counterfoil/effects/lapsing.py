"""Ending what nobody used in time: reservations, and offers to pass something on."""

from datetime import datetime

from counterfoil.operations.lapse_reservations import lapse_reservations
from counterfoil.operations.lapse_transfers import lapse_transfers
from counterfoil.rules.people import SYSTEM


def lapse_due(*, at: datetime) -> int:
    """Free some of what is reserved or offered for longer than it should be, and give how many."""
    return lapse_reservations(by=SYSTEM, at=at) + lapse_transfers(by=SYSTEM, at=at)
