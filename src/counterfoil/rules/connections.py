"""What a connection may be called, and in which order its secrets stand."""

import re
from collections.abc import Iterator
from enum import StrEnum

from counterfoil.errors import ConnectionInvalid, Fault

NAME_MAX, SLUG_MAX = 100, 64
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}\Z", re.ASCII)


class Mode(StrEnum):
    """Whether real money moves; what is told in one mode never issues in the other."""

    LIVE = "live"
    TEST = "test"


class Place(StrEnum):
    """Where a new secret stands in its list: who signs with the newest wants it first."""

    FIRST = "first"
    LAST = "last"


def refuse_unsound(*, name: str, slug: str | None = None) -> None:
    """
    Refuse names nobody can read or reach.

    :raises ConnectionInvalid: naming what is wrong.
    """
    faults = list(_faults(name, slug))
    if faults:
        raise ConnectionInvalid(faults=faults)


def _faults(name: str, slug: str | None) -> Iterator[Fault]:
    if not 1 <= len(name.strip()) <= NAME_MAX or "\x00" in name:
        yield Fault("name", f"Say what colleagues call it, in {NAME_MAX} characters at most.")
    if slug is not None and not _SLUG.match(slug):
        yield Fault("slug", f"Small letters, digits and dashes, {SLUG_MAX} at most.")
