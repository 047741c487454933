"""The language in which lists are searched, as far as an app like ours speaks it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from graphql import GraphQLError

from counterfoil_sim.shopify.sums import financial_status, fulfillment_status
from counterfoil_sim.world import Obj

_TERM = re.compile(
    r"""\s*(?:AND\s+)?(?P<name>[a-z_]+):(?P<sign><=|>=|<|>)?
        (?:'(?P<single>[^']*)'|"(?P<double>[^"]*)"|(?P<plain>[^\s'"()]+))""",
    re.VERBOSE,
)

Test = Callable[[Obj], bool]


def matching(query: str | None) -> Test:
    """
    Give the test that a list applies to each order.

    :raises GraphQLError: if the query cannot be read, or asks for what is not simulated.
    """
    tests, at = [], 0
    text = (query or "").strip()
    while at < len(text):
        found = _TERM.match(text, at)
        if found is None:
            raise GraphQLError(f"Not simulated in a search: {text[at:]}")
        value = next(part for part in found.group("single", "double", "plain") if part is not None)
        tests.append(_test(found["name"], found["sign"] or "", value))
        at = found.end()
    return lambda order: all(test(order) for test in tests)


def _test(name: str, sign: str, value: str) -> Test:
    match name:
        case "updated_at" | "created_at" | "processed_at":
            field = "updated_at" if name == "updated_at" else "created_at"
            wanted = _seconds(value)
            return lambda order: _compare(int(order[field]), sign, wanted)
        case "id":
            number = int(value.rsplit("/", 1)[-1])
            return lambda order: _compare(order["id"], sign, number)
        case "status" if value == "any":
            return lambda _order: True
        case _ if name in _WORDS and not sign:
            words = value.lower().split(",")
            return lambda order: bool(_WORDS[name](order) & set(words))
        case _:
            raise GraphQLError(f"Not simulated in a search: {name}:{sign}{value}")


_WORDS: dict[str, Callable[[Obj], set[str]]] = {
    "chargeback_status": lambda order: {one["status"] for one in order["disputes"]},
    "email": lambda order: {(order["email"] or "").lower()},
    "financial_status": lambda order: {financial_status(order)},
    "fulfillment_status": lambda order: {fulfillment_status(order) or "unfulfilled"},
    "name": lambda order: {f"#{order['number']}", str(order["number"])},
    "sku": lambda order: {line["sku"].lower() for line in order["lines"]},
    "status": lambda order: {"cancelled" if order["cancelled_at"] else "open"},
    "tag": lambda order: {tag.lower() for tag in order["tags"]},
    "test": lambda order: {str(order["test"]).lower()},
}


def _seconds(value: str) -> int:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise GraphQLError(f"Not a time in a search: {value}") from None
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())


def _compare(have: Any, sign: str, wanted: Any) -> bool:
    match sign:
        case ">=":
            return bool(have >= wanted)
        case ">":
            return bool(have > wanted)
        case "<=":
            return bool(have <= wanted)
        case "<":
            return bool(have < wanted)
        case _:
            return bool(have == wanted)
