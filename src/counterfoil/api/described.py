"""What decorators of views add to the description of an operation."""

from collections.abc import Mapping
from typing import Any

from ninja.operation import Operation


def add_header(operation: Operation, parameter: Mapping[str, Any]) -> None:
    """Say that an operation reads a header, unless it says more of it already."""
    extra = dict(operation.openapi_extra or {})
    known: list[Mapping[str, Any]] = extra.get("parameters", [])
    if all(one["name"] != parameter["name"] for one in known):
        operation.openapi_extra = extra | {"parameters": [*known, dict(parameter)]}


def add_refusals(operation: Operation, *statuses: int) -> None:
    """Say that an operation may refuse with these as well; all refusals are worded alike."""
    problem = operation.response_models[401]
    for status in statuses:
        operation.response_models.setdefault(status, problem)


def add_answer_header(operation: Operation, name: str, header: Mapping[str, Any]) -> None:
    """Say that the answers of an operation that are no refusals carry a header."""
    extra = dict(operation.openapi_extra or {})
    answers = dict(extra.get("responses", {}))
    for status in operation.response_models:
        if isinstance(status, int) and status < 300:
            said = dict(answers.get(status, {}))
            answers[status] = said | {"headers": said.get("headers", {}) | {name: dict(header)}}
    operation.openapi_extra = extra | {"responses": answers}
