"""Writing Markdown."""

import re
from collections.abc import Iterable, Sequence


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines)


def code(text: str) -> str:
    """Write something as code."""
    return f"`{text}`"


def codes(texts: Iterable[str]) -> str:
    """Write several things as code, with commas."""
    return ", ".join(map(code, texts))


def prose(docstring: str | None) -> str:
    """Give a docstring as Markdown, without what it raises."""
    text = (docstring or "").split("\n:raises", 1)[0].strip()
    text = re.sub(r":[a-z]+:`~?\.?([^`]+)`", r"``\1``", text)
    return re.sub(r"``([^`]+)``", r"`\1`", text)


def sentence(docstring: str | None) -> str:
    """Give the first paragraph of a docstring, in one line."""
    return " ".join(prose(docstring).split("\n\n", 1)[0].split())


def raised(docstring: str | None) -> list[tuple[str, str]]:
    """Give what a docstring says is raised, and when."""
    found = re.findall(r":raises (\w+): (.*?)(?=\n\s*:raises|\Z)", docstring or "", re.DOTALL)
    return [(name, " ".join(prose(when).split())) for name, when in found]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
