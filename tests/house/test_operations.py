"""How an operation is furnished, and that the catalogue is complete."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.house.source import Module, rooms


def acts() -> list[Module]:
    """Read the modules of operations that are acts: all but the private ones."""
    return [
        module for module in rooms(["operations"]) if not Path(module.name).name.startswith("_")
    ]


def faults(module: Module) -> Iterator[str]:
    """Tell what is wrong with an operation."""
    name = Path(module.name).stem
    public = [
        node
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]
    if [function.name for function in public] != [name]:
        yield f"{module.name} must have one public function, {name}"
        return
    given = public[0].args
    names = {argument.arg for argument in given.kwonlyargs}
    if given.args or given.posonlyargs:
        yield f"{name} takes positional arguments"
    if not {"by", "at"} <= names:
        yield f"{name} is not told who (`by`) and when (`at`)"
    for argument in given.kwonlyargs:
        if argument.annotation and ast.unparse(argument.annotation).startswith("bool"):
            yield f"{name} has a switch, {argument.arg}: a second behaviour is a second function"
    if not any("transaction.atomic" in ast.unparse(it) for it in public[0].decorator_list):
        yield f"{name} is not one transaction"


def test_every_operation_is_furnished_alike() -> None:
    assert [fault for module in acts() for fault in faults(module)] == []


def test_a_badly_furnished_operation_is_found() -> None:
    planted = "def x(code, *, silent: bool): ...\n"
    assert len(list(faults(Module("counterfoil/operations/x.py", planted)))) == 4
    assert len(list(faults(Module("counterfoil/operations/x.py", "def y(): ...\n")))) == 1


def test_the_catalogue_names_every_operation_and_no_other() -> None:
    [catalogue] = [
        it for it in rooms(["operations"]) if it.name == "counterfoil/operations/__init__.py"
    ]
    doc = ast.get_docstring(catalogue.tree) or ""
    listed = [
        name
        for line in doc.splitlines()
        if line.startswith("    ")
        for name in re.findall(r"\w+", line)
    ]
    assert sorted(listed) == sorted(Path(module.name).stem for module in acts())
