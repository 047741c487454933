"""Putting something before a person, once."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from counterfoil.models import ExceptionCase
from counterfoil.operations.park import park
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import CHANNEL, OPERATOR, Issued
from tests.records import unchanged

pytestmark = pytest.mark.django_db
KIND = ExceptionKind.ORDER_INVALID


def test_a_person_finds_what_it_is_about(issued: Issued, at: datetime) -> None:
    case = park(
        kind=KIND,
        key="order-1",
        evidence={"faults": ["none"]},
        by=CHANNEL,
        at=at,
        purchase=issued.purchase,
        entitlement=issued.entitlement(),
    )

    case.refresh_from_db()
    assert (case.kind, case.key, case.opened_at, case.resolved_at) == (KIND, "order-1", at, None)
    assert (case.purchase, case.entitlement) == (issued.purchase, issued.entitlement())
    assert case.evidence == {"faults": ["none"], "found_by": "Stripe"}


def test_the_same_again_adds_nothing(at: datetime) -> None:
    case = park(kind=KIND, key="order-1", evidence={"n": 1}, by=SYSTEM, at=at)

    with unchanged():
        again = park(
            kind=KIND, key="order-1", evidence={"n": 1}, by=SYSTEM, at=at + timedelta(days=1)
        )
    assert again == case


def test_the_newest_evidence_is_kept_and_the_oldest_date(at: datetime) -> None:
    park(kind=KIND, key="order-1", evidence={"n": 1}, by=SYSTEM, at=at)
    park(kind=KIND, key="order-1", evidence={"n": 2}, by=SYSTEM, at=at + timedelta(days=1))

    case = ExceptionCase.objects.get()
    assert (case.evidence["n"], case.opened_at) == (2, at)


def test_other_matters_and_settled_ones_open_cases_of_their_own(at: datetime) -> None:
    park(kind=KIND, key="order-1", evidence={}, by=SYSTEM, at=at)
    park(kind=KIND, key="order-2", evidence={}, by=SYSTEM, at=at)
    park(kind=ExceptionKind.AMOUNT_DIFFERS, key="order-1", evidence={}, by=SYSTEM, at=at)
    resolve_exception(kind=KIND, key="order-1", outcome="done", by=OPERATOR, at=at)
    park(kind=KIND, key="order-1", evidence={}, by=SYSTEM, at=at)

    assert ExceptionCase.objects.count() == 4
    assert ExceptionCase.objects.filter(resolved_at=None).count() == 3


def test_closed_by_another_while_it_is_found_again_it_is_opened_anew(at: datetime) -> None:
    first = park(kind=KIND, key="order-1", evidence={"n": 1}, by=SYSTEM, at=at)
    closed: list[int] = []

    def meanwhile(execute: Any, sql: Any, *rest: Any) -> Any:
        done = execute(sql, *rest)
        if 'INSERT INTO "counterfoil_exceptioncase"' in str(sql) and not closed:
            closed.append(
                resolve_exception(kind=KIND, key="order-1", outcome="Mended.", by=OPERATOR, at=at)
            )
        return done

    with connection.execute_wrapper(meanwhile):
        again = park(kind=KIND, key="order-1", evidence={"n": 2}, by=SYSTEM, at=at)

    assert closed == [1]
    again.refresh_from_db()
    first.refresh_from_db()
    assert (first.outcome, again.resolved_at) == ("Mended.", None)
    assert again.evidence == {"n": 2, "found_by": "Counterfoil"}


def test_a_key_longer_than_its_column_is_still_one_key(at: datetime) -> None:
    key = "x" * 250
    first = park(kind=KIND, key=key, evidence={}, by=SYSTEM, at=at)

    assert park(kind=KIND, key=key, evidence={}, by=SYSTEM, at=at) == first
    assert resolve_exception(kind=KIND, key=key, outcome="done", by=OPERATOR, at=at) == 1
