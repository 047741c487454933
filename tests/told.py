"""Whether what other systems are told is as the schemas say, and nothing more."""

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from counterfoil.models import Event
from counterfoil.queries.events import envelope
from counterfoil.rules.event_schemas import schema_of
from counterfoil.rules.events import EventType


@cache
def validator(kind: EventType) -> Draft202012Validator:
    """Give what judges events of one type, by their published schema with nothing added."""
    schema: Any = json.loads(json.dumps(schema_of(kind)))
    schema["additionalProperties"] = schema["properties"]["data"]["additionalProperties"] = False
    return Draft202012Validator(schema, format_checker=FormatChecker())


def faults(event: Event) -> list[str]:
    """Tell what is wrong with an event."""
    kind = EventType(event.type)
    told: Any = json.loads(json.dumps(envelope(event)))
    return [f"{kind}: {one.message}" for one in validator(kind).iter_errors(told)]


def assert_told_soundly() -> None:
    """Fail if any event is otherwise than its schema says."""
    assert [fault for event in Event.objects.all() for fault in faults(event)] == []
