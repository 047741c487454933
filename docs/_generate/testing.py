"""What hosts are given for their own tests; read from the source, for pytest need not be there."""

import ast
from collections.abc import Iterator
from pathlib import Path

import counterfoil

from .markdown import code, sentence, table

FOLDER = Path(counterfoil.__file__).parent / "testing"
CONSTANTS = {
    "CHANNEL": "The actor of a channel.",
    "DOG": "Terms of a kit for a dog: a name is asked for, and its sex may be told.",
    "HOSTILE_POINTERS": "What no order is called, and no channel may stumble over.",
    "OPERATOR": "The actor of a member of staff.",
    "ORIGIN": "Where a code is presented in a test.",
    "OUR_SECRET": "What a connection made here signs with.",
}


def all_names() -> dict[str, list[tuple[str, str]]]:
    """Give the public names of each public module, and what they are."""
    found = {path.stem: _names(ast.parse(path.read_text())) for path in sorted(FOLDER.glob("*.py"))}
    return {module: public for module, names in found.items() if (public := list(names))}


def names() -> str:
    """Write what there is, module by module."""
    return "\n\n".join(
        f"### `counterfoil.testing.{module}`\n\n"
        + table(["name", "what it is"], ([code(name), said] for name, said in found))
        for module, found in all_names().items()
    )


def _names(tree: ast.Module) -> Iterator[tuple[str, str]]:
    own = {
        node.name: node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    for name in sorted(_public(tree), key=str.lower):
        node = own.get(name)
        if node is None:
            yield name, CONSTANTS.get(name, "") or _elsewhere(name)
            continue
        yield name, sentence(ast.get_docstring(node))
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef) and part.name[0] != "_":
                    is_test = part.name.startswith("test_")
                    if not is_test and not _is_protocol(node):
                        yield f"{name}.{part.name}", sentence(ast.get_docstring(part))


def _public(tree: ast.Module) -> list[str]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__":
            return [str(one) for one in ast.literal_eval(node.value)]
    return []


def _elsewhere(name: str) -> str:
    """Tell what is made beside the builders, and given by them."""
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == name:
                return sentence(ast.get_docstring(node))
    return ""


def _is_protocol(node: ast.ClassDef) -> bool:
    return any(getattr(base, "id", "") == "Protocol" for base in node.bases)
