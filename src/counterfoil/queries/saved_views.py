"""Which lists have staff saved, with their filters?"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from counterfoil.models import SavedView

MOST = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class ViewSeen:
    """One saved view, as somebody sees it."""

    id: UUID
    name: str
    query: str
    is_shared: bool
    is_own: bool
    owner: str


def views_of(list_name: str, owner_id: str) -> Sequence[ViewSeen]:
    """Give the views of a list: somebody's own, and those that others share, by name."""
    theirs = Q(owner_id=owner_id) | Q(is_shared=True)
    found = SavedView.objects.filter(theirs, list_name=list_name).order_by("name", "pk")
    return [
        ViewSeen(
            id=one.pk,
            name=one.name,
            query=one.query,
            is_shared=one.is_shared,
            is_own=one.owner_id == owner_id,
            owner=one.owner_display,
        )
        for one in found[:MOST]
    ]
