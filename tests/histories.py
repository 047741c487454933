"""
Order histories, for showing that the order in which news arrive does not matter.

A history is how an order stands after each thing that happens to it, in words of no channel. To
test a channel with it, three lines are needed: draw one from ``histories()``, draw from
``arrivals()`` in which order the news come, write each ``Standing`` as the channel would
(quantities do not count refunds), and compare what is live in the end with ``wanted()``:

    @given(histories().flatmap(lambda told: st.tuples(st.just(told), arrivals(len(told)))))
    def test_...(drawn): ...

Left out is what does depend on what was seen. A refund that names no units and was understood when
it completed the sum stays understood, though it would be a question now. And a line that an order
no longer tells of at all is known only to who saw it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from counterfoil.rules.orders import DisputeStatus

PRICES = {"a": 100, "b": 250}
MOST_STEPS, MOST_QUANTITY = 9, 4


@dataclass(frozen=True, kw_only=True)
class Returned:
    """
    One refund: units of lines with their money, or money alone.

    Money alone is goodwill if the channel says so, and otherwise a question.
    """

    reference: str
    amount: int
    lines: tuple[tuple[str, int], ...] = ()
    is_goodwill: bool = False
    has_failed: bool = False


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How an order stands: ``quantities`` by line, not counting refunds; 0 of what was removed."""

    quantities: Mapping[str, int]
    is_paid: bool = False
    is_cancelled: bool = False
    refunds: tuple[Returned, ...] = ()
    dispute: DisputeStatus | None = None

    @property
    def total(self) -> int:
        """Give what all lines cost."""
        return sum(PRICES[line] * quantity for line, quantity in self.quantities.items())

    @property
    def is_refunded_whole(self) -> bool:
        """Tell whether all the money is back."""
        back = sum(one.amount for one in self.refunds if not one.has_failed)
        return 0 < back >= self.total

    def returned(self, line: str) -> int:
        """Count the units of a line that refunds name."""
        named = [dict(one.lines).get(line, 0) for one in self.refunds if not one.has_failed]
        return sum(named)

    def wanted(self) -> dict[str, int]:
        """Give how many units of each line should be live; of an order that is paid in the end."""
        gone = self.is_cancelled or self.is_refunded_whole or self.dispute is DisputeStatus.LOST
        return {
            line: quantity - self.returned(line)
            for line, quantity in self.quantities.items()
            if self.is_paid and not gone and quantity > self.returned(line)
        }


@st.composite
def histories(draw: st.DrawFn) -> tuple[Standing, ...]:
    """Draw what happens to one order, from its first standing to its last."""
    quantities = {"a": draw(st.integers(1, MOST_QUANTITY))}
    if draw(st.booleans()):
        quantities["b"] = draw(st.integers(1, MOST_QUANTITY))
    told = [Standing(quantities=quantities, is_paid=draw(st.booleans()))]
    for number in range(draw(st.integers(0, MOST_STEPS))):
        step = _step(draw, told[-1], number)
        if not _forgets(told, step):
            told.append(step)
    if not told[-1].is_paid and any(one.is_paid for one in told):
        # A payment that fell back takes nothing: what is live depends on what was seen.
        told.append(replace(told[-1], is_paid=True))
    return tuple(told)


def arrivals(count: int) -> st.SearchStrategy[list[int]]:
    """
    Draw in which order the news of a history come: permuted, repeated, late, some never.

    The newest comes as well, as a sweep would bring it; older ones may still follow.
    """
    some = st.lists(st.integers(0, count - 1), max_size=2 * count)
    return st.builds(lambda before, after: [*before, count - 1, *after], some, some)


def _step(draw: st.DrawFn, now: Standing, number: int) -> Standing:
    steps = ["pay", "edit", "refund", "goodwill", "amount", "fail", "dispute", "cancel"]
    match draw(st.sampled_from(steps)):
        case "pay":
            return replace(now, is_paid=not now.is_paid or draw(st.booleans()))
        case "cancel":
            return replace(now, is_cancelled=not now.is_cancelled)
        case "edit":
            return _edited(draw, now)
        case "fail":
            return _failed(draw, now)
        case "dispute":
            turned = draw(st.sampled_from([*DisputeStatus]))
            return replace(now, dispute=turned)
        case kind:
            return _refunded(draw, now, kind, f"r{number}")


def _edited(draw: st.DrawFn, now: Standing) -> Standing:
    line = draw(st.sampled_from(sorted(PRICES)))
    quantity = draw(st.integers(now.returned(line), MOST_QUANTITY))
    quantities = {**now.quantities, line: quantity}
    return replace(now, quantities=quantities) if any(quantities.values()) else now


def _failed(draw: st.DrawFn, now: Standing) -> Standing:
    if not now.refunds:
        return now
    failing = draw(st.sampled_from(now.refunds))
    return replace(
        now,
        refunds=tuple(
            replace(one, has_failed=True) if one == failing else one for one in now.refunds
        ),
    )


def _refunded(draw: st.DrawFn, now: Standing, kind: str, reference: str) -> Standing:
    back = sum(one.amount for one in now.refunds if not one.has_failed)
    if kind == "refund":
        counts = {
            line: draw(st.integers(0, quantity - now.returned(line)))
            for line, quantity in sorted(now.quantities.items())
        }
        lines = tuple((line, count) for line, count in counts.items() if count)
        money = sum(PRICES[line] * count for line, count in lines)
        # Sometimes the lines go and no money moves.
        one = Returned(reference=reference, amount=draw(st.sampled_from([money, 0])), lines=lines)
        return replace(now, refunds=(*now.refunds, one)) if lines else now
    amount = draw(st.sampled_from([1, 99, 100, max(now.total - back, 1)]))
    one = Returned(reference=reference, amount=amount, is_goodwill=kind == "goodwill")
    return replace(now, refunds=(*now.refunds, one))


def _forgets(told: list[Standing], step: Standing) -> bool:
    """Tell whether a refund that was understood by the sum would become a question again."""
    plain = {
        one.reference
        for standing in told
        if standing.is_refunded_whole
        for one in standing.refunds
        if not (one.lines or one.is_goodwill or one.has_failed)
    }
    still = {one.reference for one in step.refunds if not one.has_failed}
    return bool(plain & still) and not step.is_refunded_whole
