"""Lists in pages, filters, and references written out in full."""

import copy
from collections.abc import Iterable
from typing import Any

from counterfoil_sim import forms
from counterfoil_sim.errors import ApiError
from counterfoil_sim.store import Obj, Store

_COMPARED = {
    "gt": lambda value, bound: value > bound,
    "gte": lambda value, bound: value >= bound,
    "lt": lambda value, bound: value < bound,
    "lte": lambda value, bound: value <= bound,
}


def page(found: list[Obj], params: dict[str, Any], *, url: str) -> Obj:
    """
    Give one page of a list that is in its final order.

    :raises ApiError: if a cursor is not in the list, or the limit is not one.
    """
    limit = forms.integer(params, "limit")
    limit = 10 if limit is None else limit
    if not 1 <= limit <= 100:
        raise ApiError("Limit must be between 1 and 100", param="limit")
    places = {one["id"]: place for place, one in enumerate(found)}
    if after := params.get("starting_after"):
        rest = found[_place(places, after, "starting_after") + 1 :]
    elif before := params.get("ending_before"):
        rest = found[: _place(places, before, "ending_before")]
        return _list(rest[-limit:], more=len(rest) > limit, url=url)
    else:
        rest = found
    return _list(rest[:limit], more=len(rest) > limit, url=url)


def created_within(found: Iterable[Obj], params: dict[str, Any]) -> list[Obj]:
    """Keep what was created in the interval that was asked for, if one was."""
    bounds = params.get("created") or {}
    if not isinstance(bounds, dict):
        bounds = {"gte": bounds, "lte": bounds}
    limits = {name: forms.integer(bounds, name) for name in bounds}
    for name in limits:
        if name not in _COMPARED:
            raise ApiError(f"Invalid interval: {name}", param="created")
    return [
        one
        for one in found
        if all(_COMPARED[name](one["created"], bound) for name, bound in limits.items())
    ]


def matching(found: Iterable[Obj], params: dict[str, Any], *names: str) -> list[Obj]:
    """Keep what has the wanted values in these fields."""
    wanted = {name: params[name] for name in names if name in params}
    return [one for one in found if all(one.get(name) == value for name, value in wanted.items())]


def expanded(answer: Obj, paths: Any, *, store: Store) -> Obj:
    """
    Give a copy of an answer, with the wanted references written out.

    :raises ApiError: if there is no such reference.
    """
    written = copy.deepcopy(answer)
    for path in paths or []:
        _expand(written, str(path).split("."), store, str(path))
    return written


def _expand(holder: Any, path: list[str], store: Store, whole: str) -> None:
    if not path:
        return
    if isinstance(holder, list):
        for one in holder:
            _expand(one, path, store, whole)
        return
    name, *rest = path
    if name == "line_items" and holder.get("object") == "checkout.session":
        items = store.items.get(holder["id"], [])
        url = f"/v1/checkout/sessions/{holder['id']}/line_items"
        holder[name] = copy.deepcopy(page(items, {}, url=url))
    elif name not in holder:
        raise ApiError(f"This property cannot be expanded ({whole}).", param="expand")
    elif isinstance(holder[name], str):
        found = store.find(holder[name])
        if found is None:
            raise ApiError(f"This property cannot be expanded ({whole}).", param="expand")
        holder[name] = copy.deepcopy(found)
    if holder[name] is not None:
        _expand(holder[name], rest, store, whole)


def _place(places: dict[str, int], cursor: str, param: str) -> int:
    if cursor not in places:
        raise ApiError(f"No such object: '{cursor}'", code="resource_missing", param=param)
    return places[cursor]


def _list(data: list[Obj], *, more: bool, url: str) -> Obj:
    return {"object": "list", "url": url, "has_more": more, "data": data}
