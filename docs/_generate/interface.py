"""What programs meet: errors, scopes, the API."""

import json
import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import counterfoil
from counterfoil.api.problems import STATUSES
from counterfoil.errors import CounterfoilError

from . import words
from .markdown import code, prose, sentence, table

APART = ("counterfoil.migrations", "counterfoil.management", "counterfoil.testing")
Rows = Iterator[list[str]]
OPENAPI = Path(__file__).parents[1] / "reference" / "openapi.json"


def all_errors() -> list[type[CounterfoilError]]:
    """Find every error there is, wherever it is defined, kinds first."""
    for module in pkgutil.walk_packages(counterfoil.__path__, "counterfoil."):
        if not module.name.startswith(APART):
            import_module(module.name)
    return list(dict.fromkeys(_below(CounterfoilError)))


def errors() -> str:
    """Write the errors by kind."""
    found = all_errors()
    kinds = [one for one in found if CounterfoilError in one.__bases__]
    parts = []
    for kind in kinds:
        below = sorted((one for one in found if issubclass(one, kind)), key=lambda one: one.code)
        below.sort(key=lambda one: one is not kind)
        parts.append(f"## {kind.__name__}\n\n{sentence(kind.__doc__)}")
        parts.append(
            table(
                ["code", "error", "HTTP", "meaning"],
                (
                    [code(one.code), code(one.__name__), str(status(one)), sentence(one.__doc__)]
                    for one in below
                ),
            )
        )
    return "\n\n".join(parts)


def status(error: type[CounterfoilError]) -> int:
    """Give the HTTP status with which the API answers an error."""
    return next(STATUSES[kind] for kind in error.__mro__ if kind in STATUSES)


def scopes() -> str:
    """Write the scopes of API keys."""
    return table(
        ["scope", "what the key may do"],
        ([code(scope.value), meaning] for scope, meaning in words.SCOPES.items()),
    )


def api() -> str:
    """Write every operation of the API, from its OpenAPI document."""
    document = json.loads(OPENAPI.read_text())
    parts = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            parts += _operation(document, f"{method.upper()} {path}", operation)
    return "\n\n".join(parts)


def bodies() -> str:
    """Write what the bodies of requests and answers are made of."""
    document = json.loads(OPENAPI.read_text())
    schemas = document["components"]["schemas"]
    parts = []
    for name, schema in sorted(schemas.items()):
        if "properties" in schema:
            parts += [f"### {name}", prose(schema.get("description")), _fields(document, schema)]
    return "\n\n".join(parts)


def _operation(document: Mapping[str, Any], name: str, operation: Mapping[str, Any]) -> list[str]:
    parts = [f"### `{name}`", f"**{operation['summary']}.** {prose(operation['description'])}"]
    parts.append(f"In clients it is called {code(operation['operationId'])}.")
    if given := operation.get("parameters"):
        parts.append(table(["parameter", "in", "type", "meaning"], _parameters(document, given)))
    if body := operation.get("requestBody"):
        parts.append(f"Takes {_type(document, _schema(body))}.")
    for number, answer in sorted(operation["responses"].items()):
        if number.startswith("2") and answer.get("content"):
            parts.append(f"Answers {number} with {_type(document, _schema(answer))}.")
    refused = [
        f"{number} ({', '.join(map(code, next(iter(answer['content'].values()))['examples']))})"
        for number, answer in sorted(operation["responses"].items())
        if number >= "4"
    ]
    parts.append(f"Refuses with {', '.join(refused)}.")
    return parts


def _parameters(document: Mapping[str, Any], given: Iterable[Mapping[str, Any]]) -> Rows:
    for one in given:
        meaning = prose(one.get("description"))
        yield [code(one["name"]), one["in"], _type(document, one["schema"]), meaning]


def _fields(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    required = set(schema.get("required", ()))
    rows = []
    for name, field in schema["properties"].items():
        told = prose(field.get("description"))
        if examples := field.get("examples"):
            told += f" Such as {code(str(examples[0]))}."
        asked = "yes" if name in required else "no"
        rows.append([code(name), _type(document, field), asked, told.strip()])
    return table(["field", "type", "always there", "meaning"], rows)


def _schema(body: Mapping[str, Any]) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = next(iter(body["content"].values()))["schema"]
    return schema


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def _type(document: Mapping[str, Any], field: Mapping[str, Any]) -> str:
    if "$ref" in field:
        name = field["$ref"].rsplit("/", 1)[1]
        found = _resolved(document, field)
        if "enum" in found:
            return " or ".join(map(code, found["enum"]))
        return f"[{name}](#{name.lower()})"
    if choices := field.get("anyOf") or field.get("allOf"):
        return " or ".join(_type(document, one) for one in choices)
    if field.get("type") == "array":
        return f"list of {_type(document, field.get('items', {}))}"
    return str(field.get("format") or field.get("type", "anything"))


def _below(kind: type[CounterfoilError]) -> Iterator[type[CounterfoilError]]:
    for one in kind.__subclasses__():
        if one.__module__.startswith("counterfoil."):
            yield one
            yield from _below(one)
