"""Reading the declaration of subject kinds, and everything that can be wrong with it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from counterfoil.rules.subjects import RELATIONS, Home, SubjectKind, Uniqueness

NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")
PARTS = {"label", "labels", "schema", "unique", "chooser", "lives", "relations"}
TYPES = ("string", "integer", "number", "boolean")
FORMATS = ("date", "email")
RESERVED = {"subject_id", "reference", "relation", "which", "csrfmiddlewaretoken"}


class Mistake(NamedTuple):
    """One thing that is wrong with a declaration: where, what, and what mends it."""

    at: str
    says: str
    fix: str


def read_kinds(setting: Mapping[str, Mapping[str, Any]]) -> dict[str, SubjectKind]:
    """Read a declaration without mistakes; :func:`mistakes` tells whether it is one."""
    return {name: _kind(name, one) for name, one in setting.items()}


def mistakes(setting: Any) -> Iterator[Mistake]:
    """Find everything that is wrong with a declaration."""
    if not isinstance(setting, Mapping):
        yield Mistake("", "it is no mapping", "Write it as {name: declaration}.")
        return
    for name, one in setting.items():
        if not isinstance(name, str) or not NAME.fullmatch(name):
            yield Mistake(
                f"[{name!r}]",
                "this is no name of a kind",
                "Use small letters, digits and underscores, 32 at most.",
            )
        if not isinstance(one, Mapping):
            yield Mistake(f"[{name!r}]", "it is no mapping", "Give label and schema at least.")
            continue
        yield from _of_kind(f"[{name!r}]", one)


def _kind(name: str, one: Mapping[str, Any]) -> SubjectKind:
    unique = one.get("unique", Uniqueness.NONE.value)
    by_fields = not isinstance(unique, str)
    return SubjectKind(
        name=name,
        label=one["label"],
        labels=one.get("labels", {}),
        schema=one.get("schema", {}),
        unique=Uniqueness.FIELDS if by_fields else Uniqueness(unique),
        unique_fields=tuple(unique) if by_fields else (),
        chooser=one.get("chooser", ""),
        lives=Home(one.get("lives", Home.HERE.value)),
        relations=tuple(one.get("relations", RELATIONS)),
    )


def _of_kind(at: str, one: Mapping[str, Any]) -> Iterator[Mistake]:
    for part in sorted(set(map(str, one)) - PARTS):
        yield Mistake(f"{at}", f"nobody reads {part!r}", f"Known are {', '.join(sorted(PARTS))}.")
    if not isinstance(one.get("label"), str) or not one["label"].strip():
        yield Mistake(f"{at}['label']", "it is missing", "Name the kind as customers do.")
    labels = one.get("labels", {})
    if not isinstance(labels, Mapping) or not all(isinstance(it, str) for it in labels.values()):
        yield Mistake(f"{at}['labels']", "it is no {language: label}", "Such as {'de': 'Hund'}.")
    schema = one.get("schema", {})
    properties: Mapping[str, Any] = {}
    if isinstance(schema, Mapping):
        yield from _of_schema(f"{at}['schema']", schema)
        found = schema.get("properties", {})
        properties = found if isinstance(found, Mapping) else {}
    else:
        yield Mistake(f"{at}['schema']", "it is no mapping", "Write a JSON schema of an object.")
    yield from _of_rules(at, one, properties)


def _of_rules(at: str, one: Mapping[str, Any], properties: Mapping[str, Any]) -> Iterator[Mistake]:
    unique = one.get("unique", Uniqueness.NONE.value)
    words = [it.value for it in Uniqueness if it is not Uniqueness.FIELDS]
    if isinstance(unique, str):
        if unique not in words:
            yield Mistake(
                f"{at}['unique']",
                f"{unique!r} is no rule",
                f"Use {', '.join(map(repr, words))}, or a list of fields such as ['chip'].",
            )
    elif not isinstance(unique, list | tuple) or not unique or set(unique) - set(properties):
        yield Mistake(
            f"{at}['unique']", "it names no fields of the schema", "Name fields that are asked."
        )
    if one.get("lives", Home.HERE.value) not in {it.value for it in Home}:
        yield Mistake(f"{at}['lives']", "it is neither 'here' nor 'host'", "Use one of the two.")
    elif one.get("lives") == Home.HOST.value and not one.get("chooser"):
        yield Mistake(
            f"{at}['chooser']",
            "subjects live in your system, and nothing can choose one",
            "Give the dotted path of a SubjectChooser.",
        )
    if not isinstance(one.get("chooser", ""), str):
        yield Mistake(f"{at}['chooser']", "it is no dotted path", "Such as 'shop.dogs.Chooser'.")
    relations = one.get("relations", RELATIONS)
    if not isinstance(relations, list | tuple) or set(relations) - set(RELATIONS):
        yield Mistake(f"{at}['relations']", "one is unknown", f"Known are {', '.join(RELATIONS)}.")


def _of_schema(at: str, schema: Mapping[str, Any]) -> Iterator[Mistake]:
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        place = "".join(f"[{step!r}]" for step in error.path)
        yield Mistake(f"{at}{place}", f"this is no JSON schema: {error.message}", "Correct it.")
        return
    if schema.get("type") != "object":
        yield Mistake(f"{at}['type']", "it is not 'object'", "A subject is an object: say so.")
    properties = schema.get("properties", {})
    for name, part in properties.items():
        yield from _of_property(f"{at}['properties'][{name!r}]", name, part)
    for word in ("required", "x-order"):
        named = schema.get(word, ())
        if not isinstance(named, list | tuple) or set(named) - set(properties):
            yield Mistake(
                f"{at}[{word!r}]", "it names what is no property", "Name properties of the schema."
            )


def _of_property(at: str, name: str, part: Any) -> Iterator[Mistake]:
    if name in RESERVED or not re.fullmatch(r"[A-Za-z]\w{0,59}", name):
        yield Mistake(at, "a form cannot have a field of this name", "Use letters, digits and _.")
    if not isinstance(part, Mapping):
        yield Mistake(at, "it is no mapping", "Give type and title.")
        return
    if part.get("type", "string" if "enum" in part else None) not in TYPES:
        yield Mistake(f"{at}['type']", "no form asks for this", f"Use {', '.join(TYPES)}.")
    if not isinstance(part.get("title"), str) or not part["title"].strip():
        yield Mistake(f"{at}['title']", "it is missing", "Give the label the form shows.")
    if part.get("format", FORMATS[0]) not in FORMATS:
        yield Mistake(f"{at}['format']", "no form knows it", f"Use {', '.join(FORMATS)}.")
    if part.get("x-widget", "textarea") != "textarea":
        yield Mistake(f"{at}['x-widget']", "no form draws this", "Use 'textarea', or leave it out.")
    told = part.get("x-translations", {})
    if not isinstance(told, Mapping) or not all(
        isinstance(it, Mapping) and set(it) <= {"title", "description", "labels"}
        for it in told.values()
    ):
        yield Mistake(
            f"{at}['x-translations']",
            "it is no {language: {title, description, labels}}",
            "Such as {'de': {'title': 'Name'}}.",
        )
    labels = part.get("x-labels", {})
    if not isinstance(labels, Mapping) or set(labels) - set(map(str, part.get("enum", ()))):
        yield Mistake(f"{at}['x-labels']", "it labels what is no choice", "Label values of enum.")
