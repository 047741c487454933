"""Figures: measured in turns, compared by their ratio, told by the median."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from time import perf_counter
from typing import Any

from django.db import connections


@dataclass(frozen=True, kw_only=True, slots=True)
class Sizes:
    """How much is measured."""

    quick: bool
    rounds: int
    clients: int
    requests: int
    bulk: int
    outstanding: Sequence[int]
    workers: int
    threads: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """
    One line of the table.

    ``value`` is judged against ``target``: it has to reach it, or to stay within it where
    ``at_most`` is set. Without a target it is reported only.
    """

    name: str
    measured: str
    value: float
    unit: str = "x"
    target: float | None = None
    at_most: bool = False
    numbers: Mapping[str, float] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """Tell whether the target is met."""
        if self.target is None:
            return ""
        met = self.value <= self.target if self.at_most else self.value >= self.target
        return "met" if met else "not met"

    def as_data(self) -> dict[str, Any]:
        """Give it as JSON takes it."""
        return {
            "measured": self.measured,
            "value": self.value,
            "unit": self.unit,
            "target": self.target,
            "verdict": self.verdict,
            "numbers": dict(self.numbers),
        }


def in_turns(
    rounds: int, sides: Mapping[str, Callable[[], float]], *, warm: bool = True
) -> dict[str, list[float]]:
    """
    Measure each side in turn, so many times, after one round nobody counts.

    The machine's mood changes over minutes; what stands in one round is measured in one mood. Each
    round begins with another side.
    """
    names = list(sides)
    measured: dict[str, list[float]] = {name: [] for name in names}
    for number in range(-1 if warm else 0, rounds):
        turn = number % len(names)
        for name in names[turn:] + names[:turn]:
            value = sides[name]()
            if number >= 0:
                measured[name].append(value)
    return measured


def ratio(measured: Mapping[str, Sequence[float]], one: str, other: str) -> float:
    """Give the median of the rounds' ratios."""
    return median(a / b for a, b in zip(measured[one], measured[other], strict=True))


def medians(measured: Mapping[str, Sequence[float]]) -> dict[str, float]:
    """Give the median of each side."""
    return {name: median(values) for name, values in measured.items()}


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def timed(act: Callable[[], object]) -> float:
    """Give the seconds that something takes."""
    started = perf_counter()
    act()
    return perf_counter() - started


def hang_up() -> None:
    """Close this thread's connections to the database."""
    connections.close_all()
