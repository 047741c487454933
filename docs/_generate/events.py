"""What other systems are told of."""

from collections.abc import Mapping
from typing import Any

from counterfoil.rules.event_schemas import ABOUT, data_of
from counterfoil.rules.events import WORDS, EventType

from .markdown import code, codes, table


def types() -> str:
    """Write the types of events."""
    rows = ([code(one.value), meaning] for one, meaning in WORDS.items())
    return table(["type", "what happened"], rows)


def common() -> str:
    """Write what is in the data of every event."""
    return _fields(ABOUT)


def data() -> str:
    """Write what is in the data of which events, those alike together."""
    alike: dict[tuple[str, ...], list[EventType]] = {}
    for kind in EventType:
        alike.setdefault(tuple(set_apart(kind)), []).append(kind)
    parts = []
    for names, kinds in alike.items():
        parts.append(f"**{codes(one.value for one in kinds)}**")
        parts.append(_fields(set_apart(kinds[0])) if names else "Nothing else.")
    return "\n\n".join(parts)


def set_apart(kind: EventType) -> Mapping[str, Any]:
    """Give what is in the data of this event and not in every other."""
    return {name: schema for name, schema in data_of(kind).items() if name not in ABOUT}


def _fields(fields: Mapping[str, Any]) -> str:
    rows = ([code(name), _type(one), one["description"]] for name, one in fields.items())
    return table(["field", "type", "meaning"], rows)


def _type(schema: Mapping[str, Any]) -> str:
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if "format" in schema:
        kinds = [schema["format"], *kinds[1:]]
    return ", ".join(kinds)
