"""A name for every request: in its answer, and in every line of the log it leads to."""

import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from uuid import uuid4

from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
ACCEPTED = re.compile(r"[0-9a-f-]{16,64}")  # what a proxy makes, and nobody could hide a code in
_current: ContextVar[str] = ContextVar("request_id", default="")


class RequestIds:
    """
    Names each request, by the name a proxy gave it if that is nothing but hexadecimal digits.

    Whoever reports a failure can be asked for it: it is in the headers of every answer.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stand before everything that may log."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Name the request while it is answered."""
        given = request.headers.get(HEADER, "").lower()
        name = given if ACCEPTED.fullmatch(given) else uuid4().hex
        token = _current.set(name)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        response.headers[HEADER] = name
        return response


class NameRequest(logging.Filter):
    """Adds to every record which request it belongs to, if to any."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add it; every record is kept."""
        if name := _current.get():
            record.request_id = name
        return True


def current() -> str:
    """Give the name of the request that is being answered, or nothing."""
    return _current.get()


def route_of(request: HttpRequest) -> str:
    """Give the pattern that fitted the address, without what stood in its places."""
    match = request.resolver_match
    return f"/{match.route}" if match is not None else "none"
