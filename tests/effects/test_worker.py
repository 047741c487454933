"""The worker: everything that is due gets done, and one failing loop stops no other."""

import threading
from io import StringIO

import pytest
from django.core import mail
from django.core.management import call_command
from django.db import connection

from counterfoil.effects.dispatcher import dispatch
from counterfoil.effects.sealer import seal
from counterfoil.effects.worker import LOOPS, Loop, Worker
from counterfoil.models import Delivery, Entitlement, Entry, Provisioning, Seal
from counterfoil.operations.redeem import redeem
from counterfoil.rules.lifecycle import State
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import ORIGIN, customer, issue_many, make_assignee, now

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_queue")]

IN_TIME = 120.0  # seconds until a test is given up


def jobs() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs WHERE status = 'todo'")
        return [row[0] for row in cursor.fetchall()]


def test_once_does_all_there_is_and_ends() -> None:
    issued, ana = issue_many(2, terms=Terms()), make_assignee()
    redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    said = StringIO()

    call_command("counterfoil_worker", "--once", stdout=said)

    assert "Nothing is due any more" in said.getvalue()
    assert Entitlement.objects.get(pk=issued.id).state == State.FULFILLED
    assert Entry.objects.filter(dispatched_at=None).count() == 0
    assert Seal.objects.count() == Entry.objects.count()
    assert {one.to[0] for one in mail.outbox} == {"ann.buyer@example.com", "ana@example.com"}
    assert jobs() == []


def test_the_queue_alone_gets_it_done_too() -> None:
    issue_many(2)
    seal()
    dispatch(at=now())
    assert jobs() == ["counterfoil.send_delivery"]

    Worker(loops=()).run_once()

    assert Delivery.objects.get().sent_at is not None
    assert len(mail.outbox) == 1
    assert jobs() == []


def test_the_tables_alone_get_it_done_too() -> None:
    issue_many(2)
    seal()
    dispatch(at=now())
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")

    for loop in LOOPS:
        loop.work()

    assert len(mail.outbox) == 1


def test_each_call_of_the_host_has_a_moment_of_its_own() -> None:
    """Of several at one moment, the lease of the second would be over while the first hangs."""
    issued = issue_many(2, terms=Terms())
    for code, who in zip(issued.codes, ("ana@example.com", "bob@example.com"), strict=True):
        to = make_assignee(who)
        redeem(code=code, to=to, by=customer(to), at=now(), origin=ORIGIN)
    [calling] = [loop for loop in LOOPS if loop.name == "provisioning"]

    assert [calling.work(), calling.work(), calling.work()] == [1, 1, 0]
    assert not Provisioning.objects.exclude(got="active").exists()


def test_a_loop_that_fails_is_tried_again_and_stops_no_other() -> None:
    failures, done = threading.Semaphore(0), threading.Event()

    def failing() -> int:
        failures.release()
        raise RuntimeError

    def working() -> int:
        if failures.acquire(blocking=False):
            done.set()
        return 0

    worker = Worker([Loop("failing", failing, 0.01), Loop("working", working, 0.01)])
    worker.start()

    assert done.wait(IN_TIME)
    assert failures.acquire(timeout=IN_TIME)
    assert worker.stop()


def test_told_to_stop_it_finishes_what_it_is_doing() -> None:
    begun, may_end, ended = threading.Event(), threading.Event(), threading.Event()

    def slow() -> int:
        begun.set()
        may_end.wait(IN_TIME)
        ended.set()
        return 1

    worker = Worker([Loop("slow", slow)])
    worker.start()
    assert begun.wait(IN_TIME)
    threading.Timer(0.2, may_end.set).start()

    assert worker.stop()
    assert ended.is_set()
