"""Waiting for a row: what became true meanwhile counts, and nobody waits for ever."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from django.db import OperationalError, connection, transaction

from counterfoil.errors import CounterfoilError, EntitlementExpired
from counterfoil.models import Entitlement
from counterfoil.operations.assign import assign
from counterfoil.operations.place_hold import place_hold
from counterfoil.operations.redeem import redeem
from counterfoil.operations.revoke import revoke
from counterfoil.rules.people import Assignee
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    Issued,
    a_line,
    an_order,
    converge,
    customer,
    issue_many,
    issue_one,
    make_assignee,
    make_connection,
    make_product,
    now,
)
from counterfoil_server import settings as served
from tests.races import careless
from tests.races.arena import SOME, Call, fight
from tests.records import assert_kept, unchanged
from tests.scenes import HOLD, end, history

pytestmark = pytest.mark.django_db(transaction=True)
VALID_FOR = timedelta(milliseconds=800)
BLOCKED = "SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
PATIENCE = 30  # seconds
UNITS = 12


def until(condition: str) -> None:
    """Ask the database until it says yes."""
    with connection.cursor() as cursor:
        for _ in range(5_000):
            cursor.execute(f"SELECT ({condition}) FROM pg_sleep(0.002)")
            if cursor.fetchone()[0]:
                return
    pytest.fail(f"it never came true: {condition}")


def alone(call: Call) -> object:
    """Give what a call gave or raised in a connection of its own."""
    try:
        return call()
    except (CounterfoilError, OperationalError) as error:
        return error
    finally:
        connection.close()


def outlast(call: Call) -> object:
    """Make a call wait for the row until its validity has ended; gives what it gave or raised."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            ends = Entitlement.objects.select_for_update().get().expires_at
            assert ends is not None
            waiting = pool.submit(alone, call)
            until(f"({BLOCKED}) > 0")
            until(f"clock_timestamp() > '{ends.isoformat()}'")
        return waiting.result(PATIENCE)


@pytest.fixture
def ending() -> Issued:
    """Sell one that will not be valid for long."""
    issued = issue_one()
    end(issued.id, now() + VALID_FOR)
    return issued


@pytest.fixture
def ana() -> Assignee:
    return make_assignee()


def test_what_expires_while_a_redemption_waits_is_expired(ending: Issued, ana: Assignee) -> None:
    outcome = outlast(
        partial(redeem, code=ending.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    )

    assert isinstance(outcome, EntitlementExpired)
    assert history(ending.id) == ["issue", "extend"]
    assert_kept()


def test_what_expires_while_an_assignment_waits_is_expired(ending: Issued, ana: Assignee) -> None:
    outcome = outlast(
        partial(assign, entitlement_id=ending.id, to=ana, by=OPERATOR, at=now(), reason="case")
    )

    assert isinstance(outcome, EntitlementExpired)
    assert history(ending.id) == ["issue", "extend"]
    assert_kept()


def test_who_looks_at_the_end_before_waiting_is_caught(ending: Issued, ana: Assignee) -> None:
    assert outlast(partial(careless.redeem, code=ending.code, to=ana)) is None

    with pytest.raises(AssertionError, match="I16"):
        assert_kept()


def test_nobody_waits_for_a_row_for_ever() -> None:
    assert "lock_timeout=3s" in served.DATABASES["default"]["OPTIONS"]["options"]
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("1min",)  # more patient, and by the same setting


def test_who_gives_up_waiting_changed_nothing(ana: Assignee) -> None:
    issued = issue_one()

    def impatient() -> object:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '20ms'")
        return redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)

    with unchanged(), ThreadPoolExecutor(1) as pool, transaction.atomic():
        Entitlement.objects.select_for_update().get()
        outcome = pool.submit(alone, impatient).result(PATIENCE)

    assert isinstance(outcome, OperationalError)
    assert "lock timeout" in str(outcome)


def withdrawing(ids: Sequence[UUID]) -> Call:
    return partial(revoke, entitlement_ids=ids, by=OPERATOR, at=now(), reason="recall")


def holding(ids: Sequence[UUID]) -> Call:
    given = {"by": OPERATOR, "at": now(), "reason": "suspicion", **HOLD}
    return partial(place_hold, entitlement_ids=ids, **given)


def agree(_: int, outcomes: list[object]) -> None:
    assert not any(isinstance(one, Exception) for one in outcomes), outcomes


def test_bulk_acts_in_any_order_do_not_deadlock() -> None:
    rounds = []
    for _ in range(SOME):
        ids = issue_many(UNITS).entitlement_ids
        back = ids[::-1]
        rounds.append([withdrawing(ids), withdrawing(back), holding(ids), holding(back)])

    fight(rounds, agree)


def test_who_locks_in_the_order_given_is_caught() -> None:
    def careless_lock(ids: Sequence[UUID]) -> None:
        with transaction.atomic():
            for one in ids:
                Entitlement.objects.select_for_update().get(pk=one)

    ids = issue_many(UNITS * 4).entitlement_ids
    rounds = [[partial(careless_lock, ids), partial(careless_lock, ids[::-1])]]

    with pytest.raises(AssertionError, match="deadlock"):
        fight(rounds, agree)


def test_a_cancelled_order_and_a_recall_do_not_deadlock() -> None:
    """The units of its two lines lie in turn, as when one line has grown."""
    shop = make_connection(make_product("DNA-STD"), make_product("DNA-PLUS"))
    rounds = []
    for number in range(SOME):
        two = a_line(UNITS, sku="DNA-PLUS", reference="li_2")
        before = an_order(a_line(1), two, reference=f"cs_{number}")
        converge(shop, before)
        issued = converge(shop, replace(before, lines=(a_line(UNITS), two)))
        cancelled = replace(before, lines=(a_line(UNITS), two), cancelled_at=now())
        rounds.append(
            [
                partial(converge, shop, cancelled),
                withdrawing(issued.entitlement_ids[UNITS - 4 :]),  # of both lines, the last first
            ]
        )

    fight(rounds, agree, leads=[-0.001 * moment for moment in range(0, 45, 3)])
    assert not Entitlement.objects.exclude(state="revoked").exists()
