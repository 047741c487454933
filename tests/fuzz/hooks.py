"""What the program that makes the calls is to look at besides what it knows itself."""

from itertools import count
from typing import Any
from uuid import uuid4

import schemathesis
from schemathesis.core.failures import Failure

READ_WRONG = {"invalid_request", "malformed_request", "content_type_wrong"}

ONCE, READ = "Idempotency-Key", "If-Match"
_calls = count()


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """
    Let most calls be new ones, made without having read before.

    The description has one example of each header, and a key that is used again is refused before
    anything is looked at. One call in five keeps what was made up.
    """
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive or next(_calls) % 5 == 0:
        return
    if ONCE in (case.headers or {}):
        case.headers[ONCE] = str(uuid4())
    if READ in (case.headers or {}):
        del case.headers[READ]


class SaidTooLittle(Failure):
    """The description allows a request that is refused for its shape."""


@schemathesis.check
def the_description_says_all(_context: Any, response: Any, case: Any) -> None:
    """Refuse by shape only what the description rules out."""
    meta = case.meta
    if meta is None or not meta.generation.mode.is_positive or response.status_code < 400:
        return
    if "valid integer" in response.text:
        return  # 1.0 is a whole number to JSON Schema, and on purpose none to us
    if response.headers.get("content-type", [""])[0] != "application/problem+json":
        return  # other checks say so
    code = response.json()["code"]
    if code in READ_WRONG:
        raise SaidTooLittle(
            operation=case.operation.label,
            title="Allowed by the description, refused for its shape",
            message=response.text[:500],
        )
