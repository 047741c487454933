"""What is sold and not yet used, month by month: how much is owed, in units and in money."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterfoil.queries.figured import Cell, Chart, Column, Figured, Kind, Row, Series, Tone, share
from counterfoil.queries.figures import FigureFilter, last_month, tallied, written
from counterfoil.queries.figures_months import MONTH, every, monthly
from counterfoil.queries.unit_words import Source

CAUSES: Mapping[str, Any] = {
    "issued": later("Issued"),
    "used": later("First used"),
    "given_back": later("Taken back from holders"),
    "refunded": later("Refunded"),
    "revoked": later("Withdrawn otherwise"),
    "reinstated": later("Brought back"),
    "expired": later("Expired"),
}
Moved = dict[date, dict[str, int]]


def owed_units(wanted: FigureFilter) -> Figured:
    """Tell month by month how many units of sales are not used yet, and how that changed."""
    moved: Moved = defaultdict(lambda: defaultdict(int))
    for row in _sold(wanted):
        moved[row["month"]][row["item"]] += row["n"]
    shown = _rolled(moved, wanted)
    columns = (
        Column(later("Month"), Kind.MONTH),
        Column(later("At its beginning")),
        *(Column(label, seldom=True) for label in CAUSES.values()),
        Column(later("At its end")),
    )
    rows = tuple(
        (
            Cell(written(month)),
            Cell(begin),
            *(Cell(moved[month][cause]) for cause in CAUSES),
            Cell(end),
        )
        for month, begin, end in shown
    )
    ends = {month: end for month, _begin, end in shown}
    return Figured(
        columns=columns,
        rows=rows,
        charts=(_standing(later("Sold and not yet used, at the end of the month"), ends),),
        says=_("Sold and not yet used: %(now)s.") % {"now": f"{_last(ends):,}"},
    )


def owed_money(wanted: FigureFilter) -> Figured:
    """Tell the same in money, each currency by itself."""
    moved: dict[str, Moved] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for row in _sold(wanted):
        if row["currency"]:
            moved[row["currency"]][row["month"]][row["item"]] += row["paid"]
    columns = (
        Column(later("Currency"), Kind.TEXT),
        Column(later("Month"), Kind.MONTH),
        Column(later("At its beginning"), Kind.MONEY),
        *(Column(label, Kind.MONEY, seldom=True) for label in CAUSES.values()),
        Column(later("At its end"), Kind.MONEY),
    )
    rows: list[Row] = []
    charts: list[Chart] = []
    for currency in sorted(moved):
        shown = _rolled(moved[currency], wanted)
        ends = {month: end for month, _begin, end in shown}
        title = _("Sold and not yet used, in %(currency)s") % {"currency": currency}
        charts.append(_standing(title, ends, currency))
        for month, begin, end in shown:
            changes = [moved[currency][month][cause] for cause in CAUSES]
            amounts = (Cell(amount, currency) for amount in (begin, *changes, end))
            rows.append((Cell(currency), Cell(written(month)), *amounts))
    return Figured(columns=columns, rows=tuple(rows), charts=tuple(charts))


def refunded_money(wanted: FigureFilter) -> Figured:
    """Tell what share of what was sold in a month, in money, was refunded, each currency apart."""
    sold: dict[tuple[str, date], int] = defaultdict(int)
    back: dict[tuple[str, date], int] = defaultdict(int)
    lost: dict[tuple[str, date], int] = defaultdict(int)
    for row in tallied("fate", wanted, "currency", "month", "item"):
        if row["currency"]:
            key = row["currency"], row["month"]
            sold[key] += row["paid"]
            back[key] += row["paid"] if row["item"] == "refunded" else 0
            lost[key] += row["paid"] if row["item"] == "expired" else 0
    columns = (
        Column(later("Currency"), Kind.TEXT),
        MONTH,
        Column(later("Sold"), Kind.MONEY),
        Column(later("Refunded"), Kind.MONEY),
        Column(later("Share refunded"), Kind.SHARE),
        Column(later("Expired unused"), Kind.MONEY),
        Column(later("Share expired"), Kind.SHARE),
    )
    rows: list[Row] = []
    charts: list[Chart] = []
    for currency in sorted({currency for currency, _month in sold}):
        months = every([month for one, month in sold if one == currency])
        for month in months:
            key = currency, month
            rows.append(
                (
                    Cell(currency),
                    Cell(written(month)),
                    Cell(sold[key], currency),
                    Cell(back[key], currency),
                    Cell(share(back[key], sold[key])),
                    Cell(lost[key], currency),
                    Cell(share(lost[key], sold[key])),
                )
            )
        points = tuple((written(one), (back[currency, one], lost[currency, one])) for one in months)
        charts.append(
            Chart(
                title=_("Refunded and expired, in %(currency)s") % {"currency": currency},
                series=(
                    Series(later("refunded"), Tone.GONE),
                    Series(later("expired unused"), Tone.EXPIRED),
                ),
                points=points,
                stands=True,
                currency=currency,
            )
        )
    return Figured(columns=columns, rows=tuple(rows), charts=tuple(charts))


def _sold(wanted: FigureFilter) -> Sequence[Mapping[str, Any]]:
    """Give what changed in each month since ever; what was given without a sale is not owed."""
    rows = tallied("owed", wanted.all_before(), "month", "item", "currency", "source")
    return [row for row in rows if row["source"] == Source.SALE]


def _rolled(moved: Moved, wanted: FigureFilter) -> list[tuple[date, int, int]]:
    """Give each month with what was owed at its beginning and its end."""
    found, owed, last = [], 0, last_month(wanted)
    for month in every([*moved, *([last] if last and moved else [])]):
        begin = owed
        owed += sum(moved[month].values())
        if wanted.since is None or month >= wanted.since:
            found.append((month, begin, owed))
    return found


def _standing(title: Any, ends: Mapping[date, int], currency: str = "") -> Chart:
    return Chart(
        title=title,
        series=(Series(later("not yet used"), Tone.WAITING),),
        points=monthly(list(ends), lambda month: (max(ends[month], 0),)),
        stands=True,
        currency=currency,
    )


def _last(ends: Mapping[date, int]) -> int:
    return ends[max(ends)] if ends else 0
