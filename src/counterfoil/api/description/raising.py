"""What the functions behind an operation say they raise."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from functools import cache
from types import FunctionType, ModuleType
from typing import Any

from counterfoil import errors
from counterfoil.errors import CounterfoilError

SAID = re.compile(r":raises (\w+):(.*?)(?=:raises |\Z)", re.DOTALL)
ALSO = re.compile(r"[A-Z]\w+")
AS_ANOTHER = re.compile(r":func:`(\w+)`")
OURS = "counterfoil."
Kind = type[CounterfoilError]


def raised_by(view: Callable[..., Any]) -> frozenset[Kind]:
    """
    Give the errors that a view may raise, as far as its functions say.

    A function that says what it raises is taken at its word, and at that of the functions it refers
    to. One that says nothing is looked into: the errors it makes, and what is said by the functions
    it names.
    """
    found: set[Kind] = set()
    waiting, seen = [inspect.unwrap(view)], set[Any]()
    while waiting:
        function = waiting.pop()
        if function in seen:
            continue
        seen.add(function)
        said, named = _facts(function)
        found |= said
        waiting.extend(named)
    return frozenset(found)


def said_by(function: Callable[..., Any]) -> frozenset[Kind]:
    """Give the errors that a docstring names."""
    space = getattr(inspect.unwrap(function), "__globals__", {})
    names = [
        name
        for first, rest in SAID.findall(function.__doc__ or "")
        for name in (first, *ALSO.findall(rest.partition("; also")[2]))
    ]
    found = frozenset(filter(None, (_error(name, space) for name in names)))
    return found - {CounterfoilError}  # "whatever it refuses" says nothing


@cache
def _facts(function: FunctionType) -> tuple[frozenset[Kind], tuple[FunctionType, ...]]:
    said, space = said_by(function), function.__globals__
    if said:
        referred = map(space.get, AS_ANOTHER.findall(function.__doc__ or ""))
        return said, tuple(filter(None, map(_ours, referred)))
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError):
        return frozenset(), ()  # without its source nothing is known of it
    return frozenset(_raises(tree, space)), tuple(_named(tree, space))


def _raises(tree: ast.AST, space: dict[str, Any]) -> Iterator[Kind]:
    for node in ast.walk(tree):
        made = node.func if isinstance(node, ast.Call) else None
        made = node.exc if isinstance(node, ast.Raise) else made
        if isinstance(made, ast.Name) and (found := _error(made.id, space)):
            yield found


def _named(tree: ast.AST, space: dict[str, Any]) -> Iterator[FunctionType]:
    for node in ast.walk(tree):
        found = _ours(_resolved(node, space)) if isinstance(node, ast.expr) else None
        if found is not None:
            yield found


def _ours(known: Any) -> FunctionType | None:
    found: Any = inspect.unwrap(known) if callable(known) else None
    found = found.__func__ if inspect.ismethod(found) else found
    if not isinstance(found, FunctionType):
        return None
    return found if found.__module__.startswith(OURS) else None


def _resolved(node: ast.expr, space: dict[str, Any]) -> Any:
    """Give what a dotted name means, through modules and classes, or ``None``."""
    if isinstance(node, ast.Name):
        return space.get(node.id)
    if not isinstance(node, ast.Attribute):
        return None
    owner = _resolved(node.value, space)
    is_known = isinstance(owner, ModuleType | type) and owner.__name__.startswith(OURS)
    is_ours = isinstance(owner, type) and owner.__module__.startswith(OURS)
    return getattr(owner, node.attr, None) if is_known or is_ours else None


def _error(name: str, space: dict[str, Any]) -> Kind | None:
    found = space.get(name, getattr(errors, name, None))
    return found if isinstance(found, type) and issubclass(found, CounterfoilError) else None
