"""The acts, from the catalogue and from what each says of itself."""

import inspect
import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

from counterfoil import operations as catalogue
from counterfoil.queries.words import REASONS

from .markdown import code, prose, raised, table

HIDDEN = {"by", "at"}  # every act takes them


def groups() -> dict[str, list[str]]:
    """Give the acts by the headings of the catalogue."""
    found: dict[str, list[str]] = {}
    heading = ""
    for line in (catalogue.__doc__ or "").splitlines():
        if re.fullmatch(r"[A-Z][A-Za-z ]*", line):
            heading = line
            found[heading] = []
        elif line.startswith("    "):
            found[heading] += re.findall(r"\w+", line)
    return found


def act(name: str) -> Callable[..., Any]:
    """Give the function of an act."""
    function: Callable[..., Any] = getattr(import_module(f"counterfoil.operations.{name}"), name)
    return function


def operations() -> str:
    """Write every act under its heading."""
    parts = []
    for heading, names in groups().items():
        parts.append(f"## {heading}")
        parts += [_described(name) for name in names]
    return "\n\n".join(parts)


def reasons() -> str:
    """Write the reasons staff may give."""
    return table(["reason", "words"], ([code(key), words] for key, words in REASONS.items()))


def _described(name: str) -> str:
    function = act(name)
    doc = inspect.getdoc(function)
    given = ", ".join(
        _parameter(one)
        for one in inspect.signature(function).parameters.values()
        if one.name not in HIDDEN
    )
    parts = [f"### `{name}`", f"Takes {given or 'nothing else'}.", prose(doc)]
    if errors := raised(doc):
        parts.append(table(["raises", "when"], ([code(one), when] for one, when in errors)))
    return "\n\n".join(parts)


def _parameter(one: inspect.Parameter) -> str:
    return code(one.name) if one.default is one.empty else f"{code(one.name)} (optional)"
