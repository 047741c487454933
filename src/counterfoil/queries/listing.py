"""A list of staff: a page of it, how long it is, and all of it for a file."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from counterfoil.queries._bounded import in_time

PAGE = 50
MOST_COUNTED = 10_000
SECONDS = 8.0  # for a page of a list
EXPORTED_AT_ONCE = 1_000
EXPORT_SECONDS = 20.0  # for so many rows of a file


def ids(
    rows: QuerySet[Any], *, moment: str = "", before: UUID | None = None, most: int = PAGE
) -> list[UUID]:
    """
    Name the newest of these by their ``moment``, from the one ``before`` on.

    The place in a list is a row, and no number: it stays where it is while others come in on top.
    Without a moment they are sorted by their ids, which sort by time. There are none before a row
    that does not exist.
    """
    if before is not None and not moment:
        rows = rows.filter(pk__lt=before)
    elif before is not None:
        known = rows.model.objects.filter(pk=before, **{f"{moment}__isnull": False})
        place = known.values_list(moment, flat=True).first()
        if place is None:
            return []
        same = Q(**{moment: place}, pk__lt=before)
        rows = rows.filter(Q(**{f"{moment}__lt": place}) | same, **{f"{moment}__lte": place})
    order = (f"-{moment}", "-pk") if moment else ("-pk",)
    return list(rows.order_by(*order).values_list("pk", flat=True)[:most])


def count(rows: QuerySet[Any], *, most: int = MOST_COUNTED) -> int:
    """Count these, as far as ``most`` and one."""
    return rows.order_by()[: most + 1].count()


def page_for_file(
    rows: QuerySet[Any], *, moment: str, before: UUID | None = None
) -> Sequence[UUID]:
    """
    Name a page of what goes into a file, in a transaction of its own: a slow reader holds nothing.

    :raises ListTooSlow: if it takes too long.
    """
    with in_time(EXPORT_SECONDS):
        return ids(rows, moment=moment, before=before, most=EXPORTED_AT_ONCE)


def rest_for_file(
    rows: QuerySet[Any], first: Sequence[UUID], *, moment: str
) -> Iterator[Sequence[UUID]]:
    """Give the first page, which was read before, and all others; see :func:`page_for_file`."""
    page = first
    while page:
        yield page
        full = len(page) == EXPORTED_AT_ONCE
        page = page_for_file(rows, moment=moment, before=page[-1]) if full else []


class Listed(Protocol):
    """A row of a list."""

    @property
    def id(self) -> UUID:
        """Give what it is known by."""


Row = TypeVar("Row", bound=Listed)


def in_order(ids: Sequence[UUID], rows: Iterable[Row]) -> list[Row]:
    """Put rows in this order."""
    known = {row.id: row for row in rows}
    return [known[one] for one in ids if one in known]
