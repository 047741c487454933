"""
What the API answers when something is refused: problem details (RFC 9457) with stable codes.

Every refusal has one status, by what the caller can do about it. Why a code cannot be used is
folded into one neutral answer unless the key may read reasons.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from counterfoil.api.bodies import MOST_BYTES, MULTIPART, ContentTypeWrong
from counterfoil.errors import (
    AnswersInvalid,
    CodeMalformed,
    CodeNotFound,
    Conflict,
    CounterfoilError,
    DeclarationInvalid,
    DeclaredDifferently,
    Denied,
    EntitlementOfAnother,
    EventsForgotten,
    Fault,
    FileTooLarge,
    KeyMissing,
    Malformed,
    NotFound,
    Rejected,
    StaleEntitlement,
    SubjectInvalid,
    TooLarge,
    TooManyAttempts,
    TooManyCalls,
    Unavailable,
    WebhookEndpointInvalid,
)
from counterfoil.rules.scopes import Scope

MEDIA_TYPE = "application/problem+json"
UNAVAILABLE = 503
MOST_ERRORS = 100

FAULTY = DeclarationInvalid | SubjectInvalid | AnswersInvalid | WebhookEndpointInvalid

STATUSES: dict[type[CounterfoilError], int] = {
    NotFound: 404,
    Conflict: 409,
    Rejected: 422,
    Denied: 403,
    Unavailable: 503,
    TooManyAttempts: 429,
    TooManyCalls: 429,
    EventsForgotten: 410,
    StaleEntitlement: 412,
    KeyMissing: 400,
    Malformed: 400,
    TooLarge: 413,
    FileTooLarge: 413,
    ContentTypeWrong: 415,
}


class CodeNotUsable(Conflict):
    """This code cannot be used here."""

    code = "code_not_usable"


class PersonNeeded(Denied):
    """No API key may do this: it is for a person to decide."""

    code = "person_needed"


class ScopeMissing(Denied):
    """The API key lacks a scope that this needs."""

    code = "scope_missing"

    def __init__(self, scope: Scope) -> None:
        """Remember which scope."""
        super().__init__(f"The API key lacks the scope {scope.value}.")


def status_of(refusal: CounterfoilError) -> int:
    """Give the HTTP status of a refusal: that of its nearest kind."""
    return status_of_kind(type(refusal))


def status_of_kind(kind: type[CounterfoilError]) -> int:
    """Give the HTTP status of a kind of refusal."""
    return next(STATUSES[one] for one in kind.__mro__ if one in STATUSES)


def neutral(refusal: CounterfoilError, scopes: frozenset[str]) -> CounterfoilError:
    """Fold why a code cannot be used into one answer, for a caller who may not know."""
    if isinstance(refusal, EntitlementOfAnother) and Scope.REASONS.value in scopes:
        return CodeNotFound()  # nobody learns of what another partner has
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
    api.add_exception_handler(SuspiciousOperation, _not_read)
    api.add_exception_handler(RequestDataTooBig, _too_large)
    api.add_exception_handler(MultiPartParserError, _no_form)


def _refused(_request: HttpRequest, refusal: Any) -> HttpResponse:
    status = status_of(refusal)
    more: dict[str, Any] = {"detail": str(refusal)}
    if isinstance(refusal, FAULTY):
        more["errors"] = _places(refusal.faults)
    if isinstance(refusal, DeclaredDifferently):
        more["errors"] = _places(refusal.differences)
    answer = problem(status, refusal.code, refusal.message, **more)
    wait = getattr(refusal, "retry_after", None) or (1 if status == UNAVAILABLE else None)
    if wait is not None:
        answer["Retry-After"] = str(math.ceil(wait))
    return answer


def _places(found: Iterable[Fault]) -> list[dict[str, str]]:
    return [{"at": one.at, "message": one.says} for one in found][:MOST_ERRORS]


def _invalid(_request: HttpRequest, refusal: Any) -> HttpResponse:
    # What was sent is not repeated: it may hold a code.
    errors = [
        {"at": _place(error["loc"]), "message": error["msg"]}
        for error in refusal.errors[:MOST_ERRORS]
    ]
    return problem(422, "invalid_request", "The request does not fit the schema.", errors=errors)


def _place(where: Sequence[object]) -> str:
    """Name a place as the caller wrote it: what is in the body needs no more said."""
    inside = where[2:] if tuple(where[:2]) == ("body", "body") else where[1:]
    return ".".join(map(str, inside)) or str(where[0])


def _unknown(_request: HttpRequest, _refusal: Any) -> HttpResponse:
    answer = problem(401, "unauthenticated", "A valid API key is needed.")
    answer["WWW-Authenticate"] = 'Bearer realm="counterfoil"'
    return answer


def _malformed(request: HttpRequest, refusal: Any) -> HttpResponse:
    cause = refusal.__cause__  # Ninja wraps what our parser raises
    if isinstance(cause, ValidationError):
        return _invalid(request, cause)
    if isinstance(cause, ContentTypeWrong):
        return _refused(request, cause)
    if isinstance(cause, TooLarge):
        return _too_large(request, cause)
    detail = str(cause) if isinstance(cause, Malformed) else ""
    return problem(
        refusal.status_code, "malformed_request", "The request cannot be read.", detail=detail
    )


def _missing(request: HttpRequest, _refusal: Any) -> HttpResponse:
    return nowhere(request)


def nowhere(_request: HttpRequest) -> HttpResponse:
    """Answer for an address at which there is nothing."""
    return problem(404, "not_found", "There is nothing here.")


def _no_form(_request: HttpRequest, _refusal: Any) -> HttpResponse:
    detail = "The parts of the form cannot be told from each other."
    return problem(400, "malformed_request", "The request cannot be read.", detail=detail)


def _not_read(_request: HttpRequest, _refusal: Any) -> HttpResponse:
    # Django reads no form of so many fields or files, and no host it does not know.
    return problem(400, "malformed_request", "The request cannot be read.")


def _too_large(request: HttpRequest, _refusal: Any) -> HttpResponse:
    detail = f"At most {MOST_BYTES} bytes are read."
    if request.content_type == MULTIPART:
        detail = "The form, or a file in it, is larger than any that is taken."
    return problem(413, "request_too_large", "The request is too large.", detail=detail)
