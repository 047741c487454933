"""What other systems are sent: each event, as the endpoints that are told of it receive it."""

from typing import Any

from counterfoil.rules.event_schemas import example_of, schema_of
from counterfoil.rules.events import WORDS, EventType

Json = dict[str, Any]

HEADERS = {
    "webhook-id": (
        "The event's id: the same however often it is sent.",
        "0199e1c4-5a1e-7f00-8d7e-3c1b2a4d5e6f",
    ),
    "webhook-timestamp": ("When it is sent, in seconds since 1970.", "1803893400"),
    "webhook-signature": (
        "`v1,` and an HMAC-SHA-256, one for each secret that is live.",
        "v1,K5oZ",
    ),
}
ANSWERS = {
    "2XX": {"description": "Taken; it is not sent again."},
    "410": {"description": "Never again: the endpoint is disabled."},
    "default": {"description": "It is sent again, for three days."},
}


def webhooks() -> dict[str, Json]:
    """Describe every event as a call that is made to an endpoint; all calls have one shape."""
    return {kind.value: {"post": _sent(kind)} for kind in EventType}


def _sent(kind: EventType) -> Json:
    noun, _, verb = kind.value.partition(".")
    named = "".join(part.capitalize() for part in f"{noun}_{verb}".split("_"))
    return {
        "operationId": f"on{named}",
        "summary": kind.value,
        "description": WORDS[kind],
        "security": [],
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": True,
                "description": says,
                "schema": {"type": "string"},
                "example": example,
            }
            for name, (says, example) in HEADERS.items()
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _schema(kind), "example": example_of(kind)}},
        },
        "responses": ANSWERS,
    }


def _schema(kind: EventType) -> Json:
    return {name: said for name, said in schema_of(kind).items() if name != "$schema"}
