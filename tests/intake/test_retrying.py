"""Two that met in the database: one starts over, and not for ever."""

import psycopg
import pytest
from django.db import OperationalError

from counterfoil.errors import Unavailable
from counterfoil.intake.retrying import MOST_TRIES, with_retries


def failing(times: int, cause: Exception) -> tuple[list[int], object]:
    tries: list[int] = []

    def act() -> str:
        tries.append(len(tries) + 1)
        if len(tries) <= times:
            raise OperationalError(str(cause)) from cause
        return "done"

    return tries, act


@pytest.mark.parametrize(
    "cause",
    [
        psycopg.errors.DeadlockDetected(),
        psycopg.errors.SerializationFailure(),
        psycopg.errors.LockNotAvailable(),
    ],
)
def test_starts_over_a_few_times(cause: Exception) -> None:
    tries, act = failing(MOST_TRIES - 1, cause)
    assert with_retries(act) == "done"  # type: ignore[arg-type]
    assert len(tries) == MOST_TRIES

    tries, act = failing(100, cause)
    with pytest.raises(Unavailable):
        with_retries(act)  # type: ignore[arg-type]
    assert len(tries) == MOST_TRIES


def test_what_will_not_be_better_is_not_tried_again() -> None:
    tries, act = failing(1, psycopg.OperationalError("the server is gone"))
    with pytest.raises(OperationalError):
        with_retries(act)  # type: ignore[arg-type]
    assert tries == [1]
