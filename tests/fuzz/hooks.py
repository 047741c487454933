"""What the program that makes the calls is to look at besides what it knows itself."""

from typing import Any

import schemathesis
from schemathesis.core.failures import Failure

READ_WRONG = {"invalid_request", "malformed_request", "content_type_wrong"}


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
