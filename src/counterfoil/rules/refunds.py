"""
Which entitlements a refund takes back.

A refund says how much money went back, and only sometimes for what. What it says is followed to the
letter; when all the money is back, everything is; anything else is for a person to decide, with
suggestions. Nothing here guesses.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from counterfoil.rules.orders import OrderRefund, OrderState, RefundStatus
from counterfoil.rules.remainder import Doubt, RefundPart, Remainder, Suggestion

__all__ = (
    "Attributed",
    "Attribution",
    "Doubt",
    "RefundPart",
    "Suggestion",
    "Undecided",
    "attribute",
    "by_line",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Attributed:
    """A refund and what it is for; the parts add up to its amount."""

    refund: OrderRefund
    parts: tuple[RefundPart, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Undecided:
    """A refund that a person has to attribute."""

    refund: OrderRefund
    doubt: Doubt
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Attribution:
    """All refunds of an order that succeeded, decided or not, oldest first within each."""

    decided: tuple[Attributed, ...]
    undecided: tuple[Undecided, ...]

    def counts(self) -> dict[str, int]:
        """Give the number of entitlements taken back, by line."""
        total: Counter[str] = Counter()
        for attributed in self.decided:
            for part in attributed.parts:
                if part.line is not None:
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
    ruled: Mapping[str, tuple[str, ...]] | None = None,
) -> Attribution:
    """
    Say what each refund of an order takes back.

    ``per_unit`` gives the entitlements that one ordered unit of a line yields, where that is not
    one; ``lines_of`` the line each entitlement handle belongs to; ``ruled`` what a person said that
    a refund takes back, which counts where the refund itself leaves it open. Refunds that are
    pending or failed count for nothing; one that fails later therefore gives its units free again.
    """
    remainder = Remainder(order, per_unit or {}, lines_of or {})
    moved = _moved(order)
    parts: dict[str, tuple[RefundPart, ...]] = {}
    doubts: dict[str, Doubt] = {}
    for refund in moved:
        result = remainder.exact(refund)
        if isinstance(result, Doubt) and ruled is not None and refund.reference in ruled:
            result = remainder.exact(_as_ruled(refund, ruled[refund.reference]))
        if isinstance(result, Doubt):
            doubts[refund.reference] = result
        else:
            parts[refund.reference] = result
    unclear = [one for one in moved if doubts.get(one.reference) is Doubt.QUANTITY_UNCLEAR]
    parts |= remainder.by_money([one for one in unclear if _names_lines_alone(one)])
    ours = [one for one in moved if one.currency == order.currency and one.amount > 0]
    if order.lines and ours and sum(one.amount for one in ours) >= order.amount_total:
        rest = [one for one in ours if one.reference not in parts]
        parts |= {one.reference: remainder.spread(one.amount) for one in rest}
        # The units go with the refund that completed the sum.
        last = (rest or ours)[-1].reference
        parts[last] = remainder.take_all(parts[last])
    return Attribution(
        decided=tuple(
            Attributed(refund=one, parts=parts[one.reference])
            for one in moved
            if one.reference in parts
        ),
        undecided=tuple(
            Undecided(
                refund=one, doubt=doubts[one.reference], suggestions=remainder.suggestions(one)
            )
            for one in moved
            if one.reference not in parts
        ),
    )


def by_line(parts: Iterable[RefundPart]) -> list[RefundPart]:
    """Join the parts of a refund that are of the same line."""
    joined: dict[str | None, RefundPart] = {}
    for part in parts:
        so_far = joined.get(part.line, RefundPart(line=part.line, count=0, amount=0))
        joined[part.line] = RefundPart(
            line=part.line,
            count=so_far.count + part.count,
            amount=so_far.amount + part.amount,
            units=so_far.units + part.units,
        )
    return list(joined.values())


def _moved(order: OrderState) -> list[OrderRefund]:
    succeeded = {
        refund.reference: refund
        for refund in order.refunds
        if refund.status is RefundStatus.SUCCEEDED
    }
    return sorted(succeeded.values(), key=lambda refund: (refund.at, refund.reference))


def _as_ruled(refund: OrderRefund, units: tuple[str, ...]) -> OrderRefund:
    return replace(refund, lines=(), units=units, money_only=not units)


def _names_lines_alone(refund: OrderRefund) -> bool:
    return not refund.units and all(said.quantity == 0 for said in refund.lines)
