"""What all lists have in common: what they are narrowed down by, a page, and where the next is."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from enum import Enum
from typing import Annotated, Any, Protocol, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from ninja import Schema
from pydantic import ConfigDict, Field

from counterfoil.queries._bounded import in_time
from counterfoil.queries.listing import SECONDS, ids

MOST = 100

After = Annotated[UUID | None, Field(description="`next` of the page before, if there is one.")]
AfterName = Annotated[
    str | None, Field(max_length=200, description="`next` of the page before, if there is one.")
]
AfterNumber = Annotated[
    int | None,
    Field(ge=1, le=2**63 - 1, description="`next` of the page before, if there is one."),
]
Limit = Annotated[int, Field(ge=1, le=MOST, description="How many come in one page.")]
Next = Annotated[UUID | None, Field(description="Where the next page begins, if there is one.")]
NextName = Annotated[str | None, Field(description="Where the next page begins, if there is one.")]
NextNumber = Annotated[
    int | None, Field(description="Where the next page begins, if there is one.")
]
Row = TypeVar("Row")


class Sought(Schema):
    """What a list is narrowed down by; what is left out narrows nothing."""

    model_config = ConfigDict(extra="forbid")

    def asked(self) -> dict[str, str]:
        """Give it as it is written in the address of a list."""
        given = self.model_dump(exclude_defaults=True)
        return {name: _text(value) for name, value in given.items()}


class Narrowed(Protocol):
    """What a list is narrowed down to."""

    @property
    def moment(self) -> str:
        """Name the column it is sorted by."""

    def rows(self, *, now: Any) -> QuerySet[Any]:
        """Give what fits."""


def page(
    narrowed: Narrowed, *, before: UUID | None, limit: int
) -> tuple[Sequence[UUID], UUID | None]:
    """
    Name a page of what fits, the newest first, and say where the next page begins.

    :raises ListTooSlow: if that takes too long.
    """
    with in_time(SECONDS):
        rows = narrowed.rows(now=timezone.now())
        found = ids(rows, moment=narrowed.moment, before=before, most=limit + 1)
    return cut(found, limit)


def cut(found: Sequence[UUID], limit: int) -> tuple[Sequence[UUID], UUID | None]:
    """Leave so many of what was read with one more, and give the last if there is that one."""
    return found[:limit], found[limit - 1] if len(found) > limit else None


def by_id(
    rows: Iterable[Row], key: Callable[[Row], UUID], *, before: UUID | None, limit: int
) -> tuple[Sequence[Row], UUID | None]:
    """
    Give a page of what is few enough to be read at once, the newest first.

    The place is where a row stands by its id, and stays one when that row is gone.
    """
    rest = (one for one in rows if before is None or key(one) < before)
    found = sorted(rest, key=key, reverse=True)
    return found[:limit], key(found[limit - 1]) if len(found) > limit else None


def by_name(
    rows: Iterable[Row], name: Callable[[Row], str], *, after: str | None, limit: int
) -> tuple[Sequence[Row], str | None]:
    """Give a page of what is few enough to be read at once, sorted by a name that stays."""
    found = sorted((one for one in rows if after is None or name(one) > after), key=name)
    return found[:limit], name(found[limit - 1]) if len(found) > limit else None


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    return str(value.value) if isinstance(value, Enum) else str(value)
