"""What did staff do about a product, a text, a key?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from counterfoil.models import AuditEntry

NEWEST = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """One act, with what was there before and after."""

    at: datetime
    act: str
    who: str
    data: Mapping[str, Any]


def kept_about(subject: str, *, limit: int = NEWEST) -> Sequence[Kept]:
    """Tell what was done about this, the newest first."""
    rows = AuditEntry.objects.filter(subject=subject, connection=None).order_by("-at", "-pk")
    return [
        Kept(at=row.at, act=row.act, who=row.actor_display or row.actor_id, data=row.data)
        for row in rows[:limit]
    ]
