"""How long entitlements have been waiting, and how soon they are used."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later
from django.utils.translation import ngettext

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
from counterfoil.queries.figures import FigureFilter, counts, tallied
from counterfoil.rules.figures import DAY, ends

AGES = {
    "0": later("less than a week"),
    "7": later("a week to a month"),
    "30": later("1 to 3 months"),
    "90": later("3 to 6 months"),
    "180": later("6 months to a year"),
    "365": later("1 to 2 years"),
    "730": later("more than 2 years"),
}
SPANS: tuple[tuple[int, Any], ...] = (
    (1, later("within an hour")),
    (DAY, later("within a day")),
    (7 * DAY, later("within a week")),
    (30 * DAY, later("within a month (30 days)")),
    (90 * DAY, later("within 3 months (90 days)")),
    (365 * DAY, later("within a year")),
)


def by_age(wanted: FigureFilter) -> Figured:
    """Count what is issued and unused by how long ago it was issued."""
    rows = tallied("age", wanted, "item", "detail")
    found, held = counts(rows, "item"), counts(rows, "item", "detail")
    whole = sum(found.values())
    columns = (
        Column(later("Issued"), Kind.TEXT),
        Column(later("Entitlements")),
        Column(later("Share"), Kind.SHARE),
        Column(later("of them on hold")),
    )
    table = tuple(
        (
            Cell(_("%(age)s ago") % {"age": label}),
            Cell(found[age]),
            Cell(share(found[age], whole)),
            Cell(held[age, "held"]),
        )
        for age, label in AGES.items()
    )
    return Figured(
        columns=columns,
        rows=table,
        total=totals(table, columns, later("All")),
        charts=(
            Chart(
                title=later("Unused entitlements by age"),
                series=(Series(later("unused"), Tone.WAITING),),
                points=tuple((str(label), (found[age],)) for age, label in AGES.items()),
            ),
        ),
        says=_("Issued and unused: %(all)s; for more than a year: %(old)s.")
        % {"all": f"{whole:,}", "old": f"{found['365'] + found['730']:,}"},
    )


def until_used(wanted: FigureFilter) -> Figured:
    """Tell how soon entitlements were used for the first time."""
    rows = tallied("wait", wanted, "item", "detail")
    hours: Counter[int] = Counter()
    for row in rows:
        if row["item"] == "used":
            hours[int(row["detail"])] += row["n"]
    rest = counts(rows, "item")
    used, whole = sum(hours.values()), sum(rest.values())
    columns = (
        Column(later("First used"), Kind.TEXT),
        Column(later("Entitlements")),
        Column(later("Share of all issued"), Kind.SHARE),
        Column(later("Share by then"), Kind.SHARE),
    )
    spans, so_far, table = _spans(hours), 0, list[Row]()
    for label, count in spans:
        so_far += count
        table.append(
            (Cell(label), Cell(count), Cell(share(count, whole)), Cell(share(so_far, whole)))
        )
    for item, label in (
        ("open", later("not yet")),
        ("never", later("never: withdrawn or expired")),
    ):
        table.append((Cell(label), Cell(rest[item]), Cell(share(rest[item], whole)), Cell(None)))
    return Figured(
        columns=columns,
        rows=tuple(table),
        total=(*totals(table, columns, later("All issued"))[:2], Cell(None), Cell(None)),
        charts=(
            Chart(
                title=later("Time from issue to first use"),
                series=(Series(later("used"), Tone.USED), Series(later("unused"), Tone.WAITING)),
                points=(
                    *((str(label), (count, 0)) for label, count in spans),
                    (_("not yet"), (0, rest["open"])),
                    (_("never"), (0, rest["never"])),
                ),
            ),
        ),
        says=_("Of %(used)s used, half were within %(half)s, nine of ten within %(most)s.")
        % {
            "used": f"{used:,}",
            "half": spoken(at_share(hours, 0.5)),
            "most": spoken(at_share(hours, 0.9)),
        }
        if used
        else _("Nothing of this has been used yet."),
    )


def at_share(hours: Mapping[int, int], part: float) -> int:
    """Give the step, by its first hour, in which this part of all had happened."""
    wanted, so_far = part * sum(hours.values()), 0
    for hour in sorted(hours):
        so_far += hours[hour]
        if so_far >= wanted:
            return hour
    return 0


def spoken(begin: int) -> str:
    """Say within which time everything was over that began its step here."""
    end = ends(begin)
    if end is None:
        return _("more than %(n)s days") % {"n": begin // DAY}
    if end < DAY:
        return ngettext("%(n)s hour", "%(n)s hours", end) % {"n": end}
    return ngettext("%(n)s day", "%(n)s days", end // DAY) % {"n": end // DAY}


def _spans(hours: Mapping[int, int]) -> list[tuple[Any, int]]:
    """Sort what was used into spans; each begins where the one before ends."""
    found, begin = [], 0
    for end, label in SPANS:
        found.append((label, sum(n for hour, n in hours.items() if begin <= hour < end)))
        begin = end
    return [*found, (later("later"), sum(n for hour, n in hours.items() if hour >= begin))]
