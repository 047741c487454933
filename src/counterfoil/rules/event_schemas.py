"""What is in each event, as JSON Schemas: what a webhook carries, and what the feed gives."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from counterfoil.rules.acts import Act
from counterfoil.rules.events import OF_ACTS, WORDS, EventType
from counterfoil.rules.lifecycle import State
from counterfoil.rules.orders import PaymentStatus

Fields = dict[str, dict[str, Any]]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
HANDLE = "ent_01k9z4v7h2m3n4p5q6r7s8t9va"
ID, OTHER_ID = "019a5f12-7c31-7d0a-9a54-0f6d6f3a2b11", "019a5f12-7c31-7a44-8b1e-5f0c2d9e7a10"
MOMENT = "2026-03-05T09:30:00.000000Z"


def _text(description: str, example: object, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, "examples": [example], **more}


def _id(description: str) -> dict[str, Any]:
    return _text(description, ID, format="uuid")


def _perhaps(schema: dict[str, Any]) -> dict[str, Any]:
    return schema | {"type": ["string", "null"], "examples": [*schema["examples"], None]}


def _count(description: str) -> dict[str, Any]:
    return {"type": "integer", "minimum": 1, "description": description, "examples": [3]}


ABOUT: Fields = {
    "purchase": _perhaps(
        _id("The purchase it is about; `GET /v1/purchases/{id}/trace` tells all.")
    ),
    "partner": _perhaps(_text("The short name of the partner whose it is.", "riverside-clinic")),
    "is_test": {
        "type": "boolean",
        "description": "Whether it was bought in a test mode.",
        "examples": [False],
    },
}
UNIT: Fields = {
    "entitlement": _text("Its handle, never its code.", HANDLE, pattern="^ent_[0-9a-z]{26}$"),
    "version": _count("Grows by one with each entry; an event with a lower one is older news."),
    "state": _text("Its state at this version.", "issued", enum=[one.value for one in State]),
    "product": _text("The SKU of its product.", "DNA-STD"),
    "expires_at": _perhaps(_text("When its validity ends, if ever.", MOMENT, format="date-time")),
}
ACT: Fields = {
    "act": _text("What was done, as the ledger calls it.", "issue", enum=[a.value for a in Act]),
}
ORDER: Fields = {
    "connection": _text("The connection it came through.", "web-shop"),
    "payment": _text(
        "How its payment stands now.", "paid", enum=[one.value for one in PaymentStatus]
    ),
    "is_cancelled": {
        "type": "boolean",
        "description": "Whether the order is cancelled now.",
        "examples": [False],
    },
}
CASE: Fields = {
    "exception": _id("Which one; `GET /v1/exceptions` lists them."),
    "kind": _text("What kind it is.", "refund_after_assignment"),
    "entitlement": _perhaps(_text("The handle of what it is about.", HANDLE)),
}
STOCK: Fields = {
    "allotment": _perhaps(_id("Into which allotment they went, or out of which.")),
    "product": _text("The SKU of the product.", "DNA-STD"),
    "quantity": _count("How many units."),
}
ENDPOINT: Fields = {"endpoint": _id("Which webhook endpoint.")}

BY_KIND: Mapping[str, Fields] = MappingProxyType(
    {
        "entitlement": UNIT | ACT,
        "gift": UNIT | ACT,
        "purchase": ORDER,
        "exception": CASE,
        "partner": {},
        "endpoint": ENDPOINT,
    }
)
MORE: Mapping[EventType, Fields] = MappingProxyType(
    {
        EventType.ENTITLEMENT_EXPIRING: UNIT
        | {"days": _count("Its terms have it told so many days before the end.")},
        EventType.GIFT_OPENED: UNIT,
        EventType.EXCEPTION_RESOLVED: CASE
        | {"resolution": _text("By which way it was settled; empty if it went by itself.", "")},
        EventType.PARTNER_OPENED: {
            "parent": _perhaps(_text("The partner it stands below.", "riverside-group"))
        },
        EventType.PARTNER_ALLOTTED: STOCK
        | {"from": _perhaps(_text("The partner that handed them on.", "riverside-group"))},
        EventType.PARTNER_RETURNED: STOCK
        | {"to": _text("The partner they went back to.", "riverside-group")},
        EventType.PARTNER_SUSPENDED: {
            "mode": _text("How far.", "codes", enum=["handing_out", "codes"])
        },
        EventType.ENDPOINT_DISABLED: ENDPOINT
        | {"why": _text("Why.", "failing", enum=["staff", "gone", "failing"])},
    }
)
"""What is otherwise than with the others of its kind."""


OTHERWISE = {
    EventType.ENTITLEMENT_CHANGED: Act.COMPLETE_SUBJECT,
    EventType.GIFT_CLAIMED: Act.REDEEM,
}
STATES = {
    EventType.ENTITLEMENT_MINTED: State.MINTED,
    EventType.ENTITLEMENT_RESERVED: State.RESERVED,
    EventType.ENTITLEMENT_ASSIGNED: State.ASSIGNED,
    EventType.ENTITLEMENT_TRANSFERRED: State.ASSIGNED,
    EventType.ENTITLEMENT_FULFILLED: State.FULFILLED,
    EventType.ENTITLEMENT_CHANGED: State.ASSIGNED,
    EventType.ENTITLEMENT_REVOKED: State.REVOKED,
    EventType.GIFT_CLAIMED: State.ASSIGNED,
}


def data_of(kind: EventType) -> Fields:
    """Give the properties of the ``data`` of an event: all of them are always there."""
    thing = kind.value.partition(".")[0]
    return {**MORE.get(kind, BY_KIND[thing]), **ABOUT}


def schema_of(kind: EventType) -> dict[str, Any]:
    """
    Give the JSON Schema of an event, with an example.

    Whoever is told should let pass what it does not know: later versions may tell more.
    """
    fields = data_of(kind)
    return {
        "$schema": DIALECT,
        "title": kind.value,
        "description": WORDS[kind],
        "type": "object",
        "required": ["id", "type", "timestamp", "data"],
        "properties": {
            "id": _id("Stays the same however often it is sent: by it repetitions are known."),
            "type": {"const": kind.value, "description": "What happened."},
            "timestamp": _text("When it happened, in UTC.", MOMENT, format="date-time"),
            "data": {
                "type": "object",
                "description": "What it is about: ids and states, never a code or a person.",
                "required": list(fields),
                "properties": fields,
            },
        },
        "examples": [example_of(kind)],
    }


def example_of(kind: EventType) -> dict[str, Any]:
    """Give an event as it may look."""
    data = {name: schema["examples"][0] for name, schema in data_of(kind).items()}
    act = next((act for act, told in OF_ACTS.items() if told is kind), None)
    if "act" in data:
        data["act"] = (act or OTHERWISE[kind]).value
    if "state" in data:
        data["state"] = STATES.get(kind, State.ISSUED).value
    return {"id": OTHER_ID, "type": kind.value, "timestamp": MOMENT, "data": data}
