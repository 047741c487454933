"""In whose time a page tells its times."""

from datetime import tzinfo

from django.http import HttpRequest
from django.utils import timezone

from counterfoil.rules.zones import zone_named, zone_names

COOKIE = "counterfoil_zone"
"""Set by the page's script, from what the browser knows, or by whoever chooses without one."""

YEAR = 365 * 24 * 60 * 60  # seconds


def zone_of(request: HttpRequest, *, chosen: str = "") -> tzinfo:
    """Give the zone of whoever looks: the account's choice, the browser's, or the site's own."""
    return (
        zone_named(chosen)
        or zone_named(request.COOKIES.get(COOKIE, ""))
        or timezone.get_default_timezone()
    )


def zone_name() -> str:
    """Name the zone in which times are told just now, as its place."""
    return timezone.get_current_timezone_name().replace("_", " ")


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Give all zones by continent, as name and words, to choose from."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in zone_names():
        continent, _, place = name.partition("/")
        words = (place or continent).replace("_", " ").replace("/", ", ")
        groups.setdefault(continent, []).append((name, words))
    return list(groups.items())
