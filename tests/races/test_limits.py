"""The calls of one minute, and several processes that answer them."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from counterfoil.api.limits import Ask, Leases, Standing
from counterfoil.models import CallsTaken
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.operations.lease_calls import Lease, lease_calls
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import now
from tests.races.arena import crew, dawdle

pytestmark = pytest.mark.django_db(transaction=True)
PROCESSES, CALLS, MOST = 4, 40, 50


def careless(*, key_id: UUID, most: int, by: Any, at: datetime) -> Lease:
    """Look how many are left, and take them, a moment later."""
    taken = CallsTaken.objects.filter(pk=key_id).values_list("taken", flat=True).first() or 0
    calls = min(4, most - taken)
    dawdle(0.01)
    CallsTaken.objects.update_or_create(
        pk=key_id, defaults={"minute": 1, "taken": taken + calls, "lease": calls}
    )
    ends_at = datetime.now(tz=UTC) + timedelta(minutes=1)
    return Lease(minute=1, calls=calls, left=most - taken - calls, ends_at=ends_at)


def process(key_id: UUID, ask: Ask) -> list[Standing]:
    """Call as often as one process is asked to; give what it let through."""
    leases = Leases(ask)
    stood = [
        leases.take(key_id=key_id, most=MOST, by=SYSTEM, at=datetime.now(tz=UTC))
        for _ in range(CALLS)
    ]
    assert all(stood), "the database was asked"
    return [one for one in stood if one is not None and one.left >= 0]


def let_through(ask: Ask) -> Counter[int]:
    """Count by minute what several processes let through."""
    made = create_api_key(name="busy", scopes=[Scope.CHECK], by=SYSTEM, at=now())
    with crew(PROCESSES) as hired:
        outcomes: list[Any] = hired.run([partial(process, made.api_key.pk, ask)] * PROCESSES)
    return Counter(one.minute for stood in outcomes for one in stood)


def test_processes_together_let_through_what_was_granted_and_no_more() -> None:
    granted = let_through(lease_calls)

    assert max(granted.values()) <= MOST
    assert granted.total() >= MOST, "and all of it"


def test_looking_first_and_taking_then_lets_too_many_through() -> None:
    assert max(let_through(careless).values()) > MOST
