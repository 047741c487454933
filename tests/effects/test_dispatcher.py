"""The ledger as outbox: everything taken once, by however many, and nothing lost."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections, transaction

from counterfoil.effects.dispatcher import dispatch
from counterfoil.effects.sealer import seal
from counterfoil.models import Account, Delivery, Entry
from counterfoil.models.ids import uuid7
from counterfoil.operations.redeem import redeem
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import (
    ORIGIN,
    customer,
    issue_many,
    issue_one,
    make_assignee,
    make_connection,
    make_product,
    now,
)

IN_TIME = 120.0  # seconds until a test is given up
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_queue")]


def jobs() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, coalesce(args ->> 'delivery_id', args ->> 'entitlement_id')"
            "  FROM procrastinate_jobs ORDER BY id"
        )
        return [tuple(row) for row in cursor.fetchall()]


def together(*work: Callable[[], object]) -> None:
    """Do all of it at the same time, each in a thread with a connection of its own."""
    start = threading.Barrier(len(work))
    failures: list[BaseException] = []

    def doing(one: Callable[[], object]) -> None:
        try:
            start.wait(IN_TIME)
            one()
        except BaseException as failure:  # noqa: BLE001 - raised again below
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=doing, args=[one]) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(IN_TIME)
    assert failures == []


def test_takes_only_what_is_sealed() -> None:
    issue_one()

    assert dispatch(at=now()) == 0
    seal()
    assert dispatch(at=now()) == 1
    assert dispatch(at=now()) == 0


def test_a_redemption_queues_what_it_calls_for() -> None:
    issued, ana = issue_one(terms=Terms()), make_assignee()
    redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    assert jobs() == []

    seal()
    dispatch(at=now())

    assert sorted(jobs()) == [
        ("counterfoil.provision", str(issued.id)),
        ("counterfoil.send_delivery", str(Delivery.objects.get().pk)),
    ]


def test_an_act_larger_than_a_batch_is_still_one_mail() -> None:
    issue_many(7)

    while seal(limit=3) + dispatch(at=now(), limit=3):
        pass

    assert Delivery.objects.count() == 1
    assert len(jobs()) == 1


def test_two_dispatchers_tell_nobody_twice() -> None:
    shop = make_connection(make_product())
    for _ in range(40):
        issue_many(2, shop)
    seal()

    def work() -> None:
        while dispatch(at=now(), limit=7):
            pass

    together(work, work, work)
    work()

    assert Delivery.objects.count() == 40
    assert len(set(jobs())) == len(jobs()) == 40
    assert Entry.objects.filter(dispatched_at=None).count() == 0
    assert Account.objects.count() == 1


def test_what_fails_is_taken_again_and_nothing_of_it_is_left_behind() -> None:
    issued, ana = issue_one(terms=Terms()), make_assignee()
    redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    seal()

    def broken(execute: Callable[..., object], sql: str, *rest: object) -> object:
        if "procrastinate_defer" in sql and Delivery.objects.exists():
            raise ConnectionResetError
        return execute(sql, *rest)

    with connection.execute_wrapper(broken), pytest.raises(ConnectionResetError):
        dispatch(at=now())
    assert Delivery.objects.count() == 0
    assert jobs() == []

    assert dispatch(at=now()) == 2
    assert Delivery.objects.count() == 1
    assert len(jobs()) == 2


def test_an_entry_that_commits_late_is_not_passed_over() -> None:
    """What is numbered or timed before something dispatched already is found all the same."""
    shop = make_connection(make_product())
    issue_one(shop)
    written, may_commit = threading.Event(), threading.Event()

    def late() -> None:
        with transaction.atomic():
            issue_one(shop)
            written.set()
            may_commit.wait(IN_TIME)

    def meanwhile() -> None:
        written.wait(IN_TIME)
        issue_one(shop)
        seal()
        dispatch(at=now())
        assert Entry.objects.filter(dispatched_at=None).count() == 0
        may_commit.set()

    together(late, meanwhile)
    seal()

    assert dispatch(at=now()) == 1
    assert Delivery.objects.count() == 3


def test_costs_as_many_statements_for_a_hundred_acts_as_for_one(
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    shop = make_connection(make_product(terms=Terms()))
    for number in range(50):
        issued, holder = issue_one(shop), make_assignee(f"{uuid7().hex}-{number}@example.com")
        redeem(code=issued.code, to=holder, by=customer(holder), at=now(), origin=ORIGIN)
    seal()

    with django_assert_max_num_queries(19):  # type: ignore[attr-defined]
        assert dispatch(at=now()) == 100
