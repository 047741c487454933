"""Did a file break off that somebody asked for a moment ago?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from counterfoil.models import AuditEntry

RECENT = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class BrokenExport:
    """A file that is not complete; ``why`` is ``left``, ``too_slow`` or ``too_long``."""

    at: datetime
    rows: int
    why: str


def newest_broken_export(list_name: str, *, staff_id: str, now: datetime) -> BrokenExport | None:
    """Give the newest file of a list if it broke off just now; none if it was asked for again."""
    told = AuditEntry.objects.filter(
        actor_id=staff_id,
        act__in=("export", "export_broken"),
        subject=f"list:{list_name}",
        at__gt=now - RECENT,
    )
    newest = told.order_by("-at", "-pk").first()
    if newest is None or newest.act != "export_broken":
        return None
    return BrokenExport(at=newest.at, rows=newest.data["rows"], why=newest.data["why"])
