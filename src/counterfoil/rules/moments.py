"""Moments as people write them: a day, a moment, or how long ago."""

import re
from datetime import UTC, datetime, timedelta

UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_AGO = re.compile(r"([0-9]{1,5})\s*([mhdw])")


def moment_since(text: str, *, now: datetime) -> datetime:
    """
    Read since when: ``30d``, ``12h``, ``90m``, ``2w``, ``2026-11-01`` or ``2026-11-01T08:00``.

    A day begins at midnight, and a moment without a zone is meant, in UTC.

    :raises ValueError: with a sentence that says why we cannot look from there.
    """
    written = text.strip().lower()
    try:
        if ago := _AGO.fullmatch(written):
            found = now - timedelta(**{UNITS[ago[2]]: int(ago[1])})
        else:
            found = datetime.fromisoformat(written.upper())
    except (ValueError, OverflowError):
        raise ValueError(
            f"{text[:40]!r} is no moment: write a day such as 2026-11-01, or 30d, 12h, 90m, 2w."
        ) from None
    found = found if found.tzinfo else found.replace(tzinfo=UTC)
    if found > now:
        raise ValueError(f"{text[:40]!r} is still to come.")
    if found < EARLIEST:
        raise ValueError(f"{text[:40]!r} is too long ago.")
    return found
