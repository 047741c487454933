"""
The code in the documentation works.

Every block of Python on a page is run, one after the other, in one module; ``<!-- before: … -->``
holds what a reader has and a test has not, and ``<!-- not run: why -->`` excuses the next block.
"""

import json
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings
from django.core.management import get_commands
from django.test import Client

from counterfoil.operations.create_api_key import create_api_key
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import issue_one, now
from counterfoil_server.cli import _parser
from tests.docs.pages import DOCS, interface, pages
from tests.house.source import ROOT

PYTHON = re.compile(
    r"<!-- before:\n(?P<before>.*?)-->"
    r"|(?P<excuse><!-- not run: [^>]+ -->\n)?```python\n(?P<code>.*?)```",
    re.DOTALL,
)
SHELL = re.compile(r"^```sh\n(.*?)```", re.DOTALL | re.MULTILINE)
PARAMETER = re.compile(r"{[a-z_]+}")
BARE = re.compile(r"\.objects\.(?:create|bulk_create|update_or_create)\(|\.(?:save|seal_secrets)\(")
TOLD = {"partner-api", "coupled", "portal", "reservations", "transfer"}  # called in order elsewhere
TARGETS = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
[_COMMANDS] = [action for action in _parser()._actions if action.dest == "command"]
COMMANDS = set(_COMMANDS.choices or ())


def python(page: Path) -> Iterator[tuple[int, str]]:
    """Give the Python of a page that is to be run, with the line it begins in."""
    text = page.read_text()
    for found in PYTHON.finditer(text):
        part = "before" if found["before"] is not None else "code"
        if not found["excuse"]:
            yield text.count("\n", 0, found.start(part)), found[part]


def shell(page: Path) -> Iterator[list[str]]:
    """Give the commands of a page, each in its words."""
    for block in SHELL.findall(page.read_text()):
        whole: list[str] = []
        for line in block.splitlines():
            whole.append(line)
            try:
                words = shlex.split("\n".join(whole).replace("\\\n", " "))
            except ValueError:  # a quotation goes on
                continue
            if not line.endswith("\\"):
                yield words
                whole = []
        assert whole == []


def fault(words: list[str]) -> str | None:
    """Tell what is wrong with a command, if anything is."""
    known: set[str]
    match words:
        case ["make", target, *_]:
            known, name = TARGETS, target
        case ["counterfoil", "manage", name, *_] | ["python", "manage.py", name, *_]:
            known = set(get_commands())
        case ["counterfoil", name, *_]:
            known = COMMANDS
        case ["pip", "install", name, *_]:
            known = {"counterfoil[stripe]", "counterfoil[server]"}
        case ["curl", url, *_]:
            paths = json.loads(interface.OPENAPI.read_text())["paths"]
            name = url.removeprefix("$SITE").partition("?")[0]
            known = {name for path in paths if re.fullmatch(PARAMETER.sub("[^/]+", path), name)}
        case ["pg_dump" | "pg_restore" | "createdb", *_]:
            return None  # PostgreSQL's own
        case _:
            return f"nobody knows {words[0]}"
    return None if name in known else f"{words[0]} knows no {name}"


WITH_PYTHON = [page for page in pages() if any(python(page))]
COMMANDS_SHOWN = [(page, words) for page in pages() for words in shell(page)]
CALLS = [
    (page, words) for page, words in COMMANDS_SHOWN if words[0] == "curl" and page.stem not in TOLD
]


def bare(text: str) -> list[str]:
    """Find where a reader is told to write records past the operations, which keep who did it."""
    shown = (found["code"] or "" for found in PYTHON.finditer(text))
    return [one.group() for code in shown for one in BARE.finditer(code)]


def test_readers_are_told_to_call_operations() -> None:
    assert {page.name for page in pages("how-to") if bare(page.read_text())} == set()
    assert bare('```python\nProduct.objects.create(sku="A")\n```') == [".objects.create("]


@pytest.mark.django_db
@pytest.mark.parametrize("page", WITH_PYTHON, ids=lambda page: page.stem)
def test_the_python_of_a_page_runs(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType(f"docs_{page.stem.replace('-', '_')}")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    own_channel = {"shop": f"{module.__name__}.shop_of"}  # as one page has it made
    monkeypatch.setattr(settings, "COUNTERFOIL_CHANNELS", own_channel, raising=False)
    for line, code in python(page):
        exec(compile("\n" * line + code, page, "exec"), module.__dict__)  # noqa: S102 - ours


def test_commands_exist() -> None:
    assert len(COMMANDS_SHOWN) > 10
    found = {f"{page.name}: {wrong}" for page, words in COMMANDS_SHOWN if (wrong := fault(words))}
    assert found == set()


@pytest.mark.parametrize("planted", ["make tea", "counterfoil fly", "rm -rf /", "curl $SITE/v1/x"])
def test_commands_that_do_not_exist_are_found(planted: str) -> None:
    assert fault(shlex.split(planted)) is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "words", [words for _, words in CALLS], ids=[words[1] for _, words in CALLS]
)
def test_calls_of_the_api_are_answered(words: list[str], client: Client) -> None:
    code = issue_one().code
    scopes = [scope for scope in Scope if scope is not Scope.REASONS]
    made = create_api_key(name="docs", scopes=scopes, by=SYSTEM, at=now())
    options = list(zip(words[2::2], words[3::2], strict=True))
    headers = dict(text.split(": ", 1) for option, text in options if option == "--header")
    headers["Authorization"] = headers["Authorization"].replace("$KEY", made.secret)

    path, body = words[1].removeprefix("$SITE"), dict(options).get("--json")
    if body is None:
        answer = client.get(path, headers=headers)
    else:
        answer = client.post(
            path, body.replace("$CODE", code), content_type="application/json", headers=headers
        )

    assert answer.status_code == 200, answer.content


def test_decisions_name_tests_that_exist() -> None:
    named = {
        (page.name, path, test)
        for page in pages("decisions")
        for path, test in re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", page.read_text())
    }
    missing = [
        f"{page}: {path}::{test}"
        for page, path, test in sorted(named)
        if not (ROOT / path).exists() or (test and f"def {test}(" not in (ROOT / path).read_text())
    ]
    assert missing == []


def test_every_decision_has_its_parts() -> None:
    parts = ["Context", "Decision", "Consequences", "Alternatives", "Checked by"]  # and Measured
    written = [page for page in pages("decisions") if page.stem != "index"]
    assert [
        page.name
        for page in written
        if re.findall(r"^## (?!Measured$)(.+)$", page.read_text(), re.MULTILINE) != parts
    ] == []
    assert [
        page.name
        for page in written
        if f"{page.stem}" not in (DOCS / "decisions/index.md").read_text()
    ] == []
