"""
Which entitlements a refund takes back.

A refund says how much money went back, and only sometimes for what. What it says is followed to the
letter; when all the money is back, everything is; anything else is for a person to decide, with
suggestions. Nothing here guesses.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from counterfoil.rules.money import split
from counterfoil.rules.orders import OrderLine, OrderRefund, OrderState, RefundStatus


class Doubt(StrEnum):
    """Why a refund could not be attributed."""

    AMOUNT_ONLY = "amount_only"
    LINE_UNKNOWN = "line_unknown"
    UNIT_UNKNOWN = "unit_unknown"
    QUANTITY_UNCLEAR = "quantity_unclear"
    TOO_MANY = "too_many"
    OTHER_CURRENCY = "other_currency"


@dataclass(frozen=True, kw_only=True, slots=True)
class RefundPart:
    """
    What one refund takes back of one line.

    ``count`` is a number of entitlements, of which ``units`` names particular ones if the refund
    did; a part may be money alone.
    """

    line: str
    count: int
    amount: int
    units: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Attributed:
    """A refund and what it is for; the parts add up to its amount."""

    refund: OrderRefund
    parts: tuple[RefundPart, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """A reading of the amount that would fit: so many units of this line, as they were ordered."""

    line: str
    quantity: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Undecided:
    """A refund that a person has to attribute."""

    refund: OrderRefund
    doubt: Doubt
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Attribution:
    """All refunds of an order that moved money, decided or not, oldest first within each."""

    decided: tuple[Attributed, ...]
    undecided: tuple[Undecided, ...]

    def counts(self) -> dict[str, int]:
        """Give the number of entitlements taken back, by line."""
        total: Counter[str] = Counter()
        for attributed in self.decided:
            for part in attributed.parts:
                total[part.line] += part.count
        return dict(+total)

    def units(self) -> frozenset[str]:
        """Give the handles of the entitlements that were named."""
        return frozenset(unit for one in self.decided for part in one.parts for unit in part.units)


def attribute(
    order: OrderState,
    *,
    per_unit: Mapping[str, int] | None = None,
    lines_of: Mapping[str, str] | None = None,
) -> Attribution:
    """
    Say what each refund of an order takes back.

    ``per_unit`` gives the entitlements that one ordered unit of a line yields, where that is not
    one; ``lines_of`` the line each entitlement handle belongs to. Refunds that are pending or
    failed count for nothing; one that fails later therefore gives its units free again.
    """
    ledger = _Ledger(order, per_unit or {}, lines_of or {})
    moved = _moved(order)
    parts: dict[str, tuple[RefundPart, ...]] = {}
    doubts: dict[str, Doubt] = {}
    for refund in moved:
        result = ledger.exact(refund)
        if isinstance(result, Doubt):
            doubts[refund.reference] = result
        else:
            parts[refund.reference] = (result,)
    ours = [one for one in moved if one.currency == order.currency and one.amount > 0]
    if order.lines and ours and sum(one.amount for one in ours) >= order.amount_total:
        rest = [one for one in ours if one.reference in doubts]
        parts |= {one.reference: ledger.spread(one.amount) for one in rest}
        # The units go with the refund that completed the sum.
        last = (rest or ours)[-1].reference
        parts[last] = ledger.take_all(parts[last])
    return Attribution(
        decided=tuple(
            Attributed(refund=one, parts=parts[one.reference])
            for one in moved
            if one.reference in parts
        ),
        undecided=tuple(
            Undecided(refund=one, doubt=doubts[one.reference], suggestions=ledger.suggestions(one))
            for one in moved
            if one.reference not in parts
        ),
    )


def _moved(order: OrderState) -> list[OrderRefund]:
    succeeded = {
        refund.reference: refund
        for refund in order.refunds
        if refund.status is RefundStatus.SUCCEEDED
    }
    return sorted(succeeded.values(), key=lambda refund: (refund.at, refund.reference))


class _Ledger:
    """What is left of each line while refunds are taken off one after the other."""

    def __init__(
        self, order: OrderState, per_unit: Mapping[str, int], lines_of: Mapping[str, str]
    ) -> None:
        self._currency = order.currency
        self._lines = {line.reference: line for line in order.lines}
        self._per_unit = per_unit
        self._lines_of = lines_of
        self._left = {
            line.reference: max(line.quantity, 0) * self._yield(line.reference)
            for line in order.lines
        }
        self._money = {line.reference: max(line.amount_total, 0) for line in order.lines}
        self._named: set[str] = set()

    def exact(self, refund: OrderRefund) -> RefundPart | Doubt:
        """Follow what the refund itself says it is for."""
        if refund.currency != self._currency:
            return Doubt.OTHER_CURRENCY
        if refund.amount <= 0 or (refund.line is None and not refund.units):
            return Doubt.AMOUNT_ONLY
        line = self._line_of(refund)
        if isinstance(line, Doubt):
            return line
        count = self._count(refund, line)
        if isinstance(count, Doubt):
            return count
        if count > self._left[line] or self._named & set(refund.units):
            return Doubt.TOO_MANY
        return self._take(
            RefundPart(line=line, count=count, amount=refund.amount, units=refund.units)
        )

    def spread(self, amount: int) -> tuple[RefundPart, ...]:
        """Divide money alone over the lines, by what is still unreturned of each."""
        return tuple(
            self._take(RefundPart(line=line, count=0, amount=share))
            for line, share in split(amount, self._weights()).items()
            if share
        )

    def take_all(self, parts: tuple[RefundPart, ...]) -> tuple[RefundPart, ...]:
        """Add whatever is left of every line to the parts of one refund."""
        taken = []
        for part in parts:
            more = 0 if part.units else self._left[part.line]
            self._left[part.line] -= more
            taken.append(replace(part, count=part.count + more))
        for line, left in self._left.items():
            if left:
                taken.append(self._take(RefundPart(line=line, count=left, amount=0)))
        return tuple(taken)

    def suggestions(self, refund: OrderRefund) -> tuple[Suggestion, ...]:
        """Name the lines of which some whole number of units costs exactly this much."""
        if refund.currency != self._currency or refund.amount <= 0:
            return ()
        return tuple(
            Suggestion(line=reference, quantity=quantity)
            for reference, line in self._lines.items()
            for quantity in sorted(_quantities(line, refund.amount))
            if quantity * self._yield(reference) <= self._left[reference]
        )

    def _line_of(self, refund: OrderRefund) -> str | Doubt:
        lines = {self._lines_of.get(unit) for unit in refund.units}
        if None in lines:
            return Doubt.UNIT_UNKNOWN
        known = {line for line in lines if line is not None} | {
            line for line in (refund.line,) if line is not None
        }
        if not known <= set(self._lines):
            return Doubt.LINE_UNKNOWN
        return known.pop() if len(known) == 1 else Doubt.QUANTITY_UNCLEAR

    def _count(self, refund: OrderRefund, line: str) -> int | Doubt:
        ordered = None if refund.quantity is None else refund.quantity * self._yield(line)
        if refund.units:
            named = len(set(refund.units))
            agrees = named == len(refund.units) and ordered in (None, named)
            return named if agrees else Doubt.QUANTITY_UNCLEAR
        return Doubt.QUANTITY_UNCLEAR if ordered is None or ordered <= 0 else ordered

    def _take(self, part: RefundPart) -> RefundPart:
        self._left[part.line] -= part.count
        self._money[part.line] = max(self._money[part.line] - part.amount, 0)
        self._named |= set(part.units)
        return part

    def _weights(self) -> dict[str, int]:
        if any(self._money.values()):
            return dict(self._money)
        return {reference: max(line.amount_total, 1) for reference, line in self._lines.items()}

    def _yield(self, line: str) -> int:
        return self._per_unit.get(line, 1)


def _quantities(line: OrderLine, amount: int) -> set[int]:
    """How many units at the listed price, or at the price after discount and tax."""
    found = set()
    if line.unit_amount > 0 and amount % line.unit_amount == 0:
        found.add(amount // line.unit_amount)
    if line.amount_total > 0 and amount * line.quantity % line.amount_total == 0:
        found.add(amount * line.quantity // line.amount_total)
    return {quantity for quantity in found if quantity > 0}
