"""
Questions: what a form asks, from a JSON schema; :mod:`counterfoil.rules.answers` judges by it.

The schema is that of an object whose properties are plain: text, number, whole number, yes or no,
or one of several. ``title`` and ``description`` are the label and the hint; three words are our
own: ``x-labels`` names the choices of an ``enum``, ``x-translations`` holds title, description and
labels in other languages, and ``x-widget`` is ``textarea`` for a long text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Schema = Mapping[str, Any]


class Ask(StrEnum):
    """What sort of answer is asked for."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DATE = "date"
    MAIL = "email"
    CHOICE = "choice"
    YES_NO = "yes_no"
    TICK = "tick"


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One question in one language; ``choices`` are values with their labels."""

    name: str
    label: str
    ask: Ask
    required: bool
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    max_length: int = 0
    minimum: str = ""
    maximum: str = ""
    is_whole: bool = False
    autocomplete: str = "off"


def names(schema: Schema) -> tuple[str, ...]:
    """Give the fields in the order they are asked in: as ``x-order`` has it, then the rest."""
    properties = schema.get("properties", {})
    first = [name for name in schema.get("x-order", ()) if name in properties]
    return (*first, *(name for name in properties if name not in first))


def asked(schema: Schema, language: str = "") -> tuple[Asked, ...]:
    """Give the questions in their order, in this language as far as the schema speaks it."""
    required = schema.get("required", ())
    return tuple(
        _asked(name, schema["properties"][name], name in required, language)
        for name in names(schema)
    )


def label_of(schema: Schema, name: str, language: str = "") -> str:
    """Give the label of one field; of one that is no longer asked for, its name in words."""
    part = schema.get("properties", {}).get(name)
    if part is None:
        return name.replace("_", " ").capitalize()
    return str(_said(part, "title", language) or name)


def worded(schema: Schema, name: str, value: Any, language: str = "") -> str:
    """Write an answer as a person reads it."""
    labels = _labels(schema.get("properties", {}).get(name, {}), language)
    return str(labels.get(str(value), value))


def _asked(name: str, part: Schema, required: bool, language: str) -> Asked:
    labels = _labels(part, language)
    return Asked(
        name=name,
        label=str(_said(part, "title", language) or name),
        ask=ask_of(part),
        required=required,
        hint=str(_said(part, "description", language) or ""),
        choices=tuple((str(one), str(labels.get(str(one), one))) for one in part.get("enum", ())),
        max_length=int(part.get("maxLength", 0)),
        minimum=str(part.get("minimum", "")),
        maximum=str(part.get("maximum", "")),
        is_whole=part.get("type") == "integer",
        autocomplete=str(part.get("x-autocomplete", "off")),
    )


def ask_of(part: Schema) -> Ask:
    """Tell what sort of answer a property asks for."""
    match part:
        case {"enum": _}:
            return Ask.CHOICE
        case {"const": True}:
            return Ask.TICK
        case {"type": "boolean"}:
            return Ask.YES_NO
        case {"type": "integer" | "number"}:
            return Ask.NUMBER
        case {"format": "date"}:
            return Ask.DATE
        case {"format": "email"}:
            return Ask.MAIL
        case {"x-widget": "textarea"}:
            return Ask.LONG_TEXT
        case _:
            return Ask.TEXT


def _said(part: Schema, what: str, language: str) -> Any:
    told = part.get("x-translations", {})
    for one in (language, language.partition("-")[0]):
        if what in told.get(one, {}):
            return told[one][what]
    return part.get(what)


def _labels(part: Schema, language: str) -> Mapping[str, str]:
    return {**part.get("x-labels", {}), **(_said(part, "labels", language) or {})}
