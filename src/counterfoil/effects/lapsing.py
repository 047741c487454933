"""Ending reservations whose time has come."""

from datetime import datetime

from counterfoil.operations.lapse_reservations import lapse_reservations
from counterfoil.rules.people import SYSTEM


def lapse_due(*, at: datetime) -> int:
    """Free some of what is reserved for longer than it should be, and give how many."""
    return lapse_reservations(by=SYSTEM, at=at)
