"""Reading, writing and dividing money."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.rules.money import EXPONENTS, decimal_text, exponent, minor_units, split

COVERS = {"F45": ["test_reads_decimals_by_the_places_of_the_currency", "test_loses_nothing"]}


def test_gives_the_odd_unit_to_whoever_was_rounded_off_most() -> None:
    assert split(100, {"a": 1, "b": 1, "c": 1}) == {"a": 34, "b": 33, "c": 33}
    assert split(10, {"a": 5, "b": 1}) == {"a": 8, "b": 2}


def test_divides_equally_without_weights() -> None:
    assert split(3, {"a": 0, "b": 0}) == {"a": 2, "b": 1}


def test_gives_nothing_to_nobody() -> None:
    assert split(5, {}) == {}


def test_refuses_to_divide_what_is_not_there() -> None:
    with pytest.raises(ValueError, match="can be divided"):
        split(-1, {"a": 1})
    with pytest.raises(ValueError, match="can be divided"):
        split(1, {"a": -1})


@given(
    st.integers(min_value=0, max_value=10**15),
    st.dictionaries(st.text(max_size=3), st.integers(min_value=0, max_value=10**12), min_size=1),
)
def test_loses_nothing(amount: int, weights: dict[str, int]) -> None:
    parts = split(amount, weights)

    assert sum(parts.values()) == amount
    assert parts.keys() == weights.keys()
    total = sum(weights.values())
    if total:
        for name, part in parts.items():
            assert abs(part - amount * weights[name] / total) <= max(1, amount * 1e-12)


@pytest.mark.parametrize(
    ("amount", "currency", "units"),
    [
        ("114.00", "USD", 11_400),
        ("114", "usd", 11_400),
        ("0.1", "EUR", 10),
        ("-9.99", "EUR", -999),
        ("1140", "JPY", 1140),
        ("1140.0", "JPY", 1140),
        ("1.234", "KWD", 1234),
        ("0.0001", "CLF", 1),
        ("10.005", "USD", 1001),
        ("10.0049", "USD", 1000),
        ("999999999999999.99", "USD", 99_999_999_999_999_999),
    ],
)
def test_reads_decimals_by_the_places_of_the_currency(
    amount: str, currency: str, units: int
) -> None:
    assert minor_units(amount, currency) == units


@pytest.mark.parametrize(
    "amount",
    [
        "",
        "NaN",
        "1e3",
        "1,00",
        "Infinity",
        "1.",
        ".5",
        "--1",
        "1 ",
        "\u0663.\u0660\u0660",
        "9" * 16,
    ],
)
def test_refuses_what_is_no_amount(amount: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        minor_units(amount, "USD")


@given(
    st.integers(min_value=0, max_value=10**14),
    st.sampled_from(sorted([*EXPONENTS, "USD", "EUR"])),
)
def test_reads_what_it_wrote(amount: int, currency: str) -> None:
    written = decimal_text(amount, currency)
    assert minor_units(written, currency) == amount
    assert len(written.partition(".")[2]) == exponent(currency)
