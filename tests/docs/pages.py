"""The pages of the documentation, as they read once what is generated is in them."""

import sys
from pathlib import Path

from tests.house.source import ROOT

DOCS = ROOT / "docs"
sys.path.insert(0, str(DOCS))

import _generate  # noqa: E402 - it lies beside the pages
from _generate import acts, commands, covered, interface, operating, testing, words  # noqa: E402

__all__ = [
    "DOCS",
    "acts",
    "commands",
    "covered",
    "filled",
    "interface",
    "operating",
    "pages",
    "reference",
    "testing",
    "words",
]


def pages(folder: str = ".") -> list[Path]:
    """Find the pages in a folder and below."""
    return sorted(path for path in (DOCS / folder).rglob("*.md") if "_build" not in path.parts)


def filled(page: Path) -> str:
    """Read a page with what is generated in its place."""
    return _generate.fill(page.read_text())


def reference() -> str:
    """Read the whole reference."""
    return "\n".join(filled(page) for page in pages("reference"))
