"""Examples of bodies, put together from the examples of their fields."""

from collections.abc import Mapping, Sequence
from typing import Any

from counterfoil.api.description.words import example_of

Json = Mapping[str, Any]
OF_FORMATS: Json = {
    "uuid": "0199e1c4-5a1e-7f00-8d7e-3c1b2a4d5e6f",
    "date-time": "2027-03-01T09:30:00Z",
    "date": "2027-03-01",
    "email": "eva@example.com",
    "binary": "email\neva@example.com\n",
    "uri": "https://shop.example/hooks/counterfoil",
}


USUALLY_THERE = frozenset({"allotment", "expires_at", "finished_at", "paid_at", "purchase"})


class Examples:
    """Makes examples of the schemas of one document."""

    def __init__(self, schemas: Mapping[str, Json]) -> None:
        """Remember what ``$ref`` refers to."""
        self._schemas = schemas

    def request(self, schema: Json) -> Any:
        """Give a request: what it has to have, and what its author thought worth an example."""
        return _Making(self._schemas, is_request=True).value(schema, "")

    def answer(self, schema: Json) -> Any:
        """Give an answer, with everything there is in it."""
        return _Making(self._schemas, is_request=False).value(schema, "")


class _Making:
    """One example in the making; ``above`` are the schemas it is inside of."""

    def __init__(self, schemas: Mapping[str, Json], *, is_request: bool) -> None:
        self._schemas = schemas
        self._is_request = is_request
        self._above: list[str] = []

    @property
    def _owner(self) -> str:
        return self._above[-1] if self._above else ""

    def value(self, schema: Json, name: str) -> Any:
        if given := schema.get("examples"):
            return given[0]
        if "const" in schema:
            return schema["const"]
        if "$ref" in schema:
            return self._referred(str(schema["$ref"]).rsplit("/", 1)[1], name)
        for several in ("allOf", "anyOf", "oneOf"):
            if several in schema:
                return self._one_of(schema[several], name)
        known = example_of(self._owner, name)
        if "enum" in schema:
            return known if known in schema["enum"] else schema.get("default") or schema["enum"][0]
        if known is not None and _fits(schema, known):
            return known
        if schema.get("type") == "object":
            return self._object(schema)
        if schema.get("type") == "array":
            return self._array(schema, name)
        return _scalar(schema)

    def _referred(self, named: str, name: str) -> Any:
        if named in self._above:
            return None  # it contains itself
        self._above.append(named)
        try:
            return self.value(self._schemas[named], name)
        finally:
            self._above.pop()

    def _one_of(self, choices: Sequence[Json], name: str) -> Any:
        may_lack = any(one.get("type") == "null" for one in choices)
        known = example_of(self._owner, name)
        fitting = [one for one in choices if known is not None and _fits(one, known)]
        if may_lack and not fitting and name not in USUALLY_THERE:
            return None
        return self.value((fitting or choices)[0], name)

    def _object(self, schema: Json) -> dict[str, Any]:
        needed = schema.get("required", ())
        return {
            name: self.value(field, name)
            for name, field in schema.get("properties", {}).items()
            if not self._is_request or name in needed or field.get("examples")
        }

    def _array(self, schema: Json, name: str) -> list[Any]:
        if "prefixItems" in schema:
            return [self.value(one, name) for one in schema["prefixItems"]]
        items = schema.get("items", {})
        if str(items.get("$ref", "")).rsplit("/", 1)[-1] in self._above:
            return []
        return [self.value(items, name.removesuffix("s"))]


def _scalar(schema: Json) -> Any:
    kind = schema.get("type")
    if known := OF_FORMATS.get(schema.get("format", "")):
        return known
    if kind == "boolean":
        return bool(schema.get("default", False))
    if kind in ("integer", "number"):
        return schema.get("default") or max(schema.get("minimum", 1), 1)
    return schema.get("default", "") if kind == "string" else None


def _fits(schema: Json, value: Any) -> bool:
    kinds: Mapping[str, type] = {"string": str, "integer": int, "array": list, "object": dict}
    kind = kinds.get(schema.get("type", ""))
    is_right = kind is not None and isinstance(value, kind) and not isinstance(value, bool)
    return is_right and "format" not in schema
