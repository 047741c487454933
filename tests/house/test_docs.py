"""What can be set is in the reference."""

import ast
import re

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
