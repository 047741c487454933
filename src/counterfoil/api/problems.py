"""
What the API answers when something is refused: problem details (RFC 9457) with stable codes.

Every refusal has one status, by what the caller can do about it. Why a code cannot be used is
folded into one neutral answer unless the key may read reasons.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from counterfoil.errors import (
    CodeMalformed,
    Conflict,
    CounterfoilError,
    Denied,
    NotFound,
    Rejected,
    TooManyAttempts,
    Unavailable,
)
from counterfoil.rules.scopes import Scope

MEDIA_TYPE = "application/problem+json"

STATUSES: dict[type[CounterfoilError], int] = {
    NotFound: 404,
    Conflict: 409,
    Rejected: 422,
    Denied: 403,
    Unavailable: 503,
    TooManyAttempts: 429,
}


class CodeNotUsable(Conflict):
    """This code cannot be used here."""

    code = "code_not_usable"


class ScopeMissing(Denied):
    """The API key lacks a scope that this needs."""

    code = "scope_missing"

    def __init__(self, scope: Scope) -> None:
        """Remember which scope."""
        super().__init__(f"The API key lacks the scope {scope.value}.")


def status_of(refusal: CounterfoilError) -> int:
    """Give the HTTP status of a refusal: that of its nearest kind."""
    return next(STATUSES[kind] for kind in type(refusal).__mro__ if kind in STATUSES)


def neutral(refusal: CounterfoilError, scopes: frozenset[str]) -> CounterfoilError:
    """Fold why a code cannot be used into one answer, for a caller who may not know."""
    if Scope.REASONS.value in scopes or isinstance(refusal, (CodeMalformed, TooManyAttempts)):
        return refusal
    return CodeNotUsable() if isinstance(refusal, (NotFound, Conflict)) else refusal


def problem(status: int, code: str, title: str, **more: Any) -> HttpResponse:
    """Answer with problem details; ``code`` is what programs decide by."""
    body = {"type": "about:blank", "title": title, "status": status, "code": code, **more}
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE)


def install(api: NinjaAPI) -> None:
    """Let the API answer every failure with problem details."""
    api.add_exception_handler(CounterfoilError, _refused)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(AuthenticationError, _unknown)
    api.add_exception_handler(HttpError, _malformed)
    api.add_exception_handler(Http404, _missing)


def _refused(_request: HttpRequest, refusal: Any) -> HttpResponse:
    answer = problem(status_of(refusal), refusal.code, refusal.message, detail=str(refusal))
    if isinstance(refusal, TooManyAttempts):
        answer["Retry-After"] = str(refusal.retry_after)
    return answer


def _invalid(_request: HttpRequest, refusal: Any) -> HttpResponse:
    # What was sent is not repeated: it may hold a code.
    errors = [
        {"at": ".".join(map(str, error["loc"])), "message": error["msg"]}
        for error in refusal.errors
    ]
    return problem(422, "invalid_request", "The request does not fit the schema.", errors=errors)


def _unknown(_request: HttpRequest, _refusal: Any) -> HttpResponse:
    answer = problem(401, "unauthenticated", "A valid API key is needed.")
    answer["WWW-Authenticate"] = 'Bearer realm="counterfoil"'
    return answer


def _malformed(_request: HttpRequest, refusal: Any) -> HttpResponse:
    return problem(refusal.status_code, "malformed_request", "The request cannot be read.")


def _missing(_request: HttpRequest, _refusal: Any) -> HttpResponse:
    return problem(404, "not_found", "There is nothing here.")
