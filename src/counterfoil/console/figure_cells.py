"""How the cells of a figure are written: for people on a page, and for machines in a file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from counterfoil.console.charts import named_month
from counterfoil.queries import words
from counterfoil.queries.figured import Cell, Column, Figured, Kind
from counterfoil.rules.money import decimal_text
from counterfoil.rules.spreadsheets import csv_line
from counterfoil.templatetags.counterfoil_tags import money

WORDS = (Kind.TEXT, Kind.MONTH)


@dataclass(frozen=True, slots=True)
class Table:
    """A table as a page shows it."""

    heads: Sequence[Mapping[str, Any]]
    rows: Sequence[Sequence[Mapping[str, Any]]]
    total: Sequence[Mapping[str, Any]]


def table(made: Figured) -> Table:
    """Write a table for people, each value with the list that shows what was counted."""
    shown = [
        (place, column)
        for place, column in enumerate(made.columns)
        if not column.seldom or any(row[place].value for row in made.rows)
    ]
    heads = [{"label": one.label, "is_number": one.kind not in WORDS} for _place, one in shown]
    rows = [[_cell(row[place], column.kind) for place, column in shown] for row in made.rows]
    total = [_cell(made.total[place], column.kind) for place, column in shown if made.total]
    return Table(heads=heads, rows=rows, total=total if rows else [])


def _cell(cell: Cell, kind: Kind) -> Mapping[str, Any]:
    return {
        "text": _text(cell, kind),
        "is_number": kind not in WORDS,
        "is_nothing": cell.value == 0,
        "url": _address(cell),
    }


def lines(made: Figured) -> Iterator[str]:
    """Write the table as lines of CSV: plain numbers, months as 2026-11, shares of one, hours."""
    yield csv_line(_heading(one) for one in made.columns)
    for row in made.rows:
        yield csv_line(
            _plain(cell, column.kind) for cell, column in zip(row, made.columns, strict=True)
        )


def _address(cell: Cell) -> str:
    if not cell.query or not cell.value:
        return ""
    return f"{reverse(f'counterfoil:{cell.page}')}?{cell.query}"


def _text(cell: Cell, kind: Kind) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, int | float):
        match kind:
            case Kind.MONEY:
                return money(int(value), cell.currency)
            case Kind.SHARE:
                return _("%(n)s %%") % {"n": f"{100 * value:.1f}"}
            case Kind.TIME:
                return words.duration(timedelta(hours=value))
            case _:
                return f"{value:,}"
    return named_month(str(value)) if kind is Kind.MONTH else str(value)


def _plain(cell: Cell, kind: Kind) -> str | int | Decimal:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, int | float):
        match kind:
            case Kind.MONEY:
                return Decimal(decimal_text(int(value), cell.currency))
            case Kind.SHARE:
                return Decimal(f"{value:.4f}")
            case Kind.TIME:
                return Decimal(f"{value:.1f}")
            case _:
                return int(value)
    return str(value)


def _heading(column: Column) -> str:
    return f"{column.label} (h)" if column.kind is Kind.TIME else str(column.label)
