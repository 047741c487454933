"""Trying again where the database had to refuse one of two that met."""

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError

from counterfoil.errors import Unavailable

MOST_TRIES = 5
MET_ANOTHER = frozenset({"40001", "40P01", "55P03"})  # serialization, deadlock, lock timeout

Result = TypeVar("Result")


def with_retries(act: Callable[[], Result]) -> Result:
    """
    Do this, again if need be; it must be one transaction that starts over.

    :raises Unavailable: if it met somebody else every time.
    """
    met: OperationalError | None = None
    for _ in range(MOST_TRIES):
        try:
            return act()
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) not in MET_ANOTHER:
                raise
            met = error
    raise Unavailable("Too many others are at the same rows.") from met
