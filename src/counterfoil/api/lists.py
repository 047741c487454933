"""What all lists have in common: what they are narrowed down by, a page, and where the next is."""

from collections.abc import Sequence
from datetime import date
from enum import Enum
from typing import Annotated, Any, Protocol
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from ninja import Schema
from pydantic import ConfigDict, Field

from counterfoil.queries._bounded import in_time
from counterfoil.queries.listing import SECONDS, ids

MOST = 100

Before = Annotated[UUID | None, Field(description="`next` of the page before, if there is one.")]
After = Before
Limit = Annotated[int, Field(ge=1, le=MOST, description="How many come in one page.")]
Next = Annotated[UUID | None, Field(description="Where the next page begins, if there is one.")]


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


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    return str(value.value) if isinstance(value, Enum) else str(value)
