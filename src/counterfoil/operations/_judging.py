"""What stands against issuing for an order at all."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from counterfoil.models import Cart, Connection, ExceptionCase, Purchase
from counterfoil.operations._holding import faults_of_holders
from counterfoil.operations._recording import has_another_currency
from counterfoil.operations.park import park
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.currencies import CURRENCIES
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.orders import OrderLine, OrderState
from counterfoil.rules.people import Actor

IN_ORDER = "The order is in order now."
MAPPED = "The product is mapped now."
SOLD_SO = "It reads as what it was sold as."
AGREED = "The channel and we agree now."
SETTLED_BY_ITSELF = frozenset({IN_ORDER, MAPPED, SOLD_SO, AGREED})
MOST_UNITS = 100_000  # of one line: more in one order is a mistake until a person says otherwise


@dataclass(frozen=True, slots=True)
class Judgement:
    """
    What stands against an order.

    ``doubts`` are the reasons why nothing may be issued for it, each with its evidence. Unless it
    is ``senseless`` too, what it says of refunds and of lines that went is still believed.
    """

    doubts: Mapping[ExceptionKind, Mapping[str, Any]]
    senseless: bool

    @property
    def may_issue(self) -> bool:
        """Tell whether nothing stands against issuing."""
        return not self.doubts


def judge(connection: Connection, purchase: Purchase, order: OrderState) -> Judgement:
    """Say what stands against an order."""
    doubts: dict[ExceptionKind, dict[str, Any]] = {}
    senseless = _senseless(purchase, order)
    faults = [*senseless, *_odd(purchase, order)]
    if order.is_test and not connection.is_test:
        faults.append("A test order came through a live connection.")
    if faults:
        doubts[ExceptionKind.ORDER_INVALID] = {"faults": faults}
    if purchase.cart is not None and (difference := _difference(purchase.cart, order)):
        doubts[ExceptionKind.AMOUNT_DIFFERS] = difference
    return Judgement(doubts, senseless=bool(senseless))


def tell(
    purchase: Purchase,
    doubts: Mapping[ExceptionKind, Mapping[str, Any]],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Put what stands against issuing before a person, and close what does no longer."""
    key = str(purchase.pk)
    for kind, evidence in doubts.items():
        ask_once(purchase, kind=kind, key=key, evidence=evidence, by=by, at=at)
    for kind in {ExceptionKind.ORDER_INVALID, ExceptionKind.AMOUNT_DIFFERS} - set(doubts):
        resolve_exception(kind=kind, key=key, outcome=IN_ORDER, by=by, at=at)


def ask_once(
    purchase: Purchase,
    *,
    kind: ExceptionKind,
    key: str,
    evidence: Mapping[str, Any],
    by: Actor,
    at: datetime,
) -> None:
    """
    Put something before a person, unless a person has answered just this.

    An order is looked at again and again, and what was found the first time is found each time.
    """
    last = (
        ExceptionCase.objects.filter(kind=kind.value, key=key[:200]).order_by("-opened_at").first()
    )
    if last is not None and last.resolved_at and last.outcome not in SETTLED_BY_ITSELF:
        answered = {name: told for name, told in last.evidence.items() if name != "found_by"}
        if answered == evidence:
            return
    park(kind=kind, key=key, evidence=evidence, by=by, at=at, purchase=purchase)


def _senseless(purchase: Purchase, order: OrderState) -> list[str]:
    """Give the faults with which nothing an order says can be told for what it is."""
    faults = []
    if order.currency not in CURRENCIES:
        faults.append(f"The currency {order.currency[:10]!r} does not exist.")
    elif has_another_currency(purchase, order):
        faults.append(f"The currency was {purchase.currency} and is {order.currency} now.")
    if order.amount_total < 0:
        faults.append("The order has a negative amount.")
    references = [line.reference for line in order.lines]
    if len(set(references)) < len(references):
        faults.append("Two lines of the order have the same reference.")
    if not references and not purchase.lines.exists():  # an edit may take every line off an order
        faults.append("The order has no lines.")
    faults += [_quantity_of(line) for line in order.lines if line.quantity < 0]
    return faults


def _odd(purchase: Purchase, order: OrderState) -> list[str]:
    """Give the faults that stand against issuing alone."""
    faults = []
    # Nobody buys nothing, but an edit may leave nothing of what was bought.
    is_empty = not any(line.quantity for line in order.lines) and not purchase.lines.exists()
    for line in order.lines:
        if line.quantity > MOST_UNITS or is_empty:
            faults.append(_quantity_of(line))
        if line.amount_total < 0 or line.unit_amount < 0:
            faults.append(f"Line {line.reference[:60]} has a negative amount.")
        faults += faults_of_holders(order.path, line)
    return faults


def _quantity_of(line: OrderLine) -> str:
    return f"Line {line.reference[:60]} has a quantity of {line.quantity}."


def _difference(cart: Cart, order: OrderState) -> dict[str, Any] | None:
    """
    Compare what the channel charged for with what our checkout asked for, before discounts.

    The channel takes discounts off afterwards, and a buyer may pay for more than was in the cart;
    less, or another currency, is for a person to look at.
    """
    charged = sum(line.unit_amount * line.quantity for line in order.lines)
    if order.currency == cart.currency and charged >= cart.amount_total:
        return None
    return {
        "expected": cart.amount_total,
        "expected_currency": cart.currency,
        "charged": charged,
        "charged_currency": order.currency[:10],
    }
