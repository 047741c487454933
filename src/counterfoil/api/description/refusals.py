"""What an operation refuses: with which status, under which codes."""

from collections.abc import Iterable, Mapping
from typing import Any

from ninja.operation import Operation

from counterfoil.api.bodies import ContentTypeWrong
from counterfoil.api.description.raising import raised_by, said_by
from counterfoil.api.problems import MEDIA_TYPE, ScopeMissing, status_of_kind
from counterfoil.api.security import PRESENTING, ApiKeyBearer
from counterfoil.errors import (
    Conflict,
    CounterfoilError,
    KeyMissing,
    KeyReused,
    RequestInFlight,
    TooManyAttempts,
    Unavailable,
)

Json = dict[str, Any]
Codes = dict[int, dict[str, str]]

UNAUTHENTICATED = (401, "unauthenticated", "A valid API key is needed.")
INVALID = (422, "invalid_request", "The request does not fit the schema.")
UNREADABLE = (400, "malformed_request", "The request cannot be read.")
TOO_LARGE = (413, "request_too_large", "The request is too large.")
BROKEN = (500, "internal_error", "Something went wrong here, and was noted.")
MISSING = (404, "not_found", "There is nothing here.")


def refusals(operation: Operation, details: Mapping[str, Any]) -> Codes:
    """Give what an operation refuses: by status, the code and sentence of each."""
    found: Codes = {}
    for status, code, says in _by_shape(details):
        found.setdefault(status, {})[code] = says
    for kind in sorted(_kinds(operation, details), key=lambda one: one.code):
        found.setdefault(status_of_kind(kind), {}).setdefault(kind.code, _sentence(kind))
    if 409 in map(int, details["responses"]):
        found.setdefault(409, {Conflict.code: _sentence(Conflict)})  # it knows more than it says
    return found


def examples(found: Codes) -> dict[str, Json]:
    """Give each refusal as it is answered."""
    return {
        code: {"summary": says, "value": _problem(status, code, says)}
        for status, codes in found.items()
        for code, says in codes.items()
    }


def content(codes: Iterable[str]) -> Json:
    """Describe the body of a refusal, with an example of each code it may have."""
    told: Json = {"schema": {"$ref": "#/components/schemas/Problem"}}
    if referred := {one: {"$ref": f"#/components/examples/{one}"} for one in sorted(codes)}:
        told["examples"] = referred
    return {MEDIA_TYPE: told}


def _by_shape(details: Mapping[str, Any]) -> Iterable[tuple[int, str, str]]:
    yield UNAUTHENTICATED
    yield INVALID  # a parameter that it does not know, if nothing else
    yield BROKEN
    if any(one["in"] == "path" for one in details["parameters"]):
        yield MISSING
    if "requestBody" in details:
        yield from (UNREADABLE, TOO_LARGE)


def _kinds(operation: Operation, details: Mapping[str, Any]) -> set[type[CounterfoilError]]:
    found = set(raised_by(operation.view_func)) | {ScopeMissing, Unavailable}
    for auth in operation.auth_callbacks:
        if isinstance(auth, ApiKeyBearer):
            found |= said_by(auth.authenticate) | said_by(auth.refuse_unless_fit)
            if auth.scope not in PRESENTING:
                found -= {TooManyAttempts}
    if any(one["name"] == "Idempotency-Key" for one in details["parameters"]):
        found |= {KeyMissing, KeyReused, RequestInFlight}
    if "application/json" in details.get("requestBody", {}).get("content", {}):
        found |= {ContentTypeWrong}
    return found - {CounterfoilError}


def _sentence(kind: type[CounterfoilError]) -> str:
    return " ".join((kind.__doc__ or "").split())


def _problem(status: int, code: str, says: str) -> Json:
    return {"type": "about:blank", "title": says, "status": status, "code": code, "detail": says}
