"""What a figure consists of: a table, charts of it, and the sentence that says the most of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise

Words = str | Promise


class Kind(StrEnum):
    """What the cells of a column hold, which says how they are written."""

    TEXT = "text"
    MONTH = "month"
    COUNT = "count"
    MONEY = "money"
    SHARE = "share"
    TIME = "time"


class Tone(StrEnum):
    """What a part of a chart is about, which says how it is coloured, everywhere alike."""

    QUIET = "quiet"
    WAITING = "waiting"
    RESERVED = "reserved"
    ASSIGNED = "assigned"
    USED = "used"
    EXPIRED = "expired"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table; a page leaves out what is ``seldom`` where all of it is nothing."""

    label: Words
    kind: Kind = Kind.COUNT
    seldom: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """
    One value: words, a number of units, of minor units, of hours, or a share of one.

    ``query`` is the filter of the list that shows what was counted: of entitlements, or of the
    ``page`` of this name.
    """

    value: Words | int | float | None
    currency: str = ""
    query: str = ""
    page: str = "console-entitlements"


Row = tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """One part of every bar."""

    label: Words
    tone: Tone


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """
    Bars of parts on top of each other: lying where they have names, standing where they are months.

    ``points`` are the bars with a value for each of the ``series``; with a ``currency`` these are
    minor units.
    """

    title: Words
    series: tuple[Series, ...]
    points: tuple[tuple[str, tuple[int, ...]], ...]
    stands: bool = False
    currency: str = ""

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to draw."""
        return not any(any(values) for _label, values in self.points)


@dataclass(frozen=True, kw_only=True, slots=True)
class Figured:
    """One figure as it stands; ``says`` is what a reader in a hurry should know."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row = ()
    charts: tuple[Chart, ...] = ()
    says: str = ""


def share(part: int, whole: int) -> float | None:
    """Give which share of a whole something is; nothing has no shares."""
    return part / whole if whole else None


def totals(rows: Sequence[Row], columns: Iterable[Column], label: Words) -> Row:
    """Add up what can be added: counts. Money of several currencies, and shares, cannot be."""
    found: list[Cell] = [Cell(label)]
    for place, column in list(enumerate(columns))[1:]:
        values = [row[place].value for row in rows]
        added = sum(value for value in values if isinstance(value, int))
        found.append(Cell(added) if column.kind is Kind.COUNT else Cell(None))
    return tuple(found)
