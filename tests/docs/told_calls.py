"""The calls a page shows, made one after the other by whoever has the key."""

import re
import shlex
from pathlib import Path
from typing import Any

from django.test import Client

SHELL = re.compile(r"^```sh\n(.*?)```", re.DOTALL | re.MULTILINE)
DOCS = Path(__file__).parents[2] / "docs"


def calls_of(page: str, key: str, **named: str) -> list[Any]:
    """Make the calls of a how-to with this key, and give the answers; ``named`` are variables."""
    text = (DOCS / "how-to" / f"{page}.md").read_text()
    for name, value in named.items():
        text = text.replace(f"${name}", value)
    return [call(shlex.split(block.replace("\\\n", " ")), key) for block in SHELL.findall(text)]


def call(words: list[str], key: str) -> Any:
    """Make one call as curl would."""
    assert words[0] == "curl"
    address, body, headers = words[1].removeprefix("$SITE"), None, {}
    for name, value in zip(words[2::2], words[3::2], strict=True):
        if name == "--json":
            body = value
        else:
            assert name == "--header"
            header, _, told = value.replace("$KEY", key).partition(": ")
            headers[header] = told
    if body is None:
        return Client().get(address, headers=headers)
    return Client().post(address, body, content_type="application/json", headers=headers)
