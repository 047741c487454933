"""Waiting for a row: what became true meanwhile counts, and nobody waits for ever."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from django.db import OperationalError, connection, transaction

from counterfoil.errors import CounterfoilError, EntitlementExpired
from counterfoil.models import Entitlement, Gift
from counterfoil.operations.assign import assign
from counterfoil.operations.erase_person import erase_person
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
from tests.giving import EVA, give, in_days
from tests.races import careless
from tests.races.arena import SOME, Call, fight
from tests.records import assert_kept, unchanged
from tests.scenes import HOLD, end, history

pytestmark = pytest.mark.django_db(transaction=True)
VALID_FOR = (0.8, 8, 80)  # seconds: longer where the machine was too busy to come in time
BLOCKED = "SELECT count(*) FROM pg_locks WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
PATIENCE = 120  # seconds
UNITS = 12


def until(condition: str, *, unless: Callable[[], bool] = lambda: False) -> bool:
    """Ask the database until it says yes, or until there is no more use in asking."""
    with connection.cursor() as cursor:
        for _ in range(60_000):
            cursor.execute(f"SELECT ({condition}) FROM pg_sleep(0.002)")
            if cursor.fetchone()[0]:
                return True
            if unless():
                return False
    pytest.fail(f"it never came true: {condition}")


def alone(call: Call) -> object:
    """Give what a call gave or raised in a connection of its own."""
    try:
        return call()
    except (CounterfoilError, OperationalError) as error:
        return error
    finally:
        connection.close()


def outlast(issued: Issued, call: Call) -> object:
    """Make a call wait for the row until its validity has ended; gives what it gave or raised."""
    for seconds in VALID_FOR:
        ends = now() + timedelta(seconds=seconds)
        end(issued.id, ends)
        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                Entitlement.objects.select_for_update().get()
                waiting = pool.submit(alone, call)
                if waited := until(f"({BLOCKED}) > 0", unless=waiting.done):
                    until(f"clock_timestamp() > '{ends.isoformat()}'")
            if waited:
                return waiting.result(PATIENCE)
    raise AssertionError("it never came to wait for the row")


@pytest.fixture
def ana() -> Assignee:
    return make_assignee()


def test_what_expires_while_a_redemption_waits_is_expired(ana: Assignee) -> None:
    sold = issue_one()
    by = customer(ana)
    outcome = outlast(sold, lambda: redeem(code=sold.code, to=ana, by=by, at=now(), origin=ORIGIN))

    assert isinstance(outcome, EntitlementExpired)
    assert set(history(sold.id)) == {"issue", "extend"}
    assert_kept()


def test_what_expires_while_an_assignment_waits_is_expired(ana: Assignee) -> None:
    sold = issue_one()
    outcome = outlast(
        sold,
        lambda: assign(entitlement_id=sold.id, to=ana, by=OPERATOR, at=now(), reason="case"),
    )

    assert isinstance(outcome, EntitlementExpired)
    assert set(history(sold.id)) == {"issue", "extend"}
    assert_kept()


def test_who_looks_at_the_end_before_waiting_is_caught(ana: Assignee) -> None:
    sold = issue_one()
    assert outlast(sold, partial(careless.redeem, code=sold.code, to=ana)) is None

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


def test_who_erases_somebody_waits_for_whoever_gives_to_them() -> None:
    issued = issue_one()
    eva = give(issued.id, send_at=in_days(3)).recipient
    assert eva is not None

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Entitlement.objects.select_for_update().get()
            call = partial(erase_person, person_id=eva.pk, by=OPERATOR, at=now(), reason="asked")
            erasing = pool.submit(alone, call)
            until(f"({BLOCKED}) > 0")
            give(issued.id, replace(EVA, message="See you"), send_at=in_days(3))
        erased = erasing.result(PATIENCE)

    assert erased == eva
    assert not Gift.objects.filter(ended_at=None).exists()


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
