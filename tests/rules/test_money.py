"""Dividing money."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.rules.money import split


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
