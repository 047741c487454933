"""What a request was and what is answered to it, before and after the wire."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """One request; header names are lower-case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """One answer."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def as_json(value: Any, *, status: int = 200, **headers: str) -> Response:
    """Answer with JSON."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Response(
        status=status,
        headers={"Content-Type": "application/json", **named},
        body=json.dumps(value, indent=2).encode(),
    )


def as_html(text: str, *, status: int = 200, policy: str) -> Response:
    """Answer with a page."""
    return Response(
        status=status,
        headers={
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": policy,
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        },
        body=text.encode(),
    )


def see_other(url: str) -> Response:
    """Send the browser elsewhere after a form."""
    # Whatever a header cannot hold is written as the browser would write it.
    return Response(status=303, headers={"Location": quote(url, safe="%/:=&?~#+!$,;'@()*[]")})
