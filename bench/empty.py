"""The least a WSGI application can do: what a server and a load client reach without Django."""

from collections.abc import Callable, Iterable
from typing import Any

_BODY = b"ok\n"
_HEADERS = [("Content-Type", "text/plain"), ("Content-Length", str(len(_BODY)))]


def application(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Say that this process answers."""
    start_response("200 OK", _HEADERS)
    return (_BODY,)
