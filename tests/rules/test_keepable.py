"""What can be kept, and where stands what cannot."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.rules.answers import judge
from counterfoil.rules.keepable import DEEPEST, LARGEST, flaw_in

round_and_round: list[Any] = []
round_and_round.append(round_and_round)


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("a\0", ()),
        ("\ud800", ()),
        (float("nan"), ()),
        (-float("inf"), ()),
        (LARGEST + 1, ()),
        (-(10**5_000), ()),
        ({"a": [1, {"b": "\0"}]}, ("a", "1", "b")),
        ({"a": {"\0": 1}}, ("a",)),
        ({"a": {7: 1}}, ("a",)),
        (({"a": ("x", float("inf"))},), ("0", "a", "1")),
        (round_and_round, ("0",) * DEEPEST),
    ],
    ids=["nul", "half", "nan", "inf", "65-bits", "endless", "deep", "name", "7", "tuple", "round"],
)
def test_the_first_flaw_is_found_where_it_stands(value: Any, at: tuple[str, ...]) -> None:
    flaw = flaw_in(value)

    assert flaw is not None
    assert flaw.at == at


plain = st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters())


@given(st.recursive(plain, lambda one: st.lists(one) | st.dictionaries(st.text(), one)))
def test_what_has_no_flaw_can_be_written_down(value: Any) -> None:
    if flaw_in(value) is None:
        written = json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
        assert b"\\u0000" not in written
        assert json.loads(written) == value


def test_a_number_that_no_step_can_be_counted_to_is_none() -> None:
    schema = {"type": "object", "properties": {"weight": {"type": "number", "multipleOf": 0.5}}}

    _, wrong = judge(schema, {"weight": 10**400})

    assert [(one.field, one.code) for one in wrong] == [("weight", "no_number")]
