"""The document: what Ninja describes, and what can be derived from it."""

import sys
from collections.abc import Iterator, Mapping
from inspect import getdoc
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.operation import Operation

from counterfoil.api.description import refusals
from counterfoil.api.description.examples import Examples
from counterfoil.api.description.headers import HEADERS, headers_of, referred
from counterfoil.api.description.names import operation_id
from counterfoil.api.description.webhooks import webhooks
from counterfoil.api.description.words import MEANINGS, described, described_parameter
from counterfoil.api.schemas import Problem
from counterfoil.api.security import OWN_HOUSE, ApiKeyBearer
from counterfoil.rules.scopes import WORDS as SCOPES
from counterfoil.rules.scopes import Scope

Json = dict[str, Any]
SECURITY = "ApiKey"
JSON = "application/json"
FORM = "multipart/form-data"


class NameTaken(Exception):
    """Two classes are called alike, and only one can be in the document: rename one."""


class Described(OpenAPISchema):
    """The description of the API."""

    def __init__(self, api: NinjaAPI, path_prefix: str) -> None:
        """Describe an API whose addresses begin with this."""
        self._operations: list[tuple[Operation, Json]] = []
        self._refused: Json = {}
        super().__init__(api, path_prefix)
        self["tags"] = list(_tags(self._operations))
        self["webhooks"] = webhooks()

    def operation_details(self, operation: Operation) -> Json:
        """Describe an operation as Ninja does, and remember which one it is."""
        details: Json = super().operation_details(operation)
        self._operations.append((operation, details))
        return details

    def operation_security(self, operation: Operation) -> list[Json] | None:
        """Say which scope a key needs."""
        scopes = [one.scope.value for one in _keys(operation)]
        return [{SECURITY: scopes}] if scopes else None

    def add_schema_definitions(self, definitions: Mapping[str, Json]) -> None:
        """
        Take in what bodies are made of.

        :raises NameTaken: if two of them have the same name and are not the same.
        """
        for name, schema in definitions.items():
            told = described(name, schema)
            if self.schemas.setdefault(name, told) != told:
                raise NameTaken(name)

    def get_paths(self) -> Json:
        """Describe every operation."""
        paths: Json = super().get_paths()
        self._add(Problem)
        known = {id(details): operation for operation, details in self._operations}
        for address, methods in paths.items():
            for method, details in methods.items():
                self._complete(known[id(details)], method, address, details)
        return paths

    def get_components(self) -> Json:
        """Describe what operations have in common."""
        return {
            "schemas": self.schemas,
            "examples": self._refused,
            "headers": dict(HEADERS),
            "securitySchemes": {SECURITY: _security()},
        }

    def _add(self, model: type[Problem]) -> None:
        schema = model.model_json_schema(mode="serialization", ref_template=REF_TEMPLATE)
        self.add_schema_definitions(schema.pop("$defs", {}) | {model.__name__: schema})

    def _complete(self, operation: Operation, method: str, address: str, details: Json) -> None:
        place = address.removeprefix(self.path_prefix.rstrip("/"))
        details["operationId"] = operation.operation_id or operation_id(method, place)
        details["parameters"] = [described_parameter(one) for one in details["parameters"]]
        details["description"] = "\n\n".join(
            filter(None, [details.get("description", ""), *_who(operation)])
        )
        examples = Examples(self.schemas)
        for kind, media in details.get("requestBody", {}).get("content", {}).items():
            if kind == FORM:
                media["schema"] = _without_null(media["schema"])
            media.setdefault("example", examples.request(media["schema"]))
        self._complete_answers(operation, details, examples)

    def _complete_answers(self, operation: Operation, details: Json, examples: Examples) -> None:
        refused = refusals.refusals(operation, details)
        self._refused |= refusals.examples(refused)
        answers = {
            int(status): answer
            for status, answer in details["responses"].items()
            if int(status) < 400 or int(status) in refused
        }
        for status in answers.keys() | refused.keys():
            answer = answers.setdefault(status, {})
            answer["description"] = MEANINGS[status]
            if status >= 400:
                answer["content"] = refusals.content(refused[status])
            elif media := answer.get("content", {}).get(JSON):
                media.setdefault("example", examples.answer(media["schema"]))
            if headers := referred(headers_of(status, details)):
                answer["headers"] = headers | answer.get("headers", {})
        details["responses"] = {str(status): answers[status] for status in sorted(answers)}


def _without_null(schema: Json) -> Json:
    """Give what a form can say: it leaves a field out, and has no word for null."""
    fields = {
        name: {**one, "anyOf": [way for way in one["anyOf"] if way != {"type": "null"}]}
        if "anyOf" in one
        else one
        for name, one in schema["properties"].items()
    }
    return {**schema, "properties": fields}


def _keys(operation: Operation) -> list[ApiKeyBearer]:
    return [one for one in operation.auth_callbacks if isinstance(one, ApiKeyBearer)]


def _who(operation: Operation) -> Iterator[str]:
    for auth in _keys(operation):
        closed = ", and a key that is no partner's" if auth.scope in OWN_HOUSE else ""
        yield f"Needs the scope `{auth.scope.value}`{auth.whose or closed}."


def _security() -> Json:
    scopes = "\n".join(f"* `{one.value}`: {SCOPES[one]}" for one in Scope)
    return {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "cfk_…",
        "description": f"An API key. Each operation names the scope it needs:\n\n{scopes}",
    }


def _tags(operations: list[tuple[Operation, Json]]) -> Iterator[Json]:
    """Describe each tag by what the module says of itself in which it is first used."""
    found: dict[str, str] = {}
    for operation, details in operations:
        for tag in details.get("tags", ()):
            module = sys.modules[operation.view_func.__module__]
            found.setdefault(tag, getdoc(module) or "")
    for tag in sorted(found):
        yield {"name": tag, "description": found[tag].split("\n\n", 1)[0]}
