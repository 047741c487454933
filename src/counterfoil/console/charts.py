"""
Charts, drawn on the server: bars that lie beside their names, or stand side by side as months.

Widths are shares of the room there is and heights are fixed, so that text keeps its size on a
phone. Colours are classes; nothing here is style.
"""

from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

from babel.dates import format_date
from babel.numbers import format_compact_currency, format_compact_decimal, get_currency_precision
from django.utils.translation import gettext as _

from counterfoil.queries.figured import Chart
from counterfoil.templatetags.counterfoil_tags import money

HEIGHT = 180  # of what stands, in pixels
MOST_MONTHS = 36  # narrower than that they cannot be told apart on a phone
MOST_LABELS = 5
LEAST_ROOM = 8  # months: one alone need not fill the page
LEAST = 1.5  # pixels: what is there can be seen


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """One part of a bar: where it begins, how long it is, and what it says."""

    tone: str
    begin: float
    size: float
    says: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One bar of parts."""

    label: str
    total: str
    pieces: tuple[Piece, ...]
    begin: float = 0
    width: float = 0
    middle: float = 0
    is_named: bool = True


def drawn(chart: Chart, *, most: int | None = None) -> dict[str, Any]:
    """
    Give what the template of a chart needs, with the first ``most`` of the bars that lie.

    Of months there are the last ones.
    """
    stands = chart.stands
    points = chart.points[-MOST_MONTHS:] if stands else chart.points[:most]
    highest = max((sum(values) for _label, values in points), default=0)
    top = _rounded_up(highest, chart.currency) if stands else highest
    used = [
        one
        for place, one in enumerate(chart.series)
        if len(chart.series) == 1 or any(values[place] for _label, values in points)
    ]
    return {
        "title": chart.title,
        "says": _described(chart, points),
        "stands": stands,
        "is_empty": chart.is_empty,
        "legend": [{"label": one.label, "tone": one.tone.value} for one in used]
        if len(chart.series) > 1
        else [],
        "bars": [_standing(chart, points, n, top) for n in range(len(points))]
        if stands
        else [_lying(chart, *point, top) for point in points],
        "lines": _lines(top, chart.currency) if stands else [],
        "left_out": len(chart.points) - len(points),
        "height": HEIGHT,
        "height_all": HEIGHT + 26,
        "below": HEIGHT + 19,
    }


def amount(value: int, currency: str) -> str:
    """Write a number of units, or of minor units of a currency."""
    return str(money(value, currency)) if currency else f"{value:,}"


def named_month(month: str) -> str:
    """Write a month for people; anything else stays as it is."""
    try:
        return format_date(date.fromisoformat(f"{month}-01"), "MMM y", locale="en")
    except ValueError:
        return month


def _lying(chart: Chart, label: str, values: tuple[int, ...], top: int) -> Bar:
    pieces, begin = [], 0.0
    for series, value in zip(chart.series, values, strict=True):
        if value:
            size = 100 * value / (top or 1)
            says = f"{series.label}: {amount(value, chart.currency)}"
            pieces.append(Piece(tone=series.tone.value, begin=begin, size=size, says=says))
            begin += size
    return Bar(label=label, total=amount(sum(values), chart.currency), pieces=tuple(pieces))


def _standing(chart: Chart, points: Any, place: int, top: int) -> Bar:
    label, values = points[place]
    room = 100 / max(len(points), LEAST_ROOM)
    gap = room * 0.18
    pieces, foot = [], float(HEIGHT)
    for series, value in zip(chart.series, values, strict=True):
        if value:
            size = max(HEIGHT * value / (top or 1), LEAST)
            foot -= size
            says = f"{named_month(label)}, {series.label}: {amount(value, chart.currency)}"
            pieces.append(Piece(tone=series.tone.value, begin=foot, size=size, says=says))
    step = ceil(len(points) / MOST_LABELS)
    return Bar(
        label=_short_month(label),
        total=amount(sum(values), chart.currency),
        pieces=tuple(pieces),
        begin=place * room + gap / 2,
        width=room - gap,
        middle=place * room + room / 2,
        is_named=(len(points) - 1 - place) % step == 0,
    )


def _short_month(month: str) -> str:
    try:
        return format_date(date.fromisoformat(f"{month}-01"), "MMM yy", locale="en")
    except ValueError:
        return month


def _lines(top: int, currency: str) -> list[dict[str, Any]]:
    if not top:
        return []
    return [
        {"y": HEIGHT * (1 - part), "label": _compact(top * part, currency)} for part in (0.5, 1.0)
    ]


def _compact(value: float, currency: str) -> str:
    if not currency:
        return str(format_compact_decimal(value, locale="en", fraction_digits=1))
    major = value / 10 ** get_currency_precision(currency)
    return str(format_compact_currency(major, currency, locale="en", fraction_digits=1))


def _rounded_up(value: int, currency: str) -> int:
    """Give the next number that reads well and whose half does too."""
    places: int = get_currency_precision(currency) if currency else 0
    least = 2 * int("1" + "0" * places)
    scale = int("1" + "0" * (len(str(value)) - 1))
    steps = [step * scale for step in (1, 2, 4, 6, 8, 10)]
    return least if value <= least else next(step for step in steps if step >= value)


def _described(chart: Chart, points: Any) -> str:
    """Say in a sentence what a picture shows to those who see it."""
    if chart.is_empty or not points:
        return _("There is nothing to show.")
    sums = [(sum(values), label) for label, values in points]
    most, which = max(sums, key=lambda one: one[0])
    if chart.stands:
        last, month = sums[-1]
        said = {
            "first": named_month(points[0][0]),
            "last": named_month(month),
            "now": amount(last, chart.currency),
            "most": amount(most, chart.currency),
            "when": named_month(which),
        }
        return (
            _(
                "%(first)s to %(last)s; %(now)s in the last month, at most %(most)s, in %(when)s."
                " All values are in the table."
            )
            % said
        )
    said = {"n": str(len(points)), "which": which, "most": amount(most, chart.currency)}
    return _("%(n)s bars; the longest is %(which)s with %(most)s.") % said
