"""Which entitlements there are, by state, channel, product, partner and source."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterfoil.models import Connection, Partner, Product
from counterfoil.queries._filters import NOBODY
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
from counterfoil.queries.unit_words import CATEGORIES, SOURCES, Source
from counterfoil.rules.grants import GrantCategory
from counterfoil.rules.lifecycle import State

EXPIRED = "expired"
STANDS: Mapping[str, tuple[Any, Tone]] = {
    State.MINTED: (later("printed, not sold"), Tone.QUIET),
    State.ISSUED: (later("unassigned"), Tone.WAITING),
    State.RESERVED: (later("reserved"), Tone.RESERVED),
    State.ASSIGNED: (later("assigned, being set up"), Tone.ASSIGNED),
    State.FULFILLED: (later("in use"), Tone.USED),
    EXPIRED: (later("expired unused"), Tone.EXPIRED),
    State.REVOKED: (later("revoked"), Tone.GONE),
}
SERIES = tuple(Series(label, tone) for label, tone in STANDS.values())
COLUMNS = (
    *(Column(label, seldom=True) for label, _tone in STANDS.values()),
    Column(later("All")),
    Column(later("of them on hold")),
)
Named = Callable[[Any], tuple[str, dict[str, Any]]]


def by_state(wanted: FigureFilter) -> Figured:
    """Count entitlements by where they stand."""
    rows = tallied("stock", wanted, "item", "detail")
    found, held = counts(rows, "item"), counts(rows, "item", "detail")
    all_of_them = sum(found.values())
    columns = (
        Column(later("State"), Kind.TEXT),
        Column(later("Entitlements")),
        Column(later("Share"), Kind.SHARE),
        Column(later("of them on hold")),
    )
    table = tuple(
        (
            Cell(label),
            Cell(found[stands], query=_query(wanted, stands)),
            Cell(share(found[stands], all_of_them)),
            Cell(held[stands, "held"]),
        )
        for stands, (label, _tone) in STANDS.items()
    )
    return Figured(
        columns=columns,
        rows=table,
        total=totals(table, columns, later("All")),
        charts=(
            Chart(
                title=later("Entitlements by state"),
                series=SERIES,
                points=tuple(
                    (str(label), tuple(found[one] if one == stands else 0 for one in STANDS))
                    for stands, (label, _tone) in STANDS.items()
                ),
            ),
        ),
        says=_("Entitlements: %(all)s; assigned or in use: %(used)s.")
        % {
            "all": f"{all_of_them:,}",
            "used": f"{found[State.ASSIGNED] + found[State.FULFILLED]:,}",
        },
    )


def by_channel(wanted: FigureFilter) -> Figured:
    """Count entitlements by the channel through which they were bought."""
    known = {
        one.pk: (one.name, {"connection": one.slug}) for one in Connection.objects.order_by("name")
    }
    none: tuple[str, dict[str, Any]] = _("no channel: granted or printed"), {}
    return _by("connection", later("Channel"), wanted, lambda key: known.get(key, none))


def by_product(wanted: FigureFilter) -> Figured:
    """Count entitlements by product."""
    known = {one.pk: (one.name, {"product": one.sku}) for one in Product.objects.order_by("name")}
    return _by("product", later("Product"), wanted, lambda key: known.get(key, (str(key), {})))


def by_partner(wanted: FigureFilter) -> Figured:
    """Count entitlements by the partner whose they are."""
    known: dict[UUID | None, tuple[str, dict[str, Any]]] = {
        one.pk: (one.name, {"partner": one.slug}) for one in Partner.objects.order_by("name")
    }
    none: tuple[str, dict[str, Any]] = _("no partner"), {"partner": NOBODY}
    return _by("partner", later("Partner"), wanted, lambda key: known.get(key, none))


def by_source(wanted: FigureFilter) -> Figured:
    """Count entitlements by where they come from, grants by why they were given."""

    def named(key: tuple[str, str]) -> tuple[str, dict[str, Any]]:
        source, category = Source(key[0]), key[1]
        if not category:
            return str(SOURCES[source]), {"source": source}
        words = str(CATEGORIES.get(GrantCategory(category), category))
        given = {"source": source, "category": GrantCategory(category)}
        return _("granted: %(why)s") % {"why": words}, given

    return _by(("source", "category"), later("Source"), wanted, named)


def _by(what: str | tuple[str, str], label: Any, wanted: FigureFilter, named: Named) -> Figured:
    by = (what,) if isinstance(what, str) else what
    rows = tallied("stock", wanted, *by, "item", "detail")
    found, held = counts(rows, *by, "item"), Counter[Any]()
    for row in rows:
        if row["detail"]:
            held[_key(row, by)] += row["n"]
    keys = sorted({_key(row, by) for row in rows}, key=lambda key: named(key)[0].casefold())
    sums = {key: [found[*_parts(key, by), one] for one in STANDS] for key in keys}
    keys.sort(key=lambda key: -sum(sums[key]))
    columns = (Column(label, Kind.TEXT), *COLUMNS)
    table = tuple(_row(key, sums[key], held[key], wanted, named) for key in keys)
    return Figured(
        columns=columns,
        rows=table,
        total=totals(table, columns, later("All")),
        charts=(
            Chart(
                title=label,
                series=SERIES,
                points=tuple((named(key)[0], tuple(sums[key])) for key in keys),
            ),
        ),
    )


def _row(key: Any, values: Sequence[int], held: int, wanted: FigureFilter, named: Named) -> Row:
    name, only = named(key)
    links = [_query(wanted, stands, **only) if only else "" for stands in STANDS]
    return (
        Cell(name),
        *(Cell(value, query=link) for value, link in zip(values, links, strict=True)),
        Cell(sum(values), query=_all(wanted, **only) if only else ""),
        Cell(held),
    )


def _key(row: Mapping[str, Any], by: tuple[str, ...]) -> Any:
    return row[by[0]] if len(by) == 1 else tuple(row[name] for name in by)


def _parts(key: Any, by: tuple[str, ...]) -> tuple[Any, ...]:
    return (key,) if len(by) == 1 else key


def _query(wanted: FigureFilter, stands: str, **only: Any) -> str:
    """Lead to those that stand so; a list knows expiry as something beside the state."""
    if wanted.since or wanted.until:
        return ""  # the days of a list are the reader's, the months of a figure the server's
    if stands == EXPIRED:
        return wanted.units(expired=True, **only)
    state = State(stands)
    if state in (State.MINTED, State.ISSUED, State.RESERVED):
        return wanted.units(state=(state,), expired=False, **only)
    return wanted.units(state=(state,), **only)


def _all(wanted: FigureFilter, **only: Any) -> str:
    return "" if wanted.since or wanted.until else wanted.units(**only)
