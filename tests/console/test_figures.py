"""The figures in the console: shown, narrowed down, exported, counted again."""

import csv
import io
import re
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.test import Client
from tests.console.conftest import SignedIn
from tests.figures import make_world

from counterfoil.console.charts import drawn, named_month
from counterfoil.effects.counting import FRESH, REST, count_due
from counterfoil.models import AuditEntry, Counting
from counterfoil.operations.count_figures import count_figures
from counterfoil.queries.figure_list import FIGURES
from counterfoil.queries.figured import Chart, Series, Tone
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import now

pytestmark = pytest.mark.django_db
ALL = "/console/figures/"


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def lines_of(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode().removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text)))


@pytest.fixture
def counted() -> Counting:
    make_world()
    return count_figures(by=SYSTEM, at=now())


def test_all_figures_are_on_one_page_and_each_on_its_own(
    counted: Counting, support: Client
) -> None:
    page = text_of(support.get(ALL))

    assert "Items for tests are left out." in page
    assert f"{counted.units} entitlements" in page
    for figure in FIGURES:
        assert f'href="{ALL}{figure.slug}/"' in page
        own = text_of(support.get(f"{ALL}{figure.slug}/"))
        assert str(figure.title) in own
        assert "What exactly this counts" in own
        for sentence in figure.means:
            assert str(sentence).split("'")[0] in own


def test_charts_are_drawings_with_a_name_and_a_description(
    counted: Counting, support: Client
) -> None:
    for figure in FIGURES:
        page = text_of(support.get(f"{ALL}{figure.slug}/"))
        for drawing in re.findall(r"<svg class=\"columns-chart\".*?</svg>", page, re.DOTALL):
            svg = ET.fromstring(drawing)  # noqa: S314 - our own
            named = svg.attrib["aria-labelledby"].split()
            assert svg.attrib["role"] == "img"
            assert [one.text for one in svg if one.attrib.get("id") in named] != []
            assert not re.search(r" style=|<style|<script", drawing)


def test_what_is_narrowed_down_says_so_and_leads_to_the_list(
    counted: Counting, support: Client
) -> None:
    narrowed = text_of(support.get(f"{ALL}by-state/", {"product": "CAT"}))
    elsewhere = text_of(support.get(f"{ALL}exceptions-open/", {"product": "CAT"}))

    assert '<option value="CAT" selected>' in narrowed
    assert re.search(r"/console/entitlements/\?state=issued&amp;product=CAT", narrowed)
    assert "cannot be narrowed down by: Product" in elsewhere


@pytest.mark.parametrize(
    "query", ["since=2026-13", "since=2026-05&until=2026-01", "product=NONE", "colour=red"]
)
def test_a_wrong_filter_shows_nothing_and_says_why(
    query: str, counted: Counting, support: Client
) -> None:
    for where in (ALL, f"{ALL}by-state/"):
        answer = support.get(f"{where}?{query}")

        assert answer.status_code == 400
        assert "Nothing is shown" in text_of(answer)
        assert "<table" not in text_of(answer)
    exported = support.post(f"{ALL}by-state/file/?{query}")
    assert exported.status_code == 302
    assert not AuditEntry.objects.filter(act="export").exists()


def test_a_file_has_what_the_page_has_and_is_written_down(
    counted: Counting, signed_in: SignedIn
) -> None:
    finance = signed_in("Finance")

    units = lines_of(finance.post(f"{ALL}liability/file/?product=CAT"))
    amounts = lines_of(finance.post(f"{ALL}liability-in-money/file/"))

    assert units[0][:2] == ["Month", "At its beginning"]
    assert [int(cell) for row in units[1:] for cell in row[1:]] != []
    yen = [row for row in amounts if row[0] == "JPY"]
    assert all("." not in cell for row in yen for cell in row[2:])
    assert {row[0] for row in amounts[1:]} == {"USD", "EUR", "JPY"}
    assert any(cell.startswith("-") for row in amounts for cell in row)  # a number is no formula
    [first, _second] = AuditEntry.objects.filter(act="export").order_by("at")
    assert first.data == {
        "list": "figure:liability",
        "query": "product=CAT",
        "rows": len(units) - 1,
    }


def test_who_may_not_export_sees_figures_and_no_button(
    counted: Counting, signed_in: SignedIn
) -> None:
    support_1 = signed_in("Support 1")

    assert "As a file" not in text_of(support_1.get(f"{ALL}by-state/"))
    assert "Count again" not in text_of(support_1.get(ALL))
    assert support_1.post(f"{ALL}by-state/file/").status_code == 403
    assert support_1.post(f"{ALL}count/").status_code == 403
    assert not AuditEntry.objects.filter(act="export").exists()


def test_before_the_first_count_it_says_so_and_can_be_counted(support: Client) -> None:
    before = text_of(support.get(ALL))
    done = support.post(f"{ALL}count/")

    assert "Nothing has been counted yet" in before
    assert done["Location"] == ALL
    assert Counting.objects.count() == 1
    assert "Nothing has been counted yet" not in text_of(support.get(ALL))
    assert "There is nothing to show." in text_of(support.get(ALL))


def test_what_takes_long_is_left_to_the_worker(support: Client) -> None:
    count_figures(by=SYSTEM, at=now())
    Counting.objects.update(seconds=60)

    assert "Count again" not in text_of(support.get(ALL))


def test_the_worker_counts_again_when_the_count_is_old() -> None:
    at = now()

    assert count_due(at=at) == 1
    assert count_due(at=at + FRESH - timedelta(seconds=1)) == 0
    assert count_due(at=at + FRESH) == 1
    Counting.objects.update(seconds=120)
    assert count_due(at=at + 2 * FRESH) == 0
    assert count_due(at=at + FRESH + timedelta(seconds=REST * 120)) == 1


def test_an_unknown_figure_is_not_there(support: Client) -> None:
    assert support.get(f"{ALL}nothing/").status_code == 404
    assert support.post(f"{ALL}nothing/file/").status_code == 404


def test_bars_add_up_and_months_are_named() -> None:
    two = (Series("a", Tone.USED), Series("b", Tone.GONE))
    lying = Chart(title="t", series=two, points=(("x", (3, 1)), ("y", (0, 2))))
    months = tuple((f"2026-{number:02}", (number * 100,)) for number in range(1, 13))
    standing = Chart(title="t", series=two[:1], points=months, stands=True, currency="USD")

    bars = drawn(lying)["bars"]
    columns = drawn(standing)

    assert [(piece.begin, piece.size) for piece in bars[0].pieces] == [(0, 75), (75, 25)]
    assert sum(piece.size for piece in bars[1].pieces) == 50
    assert drawn(lying, most=1)["left_out"] == 1
    assert [one["label"] for one in columns["lines"]] == ["$10", "$20"]
    assert columns["bars"][-1].is_named
    assert all(bar.begin >= 0 and bar.begin + bar.width <= 100 for bar in columns["bars"])
    assert "Dec 2026" in columns["says"]
    assert named_month("2026-02") == "Feb 2026"
    assert named_month("All") == "All"
