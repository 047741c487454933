"""What is left of an order's lines while its refunds are taken off, one after the other."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from counterfoil.rules.money import split
from counterfoil.rules.orders import OrderLine, OrderRefund, OrderState


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
    did; a part may be money alone. Without a line it is money that belongs to none: shipping,
    goodwill, or more than the line had cost.
    """

    line: str | None
    count: int
    amount: int
    units: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """A reading of the amount that would fit: so many units of this line, as they were ordered."""

    line: str
    quantity: int


class Remainder:
    """
    The units and the money of each line that no refund has taken yet.

    No line gives back more than it had: what a refund is worth beyond that (shipping, most often)
    becomes a part without a line.
    """

    def __init__(
        self, order: OrderState, per_unit: Mapping[str, int], lines_of: Mapping[str, str]
    ) -> None:
        """Begin with the whole order; the arguments are those of ``attribute``."""
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

    def exact(self, refund: OrderRefund) -> tuple[RefundPart, ...] | Doubt:
        """Follow what the refund itself says it is for."""
        if refund.currency != self._currency:
            return Doubt.OTHER_CURRENCY
        if refund.money_only and refund.amount >= 0:
            return self._parts(refund, {})
        if refund.amount < 0 or not (refund.lines or refund.units):
            return Doubt.AMOUNT_ONLY
        counts = self._counts(refund)
        if isinstance(counts, Doubt):
            return counts
        if any(count > self._left[line] for line, count in counts.items()):
            return Doubt.TOO_MANY
        if self._named & set(refund.units):
            return Doubt.TOO_MANY
        return self._parts(refund, counts)

    def spread(self, amount: int) -> tuple[RefundPart, ...]:
        """Divide money alone over the lines, by what is still unreturned of each."""
        weights = {line: money for line, money in self._money.items() if money}
        inside = min(amount, sum(weights.values()))
        parts = self._taken(
            RefundPart(line=line, count=0, amount=share)
            for line, share in split(inside, weights).items()
            if share
        )
        return (*parts, *_money_alone(amount - inside))

    def take_all(self, parts: tuple[RefundPart, ...]) -> tuple[RefundPart, ...]:
        """Add whatever is left of every line to the parts of one refund."""
        loose = sum(part.amount for part in parts if part.line is None)
        own = [part for part in parts if part.line is not None]
        more = {part.line: part for part in self.spread(loose)}
        for line, left in self._left.items():
            extra = more.pop(line, RefundPart(line=line, count=0, amount=0))
            self._left[line] = 0
            at = next((n for n, part in enumerate(own) if part.line == line and not part.units), -1)
            if at >= 0:
                money = own[at].amount + extra.amount
                own[at] = replace(own[at], count=own[at].count + left, amount=money)
            elif left or extra.amount:
                own.append(replace(extra, count=left))
        return (*own, *more.values())

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

    def by_money(self, refunds: Sequence[OrderRefund]) -> dict[str, tuple[RefundPart, ...]]:
        """
        Take back lines whose money came back whole, though no refund said how many units.

        ``refunds`` are those that name their lines and nothing else; those of lines that are not
        complete yet are left out of the answer.
        """
        given: Counter[str] = Counter()
        for refund in refunds:
            for one in refund.lines:
                given[one.line] += max(one.amount, 0)
        complete = {line for line, money in given.items() if money >= self._money[line] > 0}
        parts = {}
        for refund in refunds:
            if {one.line for one in refund.lines} <= complete:
                parts[refund.reference] = self._parts(refund, {})
        lasts = {part.line: name for name, taken in parts.items() for part in taken if part.line}
        for line, name in lasts.items():
            left, self._left[line] = self._left[line], 0
            parts[name] = tuple(
                replace(part, count=left) if part.line == line else part for part in parts[name]
            )
        return parts

    def _counts(self, refund: OrderRefund) -> dict[str, int] | Doubt:
        """Give the number of entitlements a refund names, by line."""
        owners = [self._lines_of.get(unit, "") for unit in refund.units]
        said: Counter[str] = Counter()
        for one in refund.lines:
            said[one.line] += one.quantity
        if any(unit not in self._lines_of for unit in refund.units):
            return Doubt.UNIT_UNKNOWN
        if not {*said, *owners} <= set(self._lines):
            return Doubt.LINE_UNKNOWN
        named = Counter(owners)
        counts = {line: named[line] or said[line] * self._yield(line) for line in {**said, **named}}
        # What is said in two ways must agree; a quantity of 0 says nothing.
        agree = all(
            counts[line] == quantity * self._yield(line)
            for line, quantity in said.items()
            if quantity
        )
        clear = not said or set(named) <= set(said)
        unique = len(set(refund.units)) == len(refund.units)
        whole = all(one.quantity >= 0 for one in refund.lines) and all(counts.values())
        return counts if agree and clear and unique and whole else Doubt.QUANTITY_UNCLEAR

    def _parts(self, refund: OrderRefund, counts: Mapping[str, int]) -> tuple[RefundPart, ...]:
        """Divide a refund's amount over its lines, none of them more than is left of its money."""
        weights: Counter[str] = Counter()
        for one in refund.lines:
            weights[one.line] += max(one.amount, 0)
        said = sum(weights.values())
        if not said:
            weights.update({line: self._price(line, count) for line, count in counts.items()})
        # With less money than the lines say, each gets its part; with more, the rest is of none.
        inside = min(refund.amount, said or refund.amount)
        shares = {
            line: min(share, self._money.get(line, 0))
            for line, share in split(inside, dict(weights)).items()
        }
        named = {
            line: tuple(unit for unit in refund.units if self._lines_of[unit] == line)
            for line in counts
        }
        parts = self._taken(
            RefundPart(
                line=line, count=counts.get(line, 0), amount=share, units=named.get(line, ())
            )
            for line, share in shares.items()
            if line in counts or share
        )
        return (*parts, *_money_alone(refund.amount - sum(shares.values())))

    def _taken(self, parts: Iterable[RefundPart]) -> tuple[RefundPart, ...]:
        taken = tuple(parts)
        for part in taken:
            if part.line is not None:
                self._left[part.line] -= part.count
                self._money[part.line] -= part.amount
            self._named |= set(part.units)
        return taken

    def _price(self, line: str, count: int) -> int:
        return max(self._lines[line].unit_amount, 0) * count

    def _yield(self, line: str) -> int:
        return self._per_unit.get(line, 1)


def _money_alone(amount: int) -> tuple[RefundPart, ...]:
    return (RefundPart(line=None, count=0, amount=amount),) if amount else ()


def _quantities(line: OrderLine, amount: int) -> set[int]:
    """How many units at the listed price, or at the price after discount and tax."""
    found = set()
    if line.unit_amount > 0 and amount % line.unit_amount == 0:
        found.add(amount // line.unit_amount)
    if line.amount_total > 0 and amount * line.quantity % line.amount_total == 0:
        found.add(amount * line.quantity // line.amount_total)
    return {quantity for quantity in found if quantity > 0}
