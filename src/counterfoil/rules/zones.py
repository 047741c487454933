"""Time zones by their IANA names, as people choose them."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

NOT_CHOSEN = ("Etc/", "SystemV/", "posix/", "right/")


@cache
def zone_names() -> tuple[str, ...]:
    """Give the names a person can choose from: places, and UTC."""
    places = (name for name in available_timezones() if "/" in name)
    return ("UTC", *sorted(name for name in places if not name.startswith(NOT_CHOSEN)))


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())


def zone_named(name: str) -> ZoneInfo | None:
    """Give the zone of this name, or ``None`` if there is none; any text may be asked about."""
    return ZoneInfo(name) if name in _known() else None
