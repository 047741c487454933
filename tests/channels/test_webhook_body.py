"""Reading bytes that strangers wrote."""

import json

import pytest

from counterfoil.channels.webhook_body import DEPTH_LIMIT, SIZE_LIMIT, depth, parse
from counterfoil.errors import Malformed, TooLarge

COVERS = {"F9": ["test_reads_an_object_with_numbers_beyond_what_javascript_holds", "test_refuses"]}


def nested(levels: int) -> bytes:
    return b'{"a":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


def test_reads_an_object_with_numbers_beyond_what_javascript_holds() -> None:
    assert parse(b'{"id": 820982911946154508, "x": 1.5, "y": [null, true]}') == {
        "id": 820982911946154508,
        "x": 1.5,
        "y": [None, True],
    }


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{", id="half an object"),
        pytest.param(b"[]", id="not an object"),
        pytest.param(b'"text"', id="text"),
        pytest.param(b'{"a": 1} {"b": 2}', id="two objects"),
        pytest.param(b'{"a": NaN}', id="not a number"),
        pytest.param(b'{"a": Infinity}', id="infinite"),
        pytest.param(b'{"a": -Infinity}', id="infinitely little"),
        pytest.param(b'{"a": 1e999}', id="larger than any float"),
        pytest.param(b'{"a": ' + b"9" * 5000 + b"}", id="five thousand digits"),
        pytest.param(b'{"a": 1, "a": 2}', id="the same key twice"),
        pytest.param(b'{"o": {"a": 1, "a": 1}}', id="the same key twice further down"),
        pytest.param(b'{"a": 1, "\\u0061": 2}', id="the same key in disguise"),
        pytest.param(b'{"a": "\xff"}', id="not UTF-8"),
        pytest.param(b'\xef\xbb\xbf{"a": 1}', id="byte order mark"),
        pytest.param('{"a": 1}'.encode("utf-16"), id="UTF-16"),
        pytest.param(b'{"a": "\\ud800"}', id="half a character"),
        pytest.param(b'{"a": "line\nbreak"}', id="a line break inside text"),
        pytest.param(nested(DEPTH_LIMIT + 1), id="one level too deep"),
        pytest.param(b"[" * 200_000, id="a bomb of brackets"),
        pytest.param(b'{"a":' * 50_000, id="a bomb of objects"),
    ],
)
def test_refuses(body: bytes) -> None:
    with pytest.raises(Malformed):
        parse(body)


def test_allows_the_deepest_that_is_allowed() -> None:
    assert depth(nested(DEPTH_LIMIT)) == DEPTH_LIMIT
    parse(nested(DEPTH_LIMIT))


def test_does_not_count_brackets_in_text() -> None:
    assert depth(json.dumps({"a": '[[[[{{"\\[['}).encode()) == 1


def test_passes_over_text_without_an_end_only_once() -> None:
    # Were it quadratic, this would take minutes.
    assert depth(b'"\\' * 100_000) == 0


def test_refuses_what_is_too_long_before_reading_it() -> None:
    with pytest.raises(TooLarge):
        parse(b" " * (SIZE_LIMIT + 1))
    with pytest.raises(TooLarge):
        parse(b'{"a": 1}', limit=7)
    assert parse(b'{"a": 1}', limit=8) == {"a": 1}
