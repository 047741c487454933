"""Reading a message strictly: what two readers could understand differently is refused."""

import json
import math
import re
from typing import Any, NoReturn

from counterfoil.errors import Malformed, TooLarge

SIZE_LIMIT = 256 * 1024
DEPTH_LIMIT = 64

# The closing quote is optional so that a string without one is passed over once, not at every step.
_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)


def parse(body: bytes, *, limit: int = SIZE_LIMIT) -> dict[str, Any]:
    """
    Read a JSON object from the bytes of a message.

    Duplicate keys, numbers that are not numbers, half characters and deep nesting are refused:
    where one reader takes the first and another the last, a signature protects neither.

    :raises TooLarge: if the body is longer than the limit.
    :raises Malformed: if it is not one plain JSON object in UTF-8.
    """
    refuse_oversize(body, limit=limit)
    if depth(body) > DEPTH_LIMIT:
        raise Malformed("nested too deeply")
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_unique,
            parse_constant=_not_a_number,
            parse_float=_finite,
        )
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise Malformed("not JSON") from error
    if not isinstance(value, dict):
        raise Malformed("not an object")
    _refuse_half_characters(value)
    return value


def refuse_oversize(body: bytes, *, limit: int = SIZE_LIMIT) -> None:
    """
    Do nothing, unless the body is too long to be looked at.

    :raises TooLarge: if the body is longer than the limit.
    """
    if len(body) > limit:
        raise TooLarge(f"{len(body)} bytes, {limit} allowed")


def depth(body: bytes) -> int:
    """Count how many brackets are open at once, at most, without building anything."""
    deepest = now = 0
    for token in _TOKENS.finditer(body):
        match token.group():
            case b"[" | b"{":
                now += 1
                deepest = max(deepest, now)
            case b"]" | b"}":
                now -= 1
            case _:
                pass
    return deepest


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("a key appears twice")
    return found


def _not_a_number(text: str) -> NoReturn:
    raise Malformed(f"{text} is not a number")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise Malformed("a number is out of range")
    return number


def _refuse_half_characters(value: dict[str, Any]) -> None:
    # An escaped lone surrogate survives the decoder and fails later, wherever the text is written.
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise Malformed("half a character") from error
