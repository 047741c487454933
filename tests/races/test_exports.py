"""Files of lists that one person asks for all at once."""

from datetime import datetime, timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest

from counterfoil.errors import TooManyExports
from counterfoil.models import AuditEntry, RunningExport
from counterfoil.operations.record_export import record_export
from counterfoil.rules.people import Actor
from counterfoil.testing.builders import OPERATOR, now
from tests.races.arena import PATIENCE, crew

pytestmark = pytest.mark.django_db(transaction=True)
ASKED, MOST = 6, 2
all_have_looked = Barrier(ASKED)


def careless(*, list_name: str, query: str, rows: int, by: Actor, at: datetime) -> AuditEntry:
    """Look how many are being sent, and begin another once everybody has looked."""
    if RunningExport.objects.filter(actor_id=by.id).count() >= MOST:
        raise TooManyExports("Too many.", at)
    all_have_looked.wait(PATIENCE)
    data = {"list": list_name, "query": query, "rows": rows}
    kept = AuditEntry.objects.create(at=at, act="export", actor_id=by.id, data=data)
    RunningExport.objects.create(export=kept, actor_id=by.id, until=at + timedelta(minutes=1))
    return kept


def begun(record: Any) -> int:
    """Count how many of several at once were begun."""
    call = partial(record, list_name="codes", query="", rows=1, by=OPERATOR, at=now())
    with crew(ASKED) as hired:
        came = hired.run([call] * ASKED)
    refused = [one for one in came if isinstance(one, TooManyExports)]
    assert AuditEntry.objects.filter(act="export").count() == ASKED - len(refused)
    return ASKED - len(refused)


def test_no_more_are_begun_at_once_than_one_person_may() -> None:
    assert begun(record_export) == MOST


def test_looking_first_and_beginning_then_begins_too_many() -> None:
    assert begun(careless) > MOST
