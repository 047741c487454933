"""The headers of answers."""

from collections.abc import Iterator, Mapping
from typing import Any

Json = dict[str, Any]

HEADERS: Mapping[str, Json] = {
    "Retry-After": {
        "description": "After how many seconds to try again.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
        "example": "60",
    },
    "WWW-Authenticate": {
        "description": "That a key is to be sent as a bearer token.",
        "schema": {"type": "string"},
        "example": 'Bearer realm="counterfoil"',
    },
    "Idempotency-Replayed": {
        "description": "`true` if this is the answer that was given before.",
        "schema": {"type": "string", "enum": ["true"]},
        "example": "true",
    },
    "ETag": {
        "description": "Which version this is; send it back as `If-Match` to change that one only.",
        "schema": {"type": "string"},
        "example": '"7"',
    },
    "RateLimit": {
        "description": "How many calls (`r`) are left to the key for how many seconds (`t`).",
        "schema": {"type": "string"},
        "example": '"minute";r=580;t=42',
    },
    "RateLimit-Policy": {
        "description": "How many calls (`q`) a key has in how many seconds (`w`).",
        "schema": {"type": "string"},
        "example": '"minute";q=600;w=60',
    },
}


def headers_of(status: int, details: Json) -> Iterator[str]:
    """Give the names of the headers that an answer of this status may have."""
    asked = {one["name"] for one in details["parameters"] if one["in"] == "header"}
    if status in (429, 503):
        yield "Retry-After"
    if status == 401:
        yield "WWW-Authenticate"
        return
    yield from ("RateLimit", "RateLimit-Policy")
    if status < 300 and "Idempotency-Key" in asked:
        yield "Idempotency-Replayed"
    if status < 300 and ("If-Match" in asked or "If-None-Match" in asked):
        yield "ETag"


def referred(names: Iterator[str]) -> dict[str, Json]:
    """Refer to headers by their names."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
