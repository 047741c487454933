"""
What follows from an order: its amounts, its quantities, and the words for how it stands.

An order keeps what happened to it; nothing here is remembered. Amounts are whole cents.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone

from counterfoil_sim.world import Obj

# Panama's clocks never change, so that one number says how a shop there writes its times.
ZONE_NAME = "America/Panama"
ZONE = timezone(timedelta(hours=-5))

DIGITAL, SHIPPED = "digital", "shipped"


def decimal(amount: int) -> str:
    """Write an amount as Shopify does, ``114.00``."""
    sign, amount = ("-", -amount) if amount < 0 else ("", amount)
    return f"{sign}{amount // 100}.{amount % 100:02d}"


def local(at: float | None) -> str | None:
    """Write a time as messages do: in the shop's zone, to the second."""
    return None if at is None else datetime.fromtimestamp(at, tz=ZONE).isoformat(timespec="seconds")


def utc(at: float | None) -> str | None:
    """Write a time as the API does."""
    return None if at is None else f"{datetime.fromtimestamp(at, tz=UTC):%Y-%m-%dT%H:%M:%SZ}"


def current(line: Obj) -> int:
    """Count the units of a line that are neither refunded nor removed."""
    return int(line["quantity"] - line["removed"] - line["refunded"])


def unfulfilled(line: Obj) -> int:
    """Count the units of a line that can still be fulfilled."""
    return max(0, current(line) - int(line["fulfilled"]))


def current_total(order: Obj) -> int:
    """Add up what the units that are left cost."""
    return sum(current(line) * int(line["price"]) for line in order["lines"])


def original_total(order: Obj) -> int:
    """Add up what was ordered."""
    return sum(int(line["quantity"]) * int(line["price"]) for line in order["lines"])


def received(order: Obj) -> int:
    """Add up what was paid."""
    return _moved(order, ("sale", "capture"))


def refunded(order: Obj) -> int:
    """Add up what was paid back."""
    return _moved(order, ("refund",))


def kept(order: Obj) -> int:
    """Give what was paid and not paid back."""
    return received(order) - refunded(order)


def outstanding(order: Obj) -> int:
    """Give what is still to be paid; an amount that was given back as a favour is not."""
    favours = sum(int(refund["favour"]) for refund in order["refunds"])
    due = current_total(order) - favours - kept(order)
    return 0 if order["cancelled_at"] else max(0, due)


def financial_status(order: Obj) -> str:
    """Say how an order is paid, in the words of the messages; the API writes them large."""
    paid, back = received(order), refunded(order)
    if not paid:
        return _unpaid_status(order)
    if back >= paid:
        return "refunded"
    if back:
        return "partially_refunded"
    return "partially_paid" if outstanding(order) else "paid"


def fulfillment_status(order: Obj) -> str | None:
    """Say how much of an order is fulfilled, in the words of the messages."""
    done = sum(int(line["fulfilled"]) for line in order["lines"])
    if not done:
        return None
    return "partial" if any(unfulfilled(line) for line in order["lines"]) else "fulfilled"


def line_fulfillment(line: Obj) -> str | None:
    """Say how much of a line is fulfilled, in the words of the messages."""
    if not line["fulfilled"]:
        return None
    return "partial" if unfulfilled(line) else "fulfilled"


def way(line: Obj) -> str:
    """Say how a line reaches the buyer; each way has a fulfilment order of its own."""
    return SHIPPED if line["requires_shipping"] else DIGITAL


def succeeded(transactions: Iterable[Obj], kinds: Iterable[str]) -> list[Obj]:
    """Give those transactions of these kinds whose money moved."""
    return [one for one in transactions if one["kind"] in kinds and one["status"] == "success"]


def _moved(order: Obj, kinds: Iterable[str]) -> int:
    return sum(int(one["amount"]) for one in succeeded(order["transactions"], kinds))


def _unpaid_status(order: Obj) -> str:
    done = {one["kind"] for one in succeeded(order["transactions"], ("authorization", "void"))}
    if "void" in done or order["cancelled_at"]:
        return "voided"
    if not original_total(order):
        return "paid"
    return "authorized" if "authorization" in done else "pending"
