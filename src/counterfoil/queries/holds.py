"""What suspends an entitlement, and what did?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from counterfoil.models import Hold, HoldKind


@dataclass(frozen=True, kw_only=True, slots=True)
class HoldSeen:
    """One suspension; without ``lifted_at`` it still stands. ``number`` is that of its entry."""

    number: int
    kind: HoldKind
    reference: str
    placed_at: datetime
    lifted_at: datetime | None


def holds_of(entitlement_id: UUID, *, before: int | None, most: int) -> Sequence[HoldSeen]:
    """Give a page of the holds there ever were, the newest first."""
    rows = Hold.objects.filter(entitlement=entitlement_id).order_by("-placed_seq")
    if before is not None:
        rows = rows.filter(placed_seq__lt=before)
    return [
        HoldSeen(
            number=one.placed_seq,
            kind=HoldKind(one.kind),
            reference=one.reference,
            placed_at=one.placed_at,
            lifted_at=one.lifted_at,
        )
        for one in rows[:most]
    ]
