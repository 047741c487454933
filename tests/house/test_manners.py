"""Rules of the house that the source itself shows."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from tests.house.source import FUNCTIONS, Module, called, modules, rooms

SURFACES = ("api", "console", "pages", "portal")
NO_CLOCK = ("rules", "channels", "models", "operations", "queries")
EXTRAS = {"stripe", "weasyprint", "allauth", "anymail"}
SAYS_NOTHING = {"utils", "util", "helpers", "services", "managers", "mixins", "common", "misc"}
SIGNALS = ("django.db.models.signals", "django.dispatch", "django.core.signals")
SENT = "django.core.signals.got_request_exception"  # to the host's own receivers, as Django does
WRITES_STATE = re.compile(
    r"\bUPDATE\s+\"?counterfoil_entitlement\b[^;]*?\bSET\b(?:(?!\bWHERE\b|\bFROM\b).)*?\bstate\s*=",
    re.IGNORECASE | re.DOTALL,
)


def imports_inside_functions(module: Module) -> Iterator[str]:
    for function in module.functions():
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                first = (getattr(node, "module", None) or node.names[0].name).split(".")[0]
                wiring = module.name.endswith("apps.py") and function.name == "ready"
                if first not in EXTRAS and not wiring:
                    yield f"{module.name}:{node.lineno} imports inside a function"


def names_that_say_nothing(module: Module) -> Iterator[str]:
    if SAYS_NOTHING & set(Path(module.name).with_suffix("").parts):
        yield f"{module.name} has a name that says nothing"


def signals(module: Module) -> Iterator[str]:
    for line, name in module.imported():
        if name.startswith(SIGNALS) and name != SENT:
            yield f"{module.name}:{line} uses Django's signals"


def living_code(module: Module) -> Iterator[str]:
    for line, name in module.imported():
        kept = ("counterfoil.migrations", "counterfoil.models.ids")  # Django names defaults by path
        if name.startswith("counterfoil") and not name.startswith(kept):
            yield f"{module.name}:{line} imports {name}, which will change"


def clock_readings(module: Module) -> Iterator[str]:
    for node in module.walk():
        if isinstance(node, ast.Call) and re.search(
            r"(^|\.)(datetime\.(now|utcnow|today)|date\.today|timezone\.now|time\.time)$|^now$",
            called(node),
        ):
            yield f"{module.name}:{node.lineno} reads the clock"


OTHER_STATES = re.compile(r"^(cart|Cart)\b")  # a cart is no entitlement


def writes_of_state(module: Module) -> Iterator[str]:
    for node in module.walk():
        match node:
            case ast.Assign(targets=[ast.Attribute(attr="state")]):
                found = "assigns state"
            case ast.Call(func=ast.Attribute(attr="update" | "create" | "update_or_create")) if any(
                keyword.arg == "state" for keyword in node.keywords
            ):
                found = "writes state"
            case ast.Call(func=ast.Attribute(attr="bulk_update")) if "'state'" in ast.dump(node):
                found = "writes state"
            case ast.Constant(value=str(text)) if WRITES_STATE.search(text):
                found = "writes state in SQL"
            case _:
                continue
        if not OTHER_STATES.match(ast.unparse(node)):
            yield f"{module.name}:{node.lineno} {found}"


def saves(module: Module) -> Iterator[str]:
    for node in module.walk():
        if isinstance(node, ast.Call) and called(node).endswith(".save"):
            yield f"{module.name}:{node.lineno} saves"


def second_acts(module: Module) -> Iterator[str]:
    acts = {
        name.rsplit(".", 1)[1]
        for _, name in module.imported()
        if name.startswith("counterfoil.operations.")
    }
    for function in (node for node in module.tree.body if isinstance(node, FUNCTIONS)):
        calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
        if len(done := {called(call) for call in calls} & acts) > 1:
            yield f"{module.name}: {function.name} calls {' and '.join(sorted(done))}"


Rule = Callable[[Module], Iterator[str]]
RULES: list[tuple[Rule, Callable[[], Iterable[Module]], str]] = [
    (imports_inside_functions, modules, "def f():\n    import json\n"),
    (signals, modules, "from django.dispatch import receiver\n"),
    (living_code, lambda: rooms(["migrations"]), "from counterfoil.rules import lifecycle\n"),
    (clock_readings, lambda: rooms(NO_CLOCK), "at = timezone.now()\n"),
    (saves, lambda: rooms(SURFACES), "entitlement.save()\n"),
    (
        second_acts,
        lambda: rooms(SURFACES),
        "from counterfoil.operations.issue import issue\n"
        "from counterfoil.operations.redeem import redeem\n"
        "def view(request):\n    issue()\n    redeem()\n",
    ),
    (
        writes_of_state,
        lambda: (
            module
            for module in modules()
            if module.room not in {"", "migrations"}
            and not module.name.endswith(("/_ledger.py", "/_codes.py"))  # _codes: that of codes
        ),
        "Entitlement.objects.update(state='issued')\n",
    ),
]


@pytest.mark.parametrize(
    ("rule", "candidates", "planted"), RULES, ids=lambda it: getattr(it, "__name__", "")
)
def test_the_house_keeps(
    rule: Rule, candidates: Callable[[], Iterable[Module]], planted: str
) -> None:
    assert [found for module in candidates() for found in rule(module)] == []
    assert list(rule(Module("counterfoil/planted.py", planted))) != []


def test_names_say_something() -> None:
    assert [found for module in modules() for found in names_that_say_nothing(module)] == []
    assert list(names_that_say_nothing(Module("counterfoil/rules/utils.py", ""))) != []


@pytest.mark.parametrize(
    "planted",
    [
        "it.state = 'issued'\n",
        "q = 'UPDATE counterfoil_entitlement SET kind = 1, state = %s WHERE id = %s'\n",
        "Entitlement.objects.bulk_update(rows, ['state'])\n",
    ],
)
def test_state_written_in_another_way_is_found(planted: str) -> None:
    assert list(writes_of_state(Module("counterfoil/operations/x.py", planted))) != []


def test_reading_state_is_nobodys_business() -> None:
    reads = (
        "q = 'UPDATE counterfoil_entitlement SET kind = 1 WHERE state = %s'\nit.filter(state=1)\n"
    )
    assert list(writes_of_state(Module("counterfoil/queries/x.py", reads))) == []


def test_tests_neither_sleep_nor_pretend() -> None:
    """Waiting hides races, and a double of our own code tests the double."""
    found = [
        f"{module.name}:{line}"
        for module in modules("tests")
        for line, name in module.imported()
        if name.startswith(("unittest.mock", "time.sleep", "mock."))
    ]
    slept = [
        f"{module.name}:{node.lineno}"
        for module in modules("tests")
        for node in module.walk()
        if isinstance(node, ast.Call) and called(node) == "time.sleep"
    ]
    assert found + slept == []
