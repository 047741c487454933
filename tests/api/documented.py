"""Holds every answer of the API against its description: the status, and the code of a refusal."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import Resolver404

DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "openapi.json"
PROBLEM = "application/problem+json"
SLOT = re.compile(r"<(?:\w+:)?(\w+)>")


@cache
def operations() -> Any:
    """Give what the description says, by address and method."""
    return json.loads(DOCUMENT.read_text())["paths"]


def undocumented(answer: Any, described: Any) -> str | None:
    """Say what an answer is that its operation does not name; ``None`` if it may be so."""
    try:
        route = SLOT.sub(r"{\1}", f"/{answer.resolver_match.route}")
    except Resolver404:
        return None
    method = answer.request["REQUEST_METHOD"]
    operation = described.get(route, {}).get(method.lower())
    if operation is None:
        return None
    said = operation["responses"].get(str(answer.status_code))
    if said is None:
        return f"{method} {route}: {answer.status_code} {answer.content[:200]!r}"
    if answer.status_code < 400:
        return None
    code = answer.json()["code"]
    known = said["content"][PROBLEM]["examples"]
    return None if code in known else f"{method} {route}: {answer.status_code} {code}"


def watch(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Look at every answer that a test is given, and fail it in the end for what is not named."""
    found: set[str] = set()
    ask = Client.request

    def asked(client: Client, **given: Any) -> Any:
        answer = ask(client, **given)
        if wrong := undocumented(answer, operations()):
            found.add(wrong)
        return answer

    patch.setattr(Client, "request", asked)
    yield
    assert found == set(), f"the description does not know: {sorted(found)}"
