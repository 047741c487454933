"""
Calls that happen at once, again and again, and what has to hold whoever is first.

Every clash is also fought with an implementation that is wrong on purpose, which the same
checks must catch: one that nothing can fail proves nothing.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier
from time import monotonic

from django.db import OperationalError, connection

from counterfoil.errors import CounterfoilError
from tests.records import assert_kept

ROUNDS = int(os.environ.get("COUNTERFOIL_RACE_ROUNDS", "30"))
SOME = max(ROUNDS // 2, 1)  # of what takes longer
LONGEST = 0.25  # seconds one side is given before the other, and twice what a round takes
PATIENCE = 120  # seconds until a race that hangs is given up

Call = Callable[[], object]
GROWTH = 1.4  # from one round to the next, for whoever is wrong and was not caught yet
_rounds = [0]  # how many of this fight are over


class Crew:
    """So many threads, each with a connection of its own, that start at the same moment."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._pool = ThreadPoolExecutor(size)
        self._start = Barrier(size)

    def run(self, calls: Sequence[Call], lead: float = 0) -> list[object]:
        """
        Give what each call gave or raised; only what an act may raise is caught.

        With a positive ``lead`` the first call starts so many seconds after the others, with a
        negative one before them.
        """
        assert len(calls) == self._size
        delays = [max(lead, 0)] + [max(-lead, 0)] * (self._size - 1)
        futures = [self._pool.submit(self._one, *pair) for pair in zip(calls, delays, strict=True)]
        return [future.result(PATIENCE) for future in futures]

    def _one(self, call: Call, delay: float) -> object:
        connection.ensure_connection()
        self._start.wait(PATIENCE)
        if delay:
            dawdle(delay)
        try:
            return call()
        except (CounterfoilError, OperationalError) as error:
            return error

    def dismiss(self) -> None:
        """Close every connection."""
        for future in [self._pool.submit(self._leave) for _ in range(self._size)]:
            future.result(PATIENCE)
        self._pool.shutdown()

    def _leave(self) -> None:
        self._start.wait(PATIENCE)
        connection.close()


@contextmanager
def crew(size: int) -> Iterator[Crew]:
    """Hire a crew for as long as the block lasts."""
    hired = Crew(size)
    try:
        yield hired
    finally:
        hired.dismiss()
        _rounds[0] = 0


def dawdle(seconds: float) -> None:
    """Let a moment pass, in the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(%s)", [seconds])


def grown(seconds: float) -> float:
    """Give more from round to round: what a quiet machine shows at once, a busy one does too."""
    return min(seconds * GROWTH ** _rounds[0], 2.5)


def hesitate(seconds: float) -> None:
    """Leave a moment between looking and writing, as who is careless does."""
    dawdle(grown(seconds))


def named(outcome: object) -> str:
    """Name what came of a call: the class of a refusal, or ``ok``."""
    return type(outcome).__name__ if isinstance(outcome, Exception) else "ok"


def fight(
    rounds: Sequence[Sequence[Call]],
    judge: Callable[[int, list[object]], None],
    *,
    even: bool = False,
    leads: Sequence[float] = (0,),
) -> Counter[tuple[str, ...]]:
    """
    Fight a race of several rounds; gives how often each outcome was seen.

    ``judge`` sees the number of the round and the outcomes, and fails what must not be. At the end
    every promise about the records is kept, and nobody was the victim of a deadlock. An ``even``
    fight moves the start of the first call by how it fared, so that who is first stays open; else
    it starts so many seconds later, or earlier, as ``leads`` says in turn.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    with crew(len(rounds[0])) as hired:
        lead, step, was_refused, longest = 0.0, 0.004, None, LONGEST
        for number, calls in enumerate(rounds):
            _rounds[0] = number
            began = monotonic()
            outcomes = hired.run(calls, lead if even else leads[number % len(leads)])
            longest = min(2.0, max(longest, LONGEST + 2 * (monotonic() - began - abs(lead))))
            seen[tuple(map(named, outcomes))] += 1
            judge(number, outcomes)
            if not even:
                continue
            is_refused = isinstance(outcomes[0], Exception)
            step *= 1.3 if was_refused in (None, is_refused) else 0.4
            was_refused = is_refused
            lead = max(-longest, min(lead + (-step if is_refused else step), longest))
    assert not any("OperationalError" in outcome for outcome in seen), seen
    assert_kept()
    return seen
