"""Refusing without forgetting: for acts whose refusal is itself something to keep."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db.transaction import Atomic

from counterfoil.errors import CounterfoilError

P = ParamSpec("P")
T = TypeVar("T")


def refuse_after(
    atomic: Atomic,
) -> Callable[[Callable[P, T | CounterfoilError]], Callable[P, T]]:
    """
    Let an act return its refusal, which is raised once the transaction is committed.

    An error raised inside would take the record of the failed try with it. The transaction should
    be ``durable``: within another one, that other would be rolled back by the refusal.
    """

    def decorate(act: Callable[P, T | CounterfoilError]) -> Callable[P, T]:
        @wraps(act)
        def acting(*args: P.args, **kwargs: P.kwargs) -> T:
            with atomic:
                outcome = act(*args, **kwargs)
            if isinstance(outcome, CounterfoilError):
                raise outcome
            return outcome

        return acting

    return decorate
