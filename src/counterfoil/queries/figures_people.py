"""What waits for a person and for how long, and what staff did."""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Avg, Count, F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterfoil.models import ExceptionCase
from counterfoil.queries.figured import (
    Cell,
    Chart,
    Column,
    Figured,
    Kind,
    Series,
    Tone,
    totals,
)
from counterfoil.queries.figures import FigureFilter, counts, tallied
from counterfoil.queries.ledger_words import act_words
from counterfoil.queries.staff_names import names_of
from counterfoil.queries.unit_words import ForTests
from counterfoil.rules.exceptions import kind_named

DAY = timedelta(days=1)
AGES: tuple[tuple[timedelta | None, Any, Tone], ...] = (
    (DAY, later("less than a day"), Tone.WAITING),
    (3 * DAY, later("1 to 3 days"), Tone.RESERVED),
    (7 * DAY, later("3 to 7 days"), Tone.EXPIRED),
    (None, later("more than a week"), Tone.GONE),
)


def open_cases(wanted: FigureFilter, *, now: datetime) -> Figured:
    """Count open exceptions by kind and age, as they stand at this moment."""
    found: Counter[tuple[str, int]] = Counter()
    for place, (oldest, _label, _tone) in enumerate(AGES):
        rows = _cases(wanted).filter(resolved_at=None)
        if place:
            rows = rows.filter(opened_at__lte=now - (AGES[place - 1][0] or DAY))
        if oldest is not None:
            rows = rows.filter(opened_at__gt=now - oldest)
        for kind, count in rows.values("kind").annotate(n=Count("pk")).values_list("kind", "n"):
            found[kind, place] += count
    kinds = sorted({kind for kind, _place in found})
    kinds.sort(key=lambda kind: -sum(found[kind, place] for place in range(len(AGES))))
    columns = (
        Column(later("Exception"), Kind.TEXT),
        *(Column(label) for _oldest, label, _tone in AGES),
        Column(later("Open")),
    )
    values = {kind: [found[kind, place] for place in range(len(AGES))] for kind in kinds}
    table = tuple(
        (
            Cell(_named(kind)),
            *(Cell(one) for one in values[kind]),
            Cell(sum(values[kind]), query=urlencode({"kind": kind}), page="console-exceptions"),
        )
        for kind in kinds
    )
    return Figured(
        columns=columns,
        rows=table,
        total=totals(table, columns, later("All")),
        charts=(
            Chart(
                title=later("Open exceptions by kind and age"),
                series=tuple(Series(label, tone) for _oldest, label, tone in AGES),
                points=tuple((_named(kind), tuple(values[kind])) for kind in kinds),
            ),
        ),
        says=_("Open: %(open)s; for more than a week: %(old)s.")
        % {
            "open": f"{sum(found.values()):,}",
            "old": f"{sum(values[kind][-1] for kind in kinds):,}",
        },
    )


def settled_cases(wanted: FigureFilter) -> Figured:
    """Count exceptions that were opened and settled in the months asked for, and how soon."""
    rows = _cases(wanted)
    opened = _by_kind(rows.filter(_between("opened_at", wanted)))
    done = rows.filter(_between("resolved_at", wanted), resolved_at__isnull=False)
    settled = _by_kind(done)
    took = {
        kind: taken.total_seconds() / 3600
        for kind, taken in done.values("kind")
        .annotate(taken=Avg(F("resolved_at") - F("opened_at")))
        .values_list("kind", "taken")
    }
    kinds = sorted(opened.keys() | settled.keys(), key=lambda kind: (-opened[kind], kind))
    columns = (
        Column(later("Exception"), Kind.TEXT),
        Column(later("Opened")),
        Column(later("Settled")),
        Column(later("Settled after, on average"), Kind.TIME),
    )
    table = tuple(
        (Cell(_named(kind)), Cell(opened[kind]), Cell(settled[kind]), Cell(took.get(kind)))
        for kind in kinds
    )
    return Figured(
        columns=columns,
        rows=table,
        total=totals(table, columns, later("All")),
        charts=(
            Chart(
                title=later("Exceptions opened"),
                series=(Series(later("opened"), Tone.EXPIRED),),
                points=tuple((_named(kind), (opened[kind],)) for kind in kinds),
            ),
        ),
    )


def by_operator(wanted: FigureFilter) -> Figured:
    """Count what each member of staff did, act by act."""
    rows = tallied("staff", wanted, "detail", "item")
    acts = counts(rows, "detail", "item")
    names = names_of({row["detail"] for row in rows})
    by_person: dict[str, int] = defaultdict(int)
    for (who, _act), count in acts.items():
        by_person[who] += count
    columns = (
        Column(later("Operator"), Kind.TEXT),
        Column(later("What"), Kind.TEXT),
        Column(later("How often")),
    )
    people = sorted(by_person, key=lambda who: (-by_person[who], names[who]))
    table = tuple(
        (
            Cell(names[who]),
            Cell(act_words(act)),
            Cell(count, query=urlencode({"who": who, "act": act}), page="console-ledger"),
        )
        for who in people
        for (one, act), count in sorted(acts.items(), key=lambda item: (-item[1], item[0]))
        if one == who
    )
    whole = (Cell(later("All")), Cell(None), Cell(sum(by_person.values())))
    return Figured(
        columns=columns,
        rows=table,
        total=whole,
        charts=(
            Chart(
                title=later("Acts by operator"),
                series=(Series(later("acts"), Tone.ASSIGNED),),
                points=tuple((names[who], (by_person[who],)) for who in people),
            ),
        ),
    )


def _cases(wanted: FigureFilter) -> QuerySet[ExceptionCase]:
    """Give exceptions, those about something for tests left out unless they are asked for."""
    about_test = (
        Q(purchase__is_test=True)
        | Q(entitlement__is_test=True)
        | Q(message__connection__is_test=True)
    )
    rows = ExceptionCase.objects.all()
    if wanted.leaves_out_tests():
        tests = ExceptionCase.objects.filter(about_test).values("pk")
        return rows.exclude(pk__in=tests)
    return rows.filter(about_test) if wanted.test is ForTests.YES else rows


def _by_kind(rows: QuerySet[ExceptionCase]) -> Counter[str]:
    counted = rows.values("kind").annotate(n=Count("pk"))
    return Counter(dict(counted.values_list("kind", "n")))


def _between(field: str, wanted: FigureFilter) -> Q:
    """Say what lies within the months asked for, by the server's clock."""
    within = Q()
    if wanted.since:
        within &= Q(**{f"{field}__gte": _begin(wanted.since)})
    if wanted.until:
        after = (wanted.until + 31 * DAY).replace(day=1)
        within &= Q(**{f"{field}__lt": _begin(after)})
    return within


def _begin(month: date) -> datetime:
    return datetime(month.year, month.month, 1, tzinfo=timezone.get_default_timezone())


def _named(kind: str) -> str:
    return kind_named(kind).title
