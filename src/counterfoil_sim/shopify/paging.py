"""Lists in pages, as connections are."""

import base64
import json
from collections.abc import Callable, Sequence
from typing import Any

from graphql import GraphQLError

PAGE_LIMIT = 250

Key = Callable[[Any], tuple[Any, ...]]


def connection(
    items: Sequence[Any],
    show: Callable[[Any], Any],
    *,
    key: Key | None = None,
    first: int | None = None,
    last: int | None = None,
    after: str | None = None,
    before: str | None = None,
    reverse: bool = False,
) -> dict[str, Any]:
    """
    Give one page of a list.

    A cursor is the place of an item in the order of the list, not its number: what moved to the end
    meanwhile comes once more, and what moved to the front is missed, as at Shopify.

    :raises GraphQLError: if no size is asked for, one that is too large, or a broken cursor.
    """
    size = last if first is None else first
    if size is None:
        raise GraphQLError("you must provide one of first or last")
    if not 0 <= size <= PAGE_LIMIT:
        raise GraphQLError(f"first and last cannot exceed {PAGE_LIMIT}")
    placed = [(key(one) if key else (number,), one) for number, one in enumerate(items)]
    if key is not None:
        placed.sort(key=lambda pair: pair[0], reverse=reverse)
    if after is not None:
        place = _place(after)
        placed = [pair for pair in placed if (pair[0] < place if reverse else pair[0] > place)]
    if before is not None:
        place = _place(before)
        placed = [pair for pair in placed if (pair[0] > place if reverse else pair[0] < place)]
    page = placed[:size] if first is not None else placed[len(placed) - min(size, len(placed)) :]
    has_more = len(page) < len(placed)
    edges = [{"cursor": _cursor(place), "node": show(one)} for place, one in page]
    return {
        "edges": edges,
        "nodes": [edge["node"] for edge in edges],
        "pageInfo": {
            "hasNextPage": has_more and first is not None,
            "hasPreviousPage": after is not None or (has_more and first is None),
            "startCursor": edges[0]["cursor"] if edges else None,
            "endCursor": edges[-1]["cursor"] if edges else None,
        },
    }


def _cursor(place: tuple[Any, ...]) -> str:
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _place(cursor: str) -> tuple[Any, ...]:
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return tuple(place)
    except (ValueError, TypeError):
        raise GraphQLError(f"Invalid cursor: {cursor}") from None
