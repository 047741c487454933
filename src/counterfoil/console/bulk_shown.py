"""What of a bulk act somebody saw before they confirm it, and what a colleague's look changed."""

from datetime import UTC, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from counterfoil.queries.bulk import BulkSeen, one_bulk
from counterfoil.queries.bulk_words import STANDS
from counterfoil.rules.bulk import Stands

NEVER = datetime.min.replace(tzinfo=UTC)


def as_shown(seen: BulkSeen) -> str:
    """Write down when it was judged, and how many stood how; it comes back with the form."""
    counts = (f"{one.value}:{count}" for one, count in seen.sorts.items())
    return " ".join([seen.created_at.isoformat(), *counts])


def shown_at(shown: str) -> datetime:
    """Give when what was shown was judged; a form that does not say it was never shown."""
    try:
        found = datetime.fromisoformat(shown.partition(" ")[0])
    except ValueError:
        return NEVER
    return found if found.tzinfo else NEVER


def changed_since(bulk_id: UUID, shown: str) -> str:
    """Say what is different from what was shown."""
    now, had = one_bulk(bulk_id).sorts, _counts(shown)
    moved = [
        f"{STANDS[one]} {had.get(one, 0)} → {now.get(one, 0)}"
        for one in Stands
        if had.get(one, 0) != now.get(one, 0)
    ]
    told = _("Somebody has looked again at how they stand since you saw this. Nothing was done.")
    if moved:
        told += " " + _("What changed: %(what)s.") % {"what": ", ".join(moved)}
    else:
        told += " " + _("The numbers are the same; which ones they are may not be.")
    return told + " " + _("Check what is ticked, and confirm again.")


def _counts(shown: str) -> dict[Stands, int]:
    pairs = (one.partition(":") for one in shown.split(" ")[1:])
    known = {one.value: one for one in Stands}
    return {
        known[name]: int(count)
        for name, _colon, count in pairs
        if name in known and count.isascii() and count.isdigit() and len(count) < 9
    }
