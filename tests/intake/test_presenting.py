"""Presenting a code while somebody else is at its entitlement."""

import threading

import pytest
from django.db import connection, connections, transaction

from counterfoil.errors import Unavailable
from counterfoil.intake.presenting import present
from counterfoil.models import Attempt
from counterfoil.operations._loading import lock
from counterfoil.testing.builders import ORIGIN, customer, issue_one, make_assignee, now


@pytest.mark.django_db(transaction=True)
def test_waiting_too_long_is_no_failure_of_ours_and_no_guess() -> None:
    issued, ana = issue_one(), make_assignee()
    locked, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            lock([issued.id])
            locked.set()
            done.wait(120)
        connections.close_all()

    holder = threading.Thread(target=hold)
    holder.start()
    assert locked.wait(120)
    given = {"code": issued.code, "to": ana, "origin": ORIGIN, "by": customer(ana)}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '20ms'")
        with pytest.raises(Unavailable):
            present(**given, at=now())
    finally:
        done.set()
        holder.join(120)
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
    assert not Attempt.objects.exists()

    assert not present(**given, at=now()).repeated
