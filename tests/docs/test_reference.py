"""Whatever has a public name is in the reference, and is explained there."""

import inspect
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import fields
from enum import Enum
from functools import cache
from typing import Any

import pytest

from counterfoil.models import DeliveryKind, HoldKind
from counterfoil.queries.invariants import INVARIANTS
from counterfoil.rules.events import EventType
from counterfoil.rules.exceptions import declared_kinds
from counterfoil.rules.grants import GrantCategory
from counterfoil.rules.lifecycle import Move, PublicState, State
from counterfoil.rules.permissions import WORDS, Permission
from counterfoil.rules.scopes import Scope
from counterfoil.rules.terms import Terms
from tests.docs.pages import (
    DOCS,
    acts,
    commands,
    filled,
    interface,
    operating,
    pages,
    reference,
    testing,
    words,
)


@cache
def shown() -> str:
    return reference()


def unexplained(names: Iterable[str]) -> list[str]:
    """Give the names that no row of a table and no heading of the reference explains."""
    text = shown()
    return [
        name
        for name in names
        if not re.search(rf"^(\| *|#+ )`{re.escape(name)}`", text, re.MULTILINE)
    ]


NAMED: Mapping[str, Callable[[], Iterable[str]]] = {
    "operations": lambda: [name for names in acts.groups().values() for name in names],
    "errors": lambda: [one.code for one in interface.all_errors()],
    "settings": lambda: [f"COUNTERFOIL_{name}" for name in operating.all_settings()],
    "channels": operating.all_channels,
    "commands": lambda: [*commands.all_commands(), *commands.all_django_commands()],
    "checks": lambda: [name for name, _, _ in operating.all_checks()],
    "scopes": lambda: [one.value for one in Scope],
    "events": lambda: [one.value for one in EventType],
    "exceptions": lambda: [one.name for one in declared_kinds()],
    "invariants": lambda: [one.name for one in INVARIANTS],
    "permissions": lambda: [one.full_name for one in Permission],
    "states": lambda: [one.value for one in State],
    "moves": lambda: [one.value for one in Move],
    "terms": lambda: [one.name for one in fields(Terms)],
    "counterfoil.testing": lambda: [
        name for names in testing.all_names().values() for name, _ in names
    ],
    "calls of the API": lambda: [
        f"{method.upper()} {path}"
        for path, methods in json.loads(interface.OPENAPI.read_text())["paths"].items()
        for method in methods
    ],
}


@pytest.mark.parametrize("kind", NAMED)
def test_every_public_name_is_in_the_reference(kind: str) -> None:
    names = list(NAMED[kind]())
    assert names
    assert unexplained(names) == []


def test_a_name_that_is_nowhere_is_found() -> None:
    assert unexplained(["teleport"]) == ["teleport"]


@pytest.mark.parametrize(
    ("table", "known"),
    [
        (words.STATES, State),
        (words.MOVES, Move),
        (words.PUBLIC_STATES, PublicState),
        (words.SCOPES, Scope),
        (words.GRANTS, GrantCategory),
        (words.HOLDS, HoldKind),
        (words.MAILS, DeliveryKind),
        (words.TERMS, [one.name for one in fields(Terms)]),
        (WORDS, Permission),
    ],
    ids=lambda it: getattr(it, "__name__", ""),
)
def test_everything_is_explained_and_nothing_else(
    table: Mapping[Any, str], known: Collection[Enum | str]
) -> None:
    assert set(table) == set(known)
    assert [one for one, meaning in table.items() if not meaning.strip()] == []


def test_every_invariant_keeps_a_promise_that_is_made() -> None:
    assert {one.promise for one in INVARIANTS} - set(words.PROMISES) == set()


def test_everything_generated_has_a_description() -> None:
    lacking = [one.code for one in interface.all_errors() if not vars(one).get("__doc__")]
    lacking += [name for name, (_, meaning) in operating.all_settings().items() if not meaning]
    lacking += [
        name
        for names in acts.groups().values()
        for name in names
        if not inspect.getdoc(acts.act(name))
    ]
    lacking += [one.name for one in INVARIANTS if not one.says]
    lacking += [name for names in testing.all_names().values() for name, is_ in names if not is_]
    lacking += [
        f"{method} {path}"
        for path, methods in json.loads(interface.OPENAPI.read_text())["paths"].items()
        for method, operation in methods.items()
        if not operation.get("summary") or not operation.get("description")
    ]
    lacking += [
        f"{name} {option.dest}"
        for found in (commands.all_commands(), commands.all_django_commands())
        for name, (says, takes) in found.items()
        for option in takes
        if not says or not (option.help or option.choices)
    ]
    assert lacking == []


def test_a_command_is_told_with_what_it_takes() -> None:
    page = filled(DOCS / "reference" / "commands.md")
    assert "| `counterfoil up` | Serve the pages, the API and the console. |" in page
    assert "| `--lock-timeout` | `2.0` | how long to wait for a table |" in page
    assert "counterfoil keys rotate {index,seal,personal,secret}" in page
    assert "--verbosity` |" not in page  # what every command of Django takes


def test_codes_of_errors_are_their_own() -> None:
    codes = [one.code for one in interface.all_errors()]
    assert sorted(set(codes)) == sorted(codes)


def test_every_place_is_filled() -> None:
    assert [page for page in pages() if "<!-- generated:" in filled(page)] == []


def test_every_page_can_be_reached() -> None:
    listed = {
        found
        for page in pages()
        for tree in re.findall(r"```\{toctree\}(.*?)```", page.read_text(), re.DOTALL)
        for name in re.findall(r"^([\w/*-]+)$", tree, re.MULTILINE)
        for found in page.parent.glob(f"{name}.md")
        if found != page
    }
    assert {page for page in pages() if page.parent != DOCS / "images"} - listed == {
        DOCS / "index.md"
    }
