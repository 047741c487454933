"""What became of what was issued in a month: given away, refunded, withdrawn, expired."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterfoil.models import Decision
from counterfoil.queries.figured import (
    Cell,
    Chart,
    Column,
    Figured,
    Kind,
    Row,
    Series,
    Tone,
    share,
    totals,
)
from counterfoil.queries.figures import FigureFilter, counts, tallied, written
from counterfoil.queries.unit_words import CATEGORIES, Source

MONTH = Column(later("Month of issue"), Kind.MONTH)
TONES = (Tone.QUIET, Tone.RESERVED, Tone.WAITING, Tone.EXPIRED)


def given(wanted: FigureFilter) -> Figured:
    """Count what was issued outside a sale, by month and by why."""
    rows = [one for one in tallied("wait", wanted, "month", "source", "category") if one["month"]]
    found = counts((one for one in rows if one["source"] == Source.GRANT), "month", "category")
    issued = counts(rows, "month")
    columns = (
        MONTH,
        *(Column(label) for label in CATEGORIES.values()),
        Column(later("Without a sale")),
        Column(later("All issued")),
        Column(later("Share without a sale"), Kind.SHARE),
    )
    table = []
    for month in every(list(issued)):
        values = [found[month, category.value] for category in CATEGORIES]
        table.append(
            (
                Cell(written(month)),
                *(Cell(value) for value in values),
                Cell(sum(values)),
                Cell(issued[month]),
                Cell(share(sum(values), issued[month])),
            )
        )
    all_given, added = sum(found.values()), totals(table, columns, later("All"))
    return Figured(
        columns=columns,
        rows=tuple(table),
        total=(*added[:-1], Cell(share(all_given, _of(added, -2)))),
        charts=(
            Chart(
                title=later("Issued outside a sale"),
                series=tuple(
                    Series(CATEGORIES[category], tone)
                    for category, tone in zip(CATEGORIES, TONES, strict=True)
                ),
                points=monthly(
                    list(issued), lambda month: [found[month, one.value] for one in CATEGORIES]
                ),
                stands=True,
            ),
        ),
        says=_("Issued without a sale: %(given)s of %(all)s.")
        % {"given": f"{all_given:,}", "all": f"{sum(issued.values()):,}"},
    )


def fates(wanted: FigureFilter) -> Figured:
    """Tell what share of what was issued in a month was refunded, withdrawn, or expired unused."""
    rows = tallied("fate", wanted, "month", "item", "detail")
    found, kept = counts(rows, "month", "item"), counts(rows, "month", "detail")
    issued = counts(rows, "month")
    columns = (
        MONTH,
        Column(later("Issued")),
        Column(later("Refunded")),
        Column(later("of them kept or undecided")),
        Column(later("Share refunded"), Kind.SHARE),
        Column(later("Withdrawn otherwise")),
        Column(later("Expired unused")),
        Column(later("Share expired"), Kind.SHARE),
    )
    table = [_fate(month, issued[month], found, kept) for month in every(list(issued))]
    added = totals(table, columns, later("All"))
    shares = {4: share(_of(added, 2), _of(added, 1)), 7: share(_of(added, 6), _of(added, 1))}
    return Figured(
        columns=columns,
        rows=tuple(table),
        total=tuple(Cell(shares[n]) if n in shares else one for n, one in enumerate(added)),
        charts=(
            Chart(
                title=later("Refunded, withdrawn and expired, of what was issued in a month"),
                series=(
                    Series(later("refunded"), Tone.GONE),
                    Series(later("withdrawn otherwise"), Tone.ASSIGNED),
                    Series(later("expired unused"), Tone.EXPIRED),
                ),
                points=monthly(
                    list(issued),
                    lambda month: [found[month, one] for one in ("refunded", "revoked", "expired")],
                ),
                stands=True,
            ),
        ),
        says=_("Of %(all)s issued: refunded %(back)s, expired unused %(over)s.")
        % {"back": f"{_of(added, 2):,}", "all": f"{_of(added, 1):,}", "over": f"{_of(added, 6):,}"},
    )


def monthly(
    months: Sequence[date], values: Callable[[date], Sequence[int]]
) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Give a bar for every month from the first to the last, also where nothing happened."""
    return tuple((written(month), tuple(values(month))) for month in every(months))


def every(months: Sequence[date]) -> Sequence[date]:
    """Fill the gaps between months."""
    if not months:
        return ()
    found, last = [min(months)], max(months)
    while found[-1] < last:
        year, month = divmod(found[-1].year * 12 + found[-1].month, 12)
        found.append(date(year, month + 1, 1))
    return found


def _fate(month: date, whole: int, found: Counter[Any], kept: Counter[Any]) -> Row:
    back, over = found[month, "refunded"], found[month, "expired"]
    undone = kept[month, Decision.KEEP.value] + kept[month, Decision.PENDING.value]
    return (
        Cell(written(month)),
        Cell(whole),
        Cell(back),
        Cell(undone),
        Cell(share(back, whole)),
        Cell(found[month, "revoked"]),
        Cell(over),
        Cell(share(over, whole)),
    )


def _of(row: Row, place: int) -> int:
    value = row[place].value
    return value if isinstance(value, int) else 0
