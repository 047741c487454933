"""What the API answers when something of ours went wrong, and who is told what it was."""

from typing import Any

from django.core.signals import got_request_exception
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.log import log_response
from ninja import NinjaAPI

from counterfoil.api.problems import UNAVAILABLE, problem
from counterfoil.errors import Unavailable

RETRY_AFTER = 5  # seconds; a database that fails over needs some


def install(api: NinjaAPI) -> None:
    """Let the API answer with problem details even then."""
    api.add_exception_handler(Exception, _broken)
    api.add_exception_handler(OperationalError, _without_database)
    api.add_exception_handler(InterfaceError, _without_database)


def _broken(request: HttpRequest, error: Any) -> HttpResponse:
    answer = problem(500, "internal_error", "Something went wrong here, and was noted.")
    return _noted(request, error, answer)


def _without_database(request: HttpRequest, error: Any) -> HttpResponse:
    # It cannot be reached, ends our connection, or has a row locked for too long.
    answer = problem(UNAVAILABLE, Unavailable.code, Unavailable().message)
    answer["Retry-After"] = str(RETRY_AFTER)
    return _noted(request, error, answer)


def _noted(request: HttpRequest, error: Exception, answer: HttpResponse) -> HttpResponse:
    # As Django does for a view that raises: whoever collects such errors is told as well.
    got_request_exception.send(sender=None, request=request)
    log_response(
        "%s: %s",
        answer.reason_phrase,
        request.path,
        response=answer,
        request=request,
        exception=error,
    )
    return answer
