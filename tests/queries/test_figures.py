"""Every figure against a count of its own, entitlement by entitlement, in a world of every kind."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.figures import World, make_world

from counterfoil.errors import FilterWrong, NotFound
from counterfoil.models import (
    Assignment,
    Counting,
    Entitlement,
    Entry,
    ExceptionCase,
    RefundedEntitlement,
    Tally,
)
from counterfoil.operations.count_figures import count_figures
from counterfoil.operations.park import park
from counterfoil.queries.figure_list import FIGURES, figure_of
from counterfoil.queries.figured import Cell, Figured
from counterfoil.queries.figures import FigureFilter, newest_count, tallied
from counterfoil.queries.figures_time import SPANS, at_share, spoken
from counterfoil.queries.unit_words import ForTests
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.figures import STEPS
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import now

pytestmark = pytest.mark.django_db
OPEN = {"issued", "reserved"}


class Unit:
    """One entitlement, as somebody would look it up by hand."""

    def __init__(self, one: Entitlement, at: datetime) -> None:
        self.one, self.at = one, at
        self.entries = list(Entry.objects.filter(entitlement=one).order_by("seq"))
        self.sold = one.purchase is not None and one.purchase.kind == "sale"
        issues = [entry.at for entry in self.entries if entry.move == "issue"]
        self.issued_at = issues[-1] if issues else None
        uses = Assignment.objects.filter(entitlement=one).values_list("started_at", flat=True)
        self.used_at = min(uses, default=None)
        self.refund = RefundedEntitlement.objects.filter(
            entitlement=one, superseded_at=None
        ).first()
        self.is_over = (
            one.state in OPEN | {"minted"} and one.expires_at is not None and one.expires_at <= at
        )
        self.stands = "expired" if self.is_over else str(one.state)

    @property
    def month(self) -> str:
        assert self.issued_at is not None
        return f"{self.issued_at:%Y-%m}"

    @property
    def currency(self) -> str:
        return self.one.purchase.currency if self.sold and self.one.purchase else ""

    def was_open(self, moment: datetime) -> bool:
        """Replay the ledger up to a moment, and tell whether it was good and nobody had it."""
        if self.one.expires_at is not None and self.one.expires_at <= moment:
            return False
        states = [entry.to_state for entry in self.entries if entry.at <= moment]
        return bool(states) and states[-1] in OPEN


def worth(units: Iterable[Unit]) -> Iterator[tuple[Unit, int]]:
    """Share what each line cost among its units, the first ones getting what does not divide."""
    lines = defaultdict(list)
    for unit in units:
        if unit.sold:
            lines[unit.one.line].append(unit)
    for line, found in lines.items():
        assert line is not None
        each, rest = divmod(line.amount_total, len(found))
        for place, unit in enumerate(sorted(found, key=lambda unit: unit.one.ordinal)):
            yield unit, each + (place < rest)


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def at(world: World) -> datetime:
    return count_figures(by=SYSTEM, at=now()).at


@pytest.fixture
def units(at: datetime) -> list[Unit]:
    rows = Entitlement.objects.select_related("purchase", "line").filter(is_test=False)
    return [Unit(one, at) for one in rows]


def made(slug: str, **only: Any) -> Figured:
    return figure_of(slug).make(FigureFilter(**only), now())


def table(figured: Figured) -> dict[str, list[Any]]:
    return {
        str(row[0].value): [cell.value for cell in row[1:]]
        for row in figured.rows
        if any(cell.value for cell in row[1:])
    }


def test_the_world_has_everything_in_it(units: list[Unit]) -> None:
    assert {unit.stands for unit in units} == {
        "minted",
        "issued",
        "reserved",
        "assigned",
        "fulfilled",
        "revoked",
        "expired",
    }
    assert {unit.currency for unit in units} == {"", "USD", "EUR", "JPY"}
    assert {unit.refund.decision for unit in units if unit.refund} == {"revoke", "pending"}
    assert len({unit.month for unit in units if unit.issued_at}) > 5
    assert any(unit.one.held_count for unit in units)
    assert Entitlement.objects.filter(is_test=True).count() == 7


def test_what_exists_by_state(units: list[Unit]) -> None:
    figured = made("by-state")
    counted = Counter(unit.stands for unit in units)

    assert [row[1].value for row in figured.rows] == [
        counted[one]
        for one in ("minted", "issued", "reserved", "assigned", "fulfilled", "expired", "revoked")
    ]
    assert figured.total[1].value == len(units)
    assert figured.total[3].value == sum(bool(unit.one.held_count) for unit in units)


BY: dict[str, Callable[[Unit], str]] = {
    "by-product": lambda unit: unit.one.product.name,
    "by-channel": lambda unit: (
        unit.one.purchase.connection.name
        if unit.one.purchase and unit.one.purchase.connection
        else "no channel: granted or printed"
    ),
    "by-partner": lambda unit: unit.one.partner.name if unit.one.partner else "no partner",
    "by-source": lambda unit: (
        "printed, not sold yet"
        if unit.one.purchase is None
        else "bought"
        if unit.sold
        else f"granted: {unit.one.purchase.grantrecord.category.replace('_', ' ')}"
    ),
}


@pytest.mark.parametrize("slug", BY)
def test_what_exists_by(slug: str, units: list[Unit]) -> None:
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for unit in units:
        counted[BY[slug](unit)][unit.stands] += 1

    states = ("minted", "issued", "reserved", "assigned", "fulfilled", "expired", "revoked")
    assert {name: values[:8] for name, values in table(made(slug)).items()} == {
        name: [*(found[one] for one in states), sum(found.values())]
        for name, found in counted.items()
    }


def test_what_was_issued_outside_a_sale(units: list[Unit]) -> None:
    issued = Counter(unit.month for unit in units if unit.issued_at)
    given = Counter(unit.month for unit in units if unit.issued_at and not unit.sold)

    found = table(made("outside-a-sale"))

    assert {month: values[5] for month, values in found.items()} == issued
    assert Counter({month: values[4] for month, values in found.items()}) == given
    for month, values in found.items():
        assert sum(values[:4]) == values[4]
        assert values[6] == pytest.approx(given[month] / issued[month])


def test_what_is_unused_by_age(units: list[Unit], at: datetime) -> None:
    limits = (7, 30, 90, 180, 365, 730, 100_000)
    counted = [0] * len(limits)
    for unit in units:
        if unit.stands in OPEN and unit.issued_at:
            age = at - unit.issued_at
            place = next(n for n, days in enumerate(limits) if age < timedelta(days=days))
            counted[place] += 1

    assert [row[1].value for row in made("unused-by-age").rows] == counted


def test_how_soon_it_was_used(units: list[Unit]) -> None:
    hours = [1, 24, 7 * 24, 30 * 24, 90 * 24, 365 * 24, 10**9]
    counted = [0] * (len(hours) + 2)
    for unit in units:
        if unit.issued_at is None:
            continue
        if unit.used_at is None:
            counted[-2 if unit.stands in OPEN else -1] += 1
        else:
            took = (unit.used_at - unit.issued_at).total_seconds() / 3600
            counted[next(n for n, most in enumerate(hours) if took < most)] += 1

    figured = made("time-to-use")

    assert [row[1].value for row in figured.rows] == counted
    assert figured.total[1].value == sum(counted)


def test_which_share_was_refunded_withdrawn_or_expired(units: list[Unit]) -> None:
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for unit in units:
        if unit.issued_at:
            fate = "back" if unit.refund else unit.stands
            counted[unit.month].update([fate, "all"])
            if unit.refund and unit.refund.decision != "revoke":
                counted[unit.month]["undone"] += 1

    found = table(made("refunds-and-expiry"))

    assert found.keys() == counted.keys()
    for month, (whole, back, undone, part, gone, over, lost) in found.items():
        one = counted[month]
        assert (whole, back, undone) == (one["all"], one["back"], one["undone"])
        assert (gone, over) == (one["revoked"], one["expired"])
        assert (part, lost) == (pytest.approx(back / whole), pytest.approx(over / whole))


def month_ends(months: Iterable[str], at: datetime) -> dict[str, datetime]:
    found = {}
    for month in months:
        begin = datetime.fromisoformat(f"{month}-01").replace(tzinfo=UTC)
        found[month] = min(
            (begin + timedelta(days=32)).replace(day=1) - timedelta(microseconds=1), at
        )
    return found


def test_what_is_owed_in_units_at_the_end_of_every_month(units: list[Unit], at: datetime) -> None:
    found = {str(row[0].value): [cell.value for cell in row[1:]] for row in made("liability").rows}

    assert len(found) > 12
    assert list(found)[-1] == f"{at:%Y-%m}"
    before = 0
    for month, moment in month_ends(found, at).items():
        begin, *changes, end = found[month]
        assert begin == before
        assert begin + sum(changes) == end
        assert end == sum(unit.sold and unit.was_open(moment) for unit in units), month
        before = end
    assert before == sum(unit.sold and unit.stands in OPEN for unit in units)


def test_what_is_owed_in_money_each_currency_apart(units: list[Unit], at: datetime) -> None:
    priced = list(worth(units))
    figured = made("liability-in-money")
    found = {(str(row[0].value), str(row[1].value)): row[2:] for row in figured.rows}

    assert {currency for currency, _month in found} == {"USD", "EUR", "JPY"}
    for (currency, month), cells in found.items():
        moment = month_ends([month], at)[month]
        owed = sum(
            amount for unit, amount in priced if unit.currency == currency and unit.was_open(moment)
        )
        assert cells[-1] == Cell(owed, currency), (currency, month)
        assert cells[0].value + sum(cell.value for cell in cells[1:-1]) == owed
    assert figured.total == ()


def test_what_was_refunded_in_money(units: list[Unit]) -> None:
    sold: Counter[tuple[str, str]] = Counter()
    back: Counter[tuple[str, str]] = Counter()
    for unit, amount in worth(units):
        sold[unit.currency, unit.month] += amount
        back[unit.currency, unit.month] += amount if unit.refund else 0

    rows = made("refunds-in-money").rows

    told = {(str(row[0].value), str(row[1].value)): row[2:] for row in rows if row[2].value}
    assert {key: cells[0].value for key, cells in told.items()} == +sold
    assert {key: cells[1].value for key, cells in told.items() if cells[1].value} == +back


def test_exceptions_by_kind_and_age(at: datetime) -> None:
    ExceptionCase.objects.all().delete()
    for number, days in enumerate((0, 2, 5, 30, 31)):
        case = park(
            kind=ExceptionKind.POISON_MESSAGE, key=f"evt_{number}", evidence={}, by=SYSTEM, at=at
        )
        ExceptionCase.objects.filter(pk=case.pk).update(opened_at=now() - timedelta(days=days))
    ExceptionCase.objects.filter(pk=case.pk).update(resolved_at=now())

    waiting, settled = made("exceptions-open"), made("exceptions-settled")

    assert [cell.value for cell in waiting.rows[0][1:]] == [1, 1, 1, 1, 4]
    assert [cell.value for cell in settled.rows[0][1:3]] == [5, 1]
    assert settled.rows[0][3].value == pytest.approx(31 * 24, abs=1)


def test_what_operators_did(units: list[Unit]) -> None:
    ours = {unit.one.pk for unit in units}
    counted = Counter(
        entry.act_name
        for entry in Entry.objects.filter(actor_kind="operator")
        if entry.entitlement_id in ours
    )

    found: Counter[str] = Counter()
    for row in made("operators").rows:
        found[str(row[1].value).lower().replace(" ", "_")] += int(row[2].value or 0)  # type: ignore[arg-type]

    assert {name: found[name] for name in counted} == counted


def test_narrowed_down_each_figure_is_a_part_of_the_whole(world: World, units: list[Unit]) -> None:
    only = [unit for unit in units if unit.one.product_id == world.cats.pk]
    clinic = [unit for unit in units if unit.one.partner_id]

    assert made("by-state", product="CAT").total[1].value == len(only)
    assert made("by-state", partner="clinic").total[1].value == len(clinic)
    assert made("by-state", partner="-").total[1].value == len(units) - len(clinic)
    assert made("by-state", connection="till").total[1].value == 2
    assert made("by-state", test=ForTests.YES).total[1].value == 7
    assert made("by-state", test=ForTests.ALL).total[1].value == len(units) + 7


def test_a_period_leaves_the_balance_as_it_was(at: datetime) -> None:
    whole = {row[0].value: row for row in made("liability").rows}
    begin = (at - timedelta(days=70)).date().replace(day=1)

    part = made("liability", since=begin).rows

    assert [row[0].value for row in part] == [m for m in whole if str(m) >= f"{begin:%Y-%m}"]
    assert all(whole[row[0].value] == row for row in part)


def test_counting_again_replaces_the_count(at: datetime) -> None:
    tallies = Tally.objects.count()

    again = count_figures(by=SYSTEM, at=now())

    assert Counting.objects.get() == newest_count() == again
    assert Tally.objects.count() == tallies
    assert again.units == Entitlement.objects.count()


def test_figures_of_nothing(db: None) -> None:
    count_figures(by=SYSTEM, at=now())

    for figure in FIGURES:
        figured = figure.make(FigureFilter(), now())
        assert all(chart.is_empty for chart in figured.charts)
    assert tallied("stock", FigureFilter()) == []


def test_before_the_first_count_there_is_nothing(db: None) -> None:
    assert newest_count() is None
    assert made("by-state").total[1].value == 0
    assert made("liability").rows == ()


def test_months_and_names_are_checked() -> None:
    assert FigureFilter.from_query({"since": "2026-02"}).since == date(2026, 2, 1)
    for query in ({"since": "2026-13"}, {"until": "soon"}, {"product": "NONE"}, {"nothing": "1"}):
        with pytest.raises(FilterWrong):
            FigureFilter.from_query(query)
    with pytest.raises(NotFound):
        figure_of("nothing")


def test_half_and_nine_of_ten() -> None:
    hours = {0: 5, 3: 4, 504: 1}

    assert (at_share(hours, 0.5), at_share(hours, 0.9), at_share(hours, 1)) == (0, 3, 504)
    assert (spoken(0), spoken(3), spoken(504)) == ("1 hour", "4 hours", "30 days")
    assert spoken(730 * 24) == "more than 730 days"


def test_spans_begin_where_steps_do() -> None:
    assert {hours for hours, _label in SPANS} <= set(STEPS)
