"""
What can be kept of a value from outside, however deep inside something stands.

PostgreSQL has no room for NUL, UTF-8 none for half a character, JSON none for a number that is
none; and a whole number of a thousand digits ends whatever calculates with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

LARGEST = 2**64 - 1
DEEPEST = 64

NUL = "A NUL character cannot be kept."
HALF = "Half a character cannot be kept."
NO_NUMBER = "This is not a number."
TOO_LARGE = "A whole number has 64 bits at most."
NO_NAME = "The name of a field is a text."
TOO_DEEP = "This is nested too deeply."


@dataclass(frozen=True, slots=True)
class Flaw:
    """What cannot be kept: where it stands, from the outside in, and why not."""

    at: tuple[str, ...]
    says: str


def flaw_in(value: Any) -> Flaw | None:
    """
    Give the first thing inside a value that cannot be kept, if there is one.

    Texts, numbers, lists and mappings are looked into; whoever takes a value says what else it
    may be.
    """
    return _flaw(value, ())


def _flaw(value: Any, at: tuple[str, ...]) -> Flaw | None:
    says = ""
    match value:
        case str():
            says = _of_text(value)
        case bool():
            pass
        case int():
            says = TOO_LARGE if abs(value) > LARGEST else ""
        case float():
            says = "" if isfinite(value) else NO_NUMBER
        case Mapping() | list() | tuple() if len(at) >= DEEPEST:
            says = TOO_DEEP
        case Mapping():
            says = next(filter(None, map(_of_name, value)), "")
            return Flaw(at, says) if says else _inside(value.items(), at)
        case list() | tuple():
            return _inside(((str(place), one) for place, one in enumerate(value)), at)
        case _:
            pass
    return Flaw(at, says) if says else None


def _inside(parts: Iterable[tuple[str, Any]], at: tuple[str, ...]) -> Flaw | None:
    found = (_flaw(one, (*at, place)) for place, one in parts)
    return next(filter(None, found), None)


def _of_name(name: Any) -> str:
    return _of_text(name) if isinstance(name, str) else NO_NAME


def _of_text(text: str) -> str:
    if "\x00" in text:
        return NUL
    try:
        text.encode()
    except UnicodeEncodeError:
        return HALF
    return ""
