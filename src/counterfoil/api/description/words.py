"""What statuses and fields mean, where nothing nearer to them says so."""

from collections.abc import Mapping
from typing import Any

from counterfoil.api.description.fields import FIELDS
from counterfoil.api.description.traced_fields import OF_TRACES

Json = Mapping[str, Any]

MEANINGS: Mapping[int, str] = {
    200: "Done",
    201: "Made",
    202: "Accepted, and being worked on",
    204: "Done, and there is nothing to say of it",
    304: "Not changed since",
    400: "The request cannot be read, or lacks its key",
    401: "No valid API key",
    403: "The key may not do this",
    404: "There is no such thing",
    409: "The state of things does not allow it",
    410: "It is gone for good",
    412: "It has changed since you read it",
    413: "The request is too large",
    415: "The request is not JSON",
    422: "The request is wrong and stays wrong",
    428: "The request has to say which version it changes",
    429: "Too many calls, or codes that match nothing; see Retry-After",
    500: "Something went wrong here; whoever runs it was told",
    503: "Something this depends on does not answer; see Retry-After",
}
WORDS: Mapping[str, tuple[str, Any]] = {**FIELDS, **OF_TRACES}


def described(owner: str, schema: Json) -> dict[str, Any]:
    """Give a schema in which every field that says nothing of itself is described."""
    fields = schema.get("properties")
    if fields is None:
        return dict(schema)
    told = {name: _told(one, owner, name) for name, one in fields.items()}
    return {**schema, "properties": told}


def described_parameter(parameter: Json) -> dict[str, Any]:
    """Give a parameter that is described, if not by itself."""
    told = _told(parameter, "", parameter["name"])
    if parameter["in"] == "path" and not told["description"]:
        told["description"] = f"Which {_spelled(parameter['name'])}, by its id."
    if isinstance(examples := told.pop("examples", None), list):  # what schemas take, as they do
        told["example"] = examples[0]
    return told


def example_of(owner: str, name: str) -> Any:
    """Give an example of a field of this name in this schema, if there is one."""
    return _words(owner, name)[1]


def _told(field: Json, owner: str, name: str) -> dict[str, Any]:
    says, _ = _words(owner, name)
    return {**field, "description": field.get("description") or says}


def _spelled(name: str) -> str:
    return name.removesuffix("_id").replace("_", " ")


def _words(owner: str, name: str) -> tuple[str, Any]:
    return WORDS.get(f"{owner}.{name}") or WORDS.get(name) or (_spelled_out(name), None)


def _spelled_out(name: str) -> str:
    """Give what follows from how fields are named: ``closed_at``, ``is_closed``."""
    words = name.replace("_", " ")
    if name.endswith("_at"):
        return f"When it was {words.removesuffix(' at')}; null if it was not."
    return f"Whether it is {words.removeprefix('is ')}." if name.startswith("is_") else ""
