"""Parameters as the ``stripe`` library writes them: ``line_items[0][price_data][currency]=eur``."""

import re
from typing import Any
from urllib.parse import parse_qsl

from counterfoil_sim.errors import ApiError

_KEY = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)\Z")
_PART = re.compile(r"\[([^\[\]]*)\]")
_FIELDS_LIMIT = 2000


def parse(text: str) -> dict[str, Any]:
    """
    Give form fields as nested dictionaries and lists; the leaves are text.

    :raises ApiError: if a name cannot be read.
    """
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, max_num_fields=_FIELDS_LIMIT):
        found = _KEY.match(name)
        if found is None:
            raise ApiError(f"Invalid parameter name: {name}", param=name)
        _place(tree, [found.group(1), *_PART.findall(found.group(2))], value)
    return {name: _lists(value) for name, value in tree.items()}


def integer(params: dict[str, Any], name: str) -> int | None:
    """
    Give a whole number, or nothing if it was not given.

    :raises ApiError: if it is something else.
    """
    value = params.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not re.match(r"-?[0-9]{1,15}\Z", value):
        raise ApiError(f"Invalid integer: {value}", code="parameter_invalid_integer", param=name)
    return int(value)


def boolean(params: dict[str, Any], name: str) -> bool | None:
    """
    Give yes or no, or nothing if it was not given.

    :raises ApiError: if it is something else.
    """
    match params.get(name):
        case None:
            return None
        case "true":
            return True
        case "false":
            return False
        case other:
            raise ApiError(f"Invalid boolean: {other}", param=name)


def metadata(params: dict[str, Any], name: str = "metadata") -> dict[str, str]:
    """
    Give metadata within Stripe's limits.

    :raises ApiError: if there are too many pairs, or they are too long.
    """
    given = params.get(name) or {}
    if not isinstance(given, dict) or len(given) > 50:
        raise ApiError("Metadata holds up to 50 pairs", param=name)
    for key, value in given.items():
        if len(key) > 40 or not isinstance(value, str) or len(value) > 500:
            raise ApiError(f"Metadata is too long or not text: {key}", param=name)
    return dict(given)


def _place(tree: dict[str, Any], keys: list[str], value: str) -> None:
    *path, last = [key or "0" for key in keys[:-1]] + keys[-1:]
    for key in path:
        tree = tree.setdefault(key, {})
        if not isinstance(tree, dict):
            raise ApiError(f"Conflicting parameters: {keys[0]}", param=keys[0])
    tree[last or str(len(tree))] = value


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _lists(one) for key, one in value.items()}
    if inner and all(key.isdigit() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner
