"""A clock that a host's test can put forward and back."""

from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self
from unittest import mock

__all__ = ["Clock"]


class Clock:
    """
    Moves what pages, the API and the worker call *now*, and goes on from there.

    All of them ask ``django.utils.timezone.now``, and so do the builders; whatever else asks it, as
    Django's sessions do, is moved as well. It moves one process and no other.

    It does not move the database, by whose clock it is judged whether something has expired, is
    still reserved or may be taken: there would be no test of that. Put the clock back to sell
    something long ago, leave the block, and use it today. Nor does it move Python's own clock: how
    old a signed cookie or a message is, and how long anything takes.
    """

    def __init__(self, **ahead: float) -> None:
        """Make a clock that is so far ahead, in words of ``timedelta``; negative is in the past."""
        self._ahead = timedelta(**ahead)
        self._patched = ExitStack()

    def __enter__(self) -> Self:
        """Let everybody go by this clock."""
        self._patched.enter_context(mock.patch("django.utils.timezone.now", self.now))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        """Let everybody go by the true time again."""
        self._patched.close()

    def now(self) -> datetime:
        """Tell what time it is by this clock."""
        return datetime.now(UTC) + self._ahead

    def move(self, **ahead: float) -> None:
        """Put it forward, in words of ``timedelta``; back, where they are negative."""
        self._ahead += timedelta(**ahead)
