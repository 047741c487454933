"""The project's own source, parsed once for the tests of the house."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Module:
    """One file of Python; ``name`` is its path from the root of its tree."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.name)

    @property
    def room(self) -> str:
        """The room of the house it stands in, such as ``operations``."""
        parts = Path(self.name).with_suffix("").parts
        return parts[1] if parts[0] == "counterfoil" and len(parts) > 1 else ""

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    def walk(self) -> Iterator[ast.AST]:
        return ast.walk(self.tree)

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        return (node for node in self.walk() if isinstance(node, FUNCTIONS))

    def imported(self) -> Iterator[tuple[int, str]]:
        """Give the line and the full dotted name of everything it imports."""
        for node in self.walk():
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = _absolute(self.name, node)
                yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)


@cache
def modules(tree: str = "src") -> tuple[Module, ...]:
    """Read every module below ``src`` or ``tests``, and keep it until the next file of tests."""
    root = ROOT / tree
    return tuple(
        Module(str(path.relative_to(root)), path.read_text()) for path in sorted(root.rglob("*.py"))
    )


def rooms(names: Iterable[str]) -> list[Module]:
    """Read the modules of some rooms of Counterfoil."""
    wanted = set(names)
    return [module for module in modules() if module.room in wanted]


def called(call: ast.Call) -> str:
    """Give the dotted name a call is written with, as far as it is one."""
    parts: list[str] = []
    node: ast.expr = call.func
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Name):
        parts.append(node.id)
    return ".".join(reversed(parts))


def _absolute(name: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = Path(name).parent.parts
    above = package[: len(package) - (node.level - 1)]
    return ".".join([*above, node.module] if node.module else above)
