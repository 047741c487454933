"""What the description of the API has to say, whatever operations there are."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator

from counterfoil.rules.scopes import Scope

Json = Mapping[str, Any]
FORMATS = {"binary", "date", "date-time", "email", "uri", "uuid"}
OPERATION_ID = re.compile(r"[a-z]+([A-Z][a-z]+)*")
PROBLEM = "application/problem+json"


def operations(document: Json) -> Iterator[tuple[str, Json]]:
    """Give every operation, and what to call it where something is wrong with it."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def faults(document: Json) -> list[str]:
    """Give everything that is wrong with a document, in words."""
    return [fault for rule in RULES for fault in rule(document)]


def _names(document: Json) -> Iterator[str]:
    count = Counter(one["operationId"] for _, one in operations(document))
    for place, operation in operations(document):
        name = operation["operationId"]
        if count[name] > 1 or not OPERATION_ID.fullmatch(name) or len(name) > 40:
            yield f"{place}: no name for a function, or another's: {name} (set operation_id)"


def _words(document: Json) -> Iterator[str]:
    tags = {one["name"] for one in document["tags"] if one["description"]}
    for place, operation in operations(document):
        for part in ("summary", "description"):
            if not operation.get(part, "").strip():
                yield f"{place}: no {part}"
        if operation.get("summary", "").endswith("."):
            yield f"{place}: a summary is no sentence"
        if not set(operation.get("tags", ())) & tags:
            yield f"{place}: no tag, or its module has no docstring"


def _keys(document: Json) -> Iterator[str]:
    known = {one.value for one in Scope}
    for place, operation in operations(document):
        asked = [one for way in operation.get("security", ()) for one in way["ApiKey"]]
        if len(asked) != 1 or asked[0] not in known:
            yield f"{place}: asks for no scope, or for several"


def _refusals(document: Json) -> Iterator[str]:
    for place, operation in operations(document):
        for status, answer in operation["responses"].items():
            if status >= "4" and not answer["content"].get(PROBLEM, {}).get("examples"):
                yield f"{place}: {status} has no example of a problem"


def _examples(document: Json) -> Iterator[str]:
    for place, body in _bodies(document):
        if "example" not in body:
            yield f"{place}: no example"
            continue
        schema = {**body["schema"], "components": document["components"]}
        for error in Draft202012Validator(schema).iter_errors(body["example"]):
            yield f"{place}: the example does not fit at {error.json_path}: {error.message}"


def _bodies(document: Json) -> Iterator[tuple[str, Json]]:
    for place, operation in operations(document):
        contents = {"takes": operation.get("requestBody", {})} | operation["responses"]
        for name, content in contents.items():
            if body := content.get("content", {}).get("application/json"):
                yield f"{place}, {name}", body


def _fields(document: Json) -> Iterator[str]:
    schemas = document["components"]["schemas"]
    for name, schema in schemas.items():
        if not schema.get("description"):
            yield f"{name}: no description (its class has no docstring)"
        for field, told in schema.get("properties", {}).items():
            if not _says(told, schemas):
                yield f"{name}.{field}: no description, and no example"
    for place, operation in operations(document):
        for one in operation["parameters"]:
            if not _says(one, schemas):
                yield f"{place}: nothing is said of {one['name']}"


def _says(told: Json, schemas: Mapping[str, Json]) -> bool:
    if told.get("description") or told.get("examples"):
        return True
    inner = [told, *told.get("allOf", ()), *told.get("anyOf", ()), told.get("items", {})]
    named = [one["$ref"].rsplit("/", 1)[1] for one in inner if "$ref" in one]
    return any(schemas[one].get("description") for one in named)


UNPAGED: Mapping[str, str] = {
    "listEvents": "a feed, which has no end: `cursor` and `more`",
    "listWebhookEndpointSecrets": "two at most, while one is changed",
    "readEntitlementOnboarding": "as many steps as the terms name",
    "readEntitlementTrace": "a story, whose entitlements have pages of their own",
    "readException": "as many suggestions as its playbook makes",
    "readOrderFile": "how it was read, and what every order lacks",
    "readPartner": "its people, as many as act for it",
    "readProduct": "the versions of its terms",
    "readPurchase": "the first page; `listPurchaseEntitlements` has the others",
    "readPurchaseTrace": "a story, whose entitlements have pages of their own",
    "readWebhookEndpoint": "the types and products that it is told of",
    "readWebhookEndpointDelivery": "as many calls as are made for one event",
}
"""What is read with a list in it and has no pages, and why."""


def _pages(document: Json) -> Iterator[str]:
    for place, operation in operations(document):
        answer = operation["responses"].get("200", {}).get("content", {}).get("application/json")
        if not place.startswith("GET") or answer is None:
            continue
        name = answer["schema"]["$ref"].rsplit("/", 1)[1]
        fields = document["components"]["schemas"][name]["properties"]
        has_list = any(one.get("type") == "array" for one in fields.values())
        asked = {one["name"] for one in operation["parameters"]}
        is_paged = "next" in fields and {"after", "limit"} <= asked
        if operation["operationId"] in UNPAGED:
            continue
        if has_list and not is_paged:
            yield f"{place}: a list without pages (after, limit and next)"
        if asked & {"before", "page", "offset", "cursor"}:
            yield f"{place}: pages of another kind"


def _formats(document: Json, place: str = "") -> Iterator[str]:
    for key, value in document.items():
        if key == "format" and isinstance(value, str) and value not in FORMATS:
            yield f"{place}: unknown format {value}"
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                yield from _formats(inner, f"{place}/{key}")


RULES: tuple[Callable[[Json], Iterator[str]], ...] = (
    _names,
    _words,
    _keys,
    _refusals,
    _examples,
    _fields,
    _formats,
    _pages,
)
