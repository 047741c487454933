"""Counting what figures are about, again and again, without being in anybody's way."""

from datetime import datetime, timedelta

from counterfoil.errors import AlreadyCounting
from counterfoil.models import Counting
from counterfoil.operations.count_figures import count_figures
from counterfoil.rules.people import SYSTEM

FRESH = timedelta(minutes=15)
REST = 20  # times as long as the last count took: a twentieth of one core at most


def count_due(*, at: datetime) -> int:
    """Count if the last count is old, and tell whether that was done."""
    last = Counting.objects.order_by("-at").first()
    if last is not None and at < last.at + max(FRESH, timedelta(seconds=REST * last.seconds)):
        return 0
    try:
        count_figures(by=SYSTEM, at=at)
    except AlreadyCounting:
        return 0
    return 1
