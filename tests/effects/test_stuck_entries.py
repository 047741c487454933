"""An act whose consequences cannot be written holds up no other, and is not forgotten."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from counterfoil.effects.dispatcher import MOST_ATTEMPTS, dispatch
from counterfoil.effects.sealer import seal
from counterfoil.models import Delivery, Entry, ExceptionCase, StuckEntry
from counterfoil.testing.builders import Issued, issue_many, issue_one, now

COVERS = {"F13": ["test_a_poisoned_entry_holds_up_no_other_and_is_tried_alone"]}
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("empty_queue")]
REFUSE = """
CREATE FUNCTION tests_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.purchase_id = '{purchase}' THEN
        RAISE EXCEPTION 'poison' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER tests_refuse BEFORE INSERT ON counterfoil_delivery
    FOR EACH ROW EXECUTE FUNCTION tests_refuse();
"""
ALLOW = """
DROP TRIGGER IF EXISTS tests_refuse ON counterfoil_delivery;
DROP FUNCTION IF EXISTS tests_refuse();
"""


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@pytest.fixture
def poisoned() -> Iterator[Issued]:
    """Give a purchase of which the database refuses every mail."""
    issued = issue_many(3, reference="poison")
    run(REFUSE.format(purchase=issued.purchase.pk))
    yield issued
    run(ALLOW)


def test_a_poisoned_entry_holds_up_no_other_and_is_tried_alone(poisoned: Issued) -> None:
    others = [issue_one(reference=f"good-{number}") for number in range(5)]
    seal()

    assert dispatch(at=now()) == 5

    told = set(Delivery.objects.values_list("purchase_id", flat=True))
    assert told == {one.purchase.pk for one in others}
    assert set(StuckEntry.objects.values_list("entitlement_id", flat=True)) == set(
        poisoned.entitlement_ids
    )
    assert dispatch(at=now()) == 0  # not before its time
    issue_one(reference="good-later")
    seal()
    assert dispatch(at=now()) == 1


def test_what_works_at_last_is_one_mail_and_leaves_nothing_behind(poisoned: Issued) -> None:
    seal()
    dispatch(at=now())
    run(ALLOW)

    assert dispatch(at=now()) == 0
    assert dispatch(at=now() + timedelta(seconds=11)) == 3

    assert Delivery.objects.get().purchase == poisoned.purchase
    assert not StuckEntry.objects.exists()
    assert not Entry.objects.filter(dispatched_at=None).exists()


def test_what_goes_on_failing_is_put_before_a_person_and_tried_further(poisoned: Issued) -> None:
    seal()
    at = now()
    for _ in range(MOST_ATTEMPTS - 1):
        dispatch(at=at)
        at += timedelta(hours=7)
    assert not ExceptionCase.objects.exists()
    for _ in range(3):
        dispatch(at=at)
        at += timedelta(hours=7)

    case = ExceptionCase.objects.get()
    assert (case.kind, case.purchase, case.resolved_at) == ("entry_stuck", poisoned.purchase, None)
    assert case.evidence["entries"] == 3
    assert case.evidence["error"] == "IntegrityError"

    run(ALLOW)
    assert dispatch(at=at) == 3
    case.refresh_from_db()
    assert case.outcome == "It worked at last."
    assert Delivery.objects.count() == 1


def test_a_database_that_is_away_is_nobodys_fault() -> None:
    issue_one()
    seal()

    def away(execute: object, sql: str, *given: object) -> object:
        if "counterfoil_delivery" in sql:
            raise OperationalError("server closed the connection unexpectedly")
        return execute(sql, *given)  # type: ignore[operator]

    with connection.execute_wrapper(away), pytest.raises(OperationalError):  # type: ignore[arg-type]
        dispatch(at=now())

    assert not StuckEntry.objects.exists()
    assert dispatch(at=now()) == 1
