"""What can be set or run is in the reference."""

import ast
import re

from counterfoil_server.cli import _parser
from tests.house.source import ROOT, Module, called

REFERENCE = ROOT / "docs" / "reference"


def test_every_environment_variable_is_documented() -> None:
    settings = Module("settings.py", (ROOT / "src/counterfoil_server/settings.py").read_text())
    read = {
        ast.literal_eval(node.args[0])
        for node in settings.walk()
        if isinstance(node, ast.Call) and called(node).startswith("env.")
        if isinstance(node.args[0], ast.Constant)
    }
    documented = set(re.findall(r"`([A-Z_]+)`", (REFERENCE / "environment.md").read_text()))
    assert "DATABASE_URL" in read  # the search finds something
    assert read - documented == set()


def test_every_command_is_documented() -> None:
    [commands] = [action for action in _parser()._actions if action.dest == "command"]
    assert commands.choices is not None
    page = (REFERENCE / "commands.md").read_text()
    assert [name for name in commands.choices if f"`counterfoil {name}" not in page] == []
