"""Closing an exception, saying what came of it."""

from datetime import datetime, timedelta

import pytest

from counterfoil.models import ExceptionCase
from counterfoil.operations.park import park
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import OPERATOR
from tests.records import unchanged

pytestmark = pytest.mark.django_db
KIND = ExceptionKind.ORDER_INVALID


def test_closes_the_open_case_and_says_who_and_how(at: datetime) -> None:
    park(kind=KIND, key="order-1", evidence={}, by=SYSTEM, at=at)
    other = park(kind=KIND, key="order-2", evidence={}, by=SYSTEM, at=at)

    closed = resolve_exception(
        kind=KIND, key="order-1", outcome="o" * 400, by=OPERATOR, at=at + timedelta(hours=1)
    )

    assert closed == 1
    case = ExceptionCase.objects.get(key="order-1")
    assert case.resolved_at == at + timedelta(hours=1)
    assert (case.resolved_by, case.outcome) == ("Olga Operator", "o" * 300)
    other.refresh_from_db()
    assert other.resolved_at is None


def test_where_none_is_open_nothing_changes(at: datetime) -> None:
    park(kind=KIND, key="order-1", evidence={}, by=SYSTEM, at=at)
    given = {"kind": KIND, "key": "order-1", "outcome": "done", "by": OPERATOR, "at": at}
    resolve_exception(**given)

    with unchanged():
        assert resolve_exception(**given) == 0
        assert resolve_exception(**given | {"key": "order-9"}) == 0
