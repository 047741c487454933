"""Fulfilment: what is to be handed over, and what was."""

from collections.abc import Mapping
from typing import Any

from counterfoil_sim.shopify.shop import Shopify
from counterfoil_sim.shopify.sums import (
    DIGITAL,
    SHIPPED,
    current,
    fulfillment_status,
    unfulfilled,
    way,
)
from counterfoil_sim.world import Obj

_LINES_LIMIT = 512


class CannotFulfil(Exception):
    """Shopify would answer with a user error; the message is its."""


def fulfillment_orders(order: Obj) -> list[Obj]:
    """
    Give the fulfilment orders of an order: one for what is shipped, one for what is not.

    Their ids follow from the order's, and those of their lines from the lines'.
    """
    made = []
    for number, kind in enumerate((DIGITAL, SHIPPED), 1):
        lines = [line for line in order["lines"] if way(line) == kind]
        if lines:
            made.append(
                {
                    "id": order["id"] * 10 + number,
                    "lines": lines,
                    "status": _status(order, lines),
                    "location": 905684977 + number,
                }
            )
    return made


def line_number(line: Obj) -> int:
    """Give the id of a line within a fulfilment order."""
    return int(line["id"]) * 10 + 5


def actions(fulfillment_order: Obj) -> list[str]:
    """Name what can be done with a fulfilment order."""
    if fulfillment_order["status"] in ("OPEN", "IN_PROGRESS"):
        return ["CREATE_FULFILLMENT", "HOLD", "MOVE", "SPLIT"]
    return []


def fulfil(
    shop: Shopify,
    wanted: Mapping[int, Mapping[int, int] | None],
    *,
    tracking: Mapping[str, Any] | None = None,
) -> tuple[Obj, Obj]:
    """
    Fulfil some units, by fulfilment order and line; without lines, all of that fulfilment order.

    Give the order and the fulfilment.

    :raises CannotFulfil: if one of them is not to be fulfilled any more.
    """
    with shop.changing() as store:
        found = []
        for number, quantities in wanted.items():
            order = store.orders.get(str(number // 10), {"lines": []})
            one = next((one for one in fulfillment_orders(order) if one["id"] == number), None)
            if one is None:
                raise CannotFulfil("Fulfillment order does not exist.")
            found.append((order, one, quantities))
        if not found:
            raise CannotFulfil("Name a fulfillment order.")
        if len({one["location"] for _, one, _ in found}) > 1:
            raise CannotFulfil("All fulfillment orders must be assigned to the same location.")
        order = found[0][0]
        taken = _taken(found)
        for line, quantity in taken:
            line["fulfilled"] += quantity
        fulfillment: Obj = {
            "id": store.new_id(),
            "at": shop.clock(),
            "lines": {str(line["id"]): quantity for line, quantity in taken},
            "tracking": dict(tracking or {}),
        }
        order["fulfillments"].append(fulfillment)
        is_done = fulfillment_status(order) == "fulfilled"
        shop.tell(shop.touch(order), "orders/updated", *(("orders/fulfilled",) if is_done else ()))
        return order, fulfillment


def _taken(found: list[tuple[Obj, Obj, Mapping[int, int] | None]]) -> list[tuple[Obj, int]]:
    taken = []
    for _, one, quantities in found:
        if "CREATE_FULFILLMENT" not in actions(one):
            raise CannotFulfil(
                f"Fulfillment order {one['id']} has an unfulfillable status= "
                f"{one['status'].lower()}."
            )
        by_number = {line_number(line): line for line in one["lines"]}
        if quantities is None:
            quantities = {n: unfulfilled(line) for n, line in by_number.items()}
        if len(quantities) > _LINES_LIMIT:
            raise CannotFulfil(f"Too many line items: {_LINES_LIMIT} are allowed.")
        for number, quantity in quantities.items():
            line = by_number.get(number)
            if line is None or not 0 < quantity <= unfulfilled(line):
                raise CannotFulfil("Invalid fulfillment order line item quantity requested.")
            taken.append((line, quantity))
    return taken


def _status(order: Obj, lines: list[Obj]) -> str:
    if any(unfulfilled(line) for line in lines) and not order["cancelled_at"]:
        return "IN_PROGRESS" if any(line["fulfilled"] for line in lines) else "OPEN"
    return "CLOSED" if any(current(line) for line in lines) else "CANCELLED"
