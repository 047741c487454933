"""How money, times and codes are written."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from counterfoil.templatetags.counterfoil_tags import (
    groups,
    hyphened,
    icon,
    masked,
    money,
    spelled,
    when,
    when_plain,
)

MOMENT = datetime(2026, 11, 21, 10, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minor", "currency", "language", "written"),
    [
        (8900, "EUR", "en", "€89.00"),
        (8900, "EUR", "de", "89,00\xa0€"),
        (500, "JPY", "en", "¥500"),
        (1234, "KWD", "en", "KWD\xa01.234"),
        (0, "EUR", "en", "€0.00"),
    ],
)
def test_money_has_the_decimals_of_its_currency(
    minor: int, currency: str, language: str, written: str
) -> None:
    with translation.override(language):
        assert money(minor, currency) == written


def test_an_unknown_language_falls_back_to_english() -> None:
    with translation.override("tlh"):
        assert money(100, "EUR") == "€1.00"


@pytest.mark.parametrize(
    ("zone", "named"),
    [("Europe/Berlin", "11:04 CET"), ("UTC", "10:04 UTC"), ("Asia/Dubai", "14:04 UTC+04")],
)
def test_a_moment_names_the_zone_it_is_told_in(zone: str, named: str) -> None:
    with timezone.override(ZoneInfo(zone)), translation.override("en"):
        written = when(MOMENT, "exact")

    assert written.startswith('<time datetime="2026-11-21T10:04:12+00:00"')
    assert f">Nov 21, 2026, {named}</time>" in written


def test_a_moment_tells_the_place_whose_zone_it_is_told_in() -> None:
    with timezone.override(ZoneInfo("America/Mexico_City")), translation.override("en"):
        assert 'title="Nov 21, 2026, 04:04:12 CST (America/Mexico City)"' in when(MOMENT)
        assert when_plain(MOMENT) == "November 21, 2026"
        assert when_plain(MOMENT, "moment") == "November 21, 2026, 4:04\u202fAM CST"


def test_a_missing_moment_is_not_written() -> None:
    assert when(None) == ""
    assert when_plain(None) == ""


@pytest.mark.parametrize("code", ["7K3M9QXT2B5NRWE0", "7K3M-9QXT-2B5N-RWE0"])
def test_a_code_is_cut_into_groups_of_four(code: str) -> None:
    assert groups(code) == ["7K3M", "9QXT", "2B5N", "RWE0"]
    assert hyphened(code) == "7K3M-9QXT-2B5N-RWE0"
    assert spelled(code) == "7 K 3 M, 9 Q X T, 2 B 5 N, R W E 0"


def test_a_masked_code_shows_its_last_four_only() -> None:
    assert "••••-••••-••••-RWE0" in masked("RWE0")
    assert "code ending in R W E 0" in masked("RWE0")


def test_what_is_masked_or_drawn_cannot_carry_markup() -> None:
    assert "<script" not in masked("<script>")
    assert "<script" not in icon("<script>")
