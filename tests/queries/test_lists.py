"""What came in last and what needs a person: as many queries for many as for one."""

import pytest
from pytest_django import DjangoAssertNumQueries

from counterfoil.operations.park import park
from counterfoil.queries.exceptions import (
    PAGE,
    CasesSought,
    count_open,
    find_cases,
    open_kinds,
)
from counterfoil.queries.newest import newest_purchases
from counterfoil.queries.search import search
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import issue_many, issue_one, now

pytestmark = pytest.mark.django_db


def test_the_newest_come_first_in_two_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(12):
        issue_many(2, reference=f"CF-{number}")

    with django_assert_num_queries(2):
        newest = newest_purchases(limit=10)

    assert [one.reference for one in newest][:2] == ["CF-11", "CF-10"]
    assert newest[0].counts == {State.ISSUED: 2}
    assert newest[0].buyer == "a•••@example.com"


def test_exceptions_come_in_pages_by_kind(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    issued = issue_one()
    for number in range(PAGE + 3):
        park(
            kind=ExceptionKind.POISON_MESSAGE, key=f"evt_{number}", evidence={}, by=SYSTEM, at=now()
        )
    park(
        kind=ExceptionKind.REFUND_AFTER_ASSIGNMENT,
        key="x",
        evidence={},
        by=SYSTEM,
        at=now(),
        purchase=issued.purchase,
        entitlement=issued.entitlement(),
    )

    with django_assert_num_queries(1):
        first = find_cases(CasesSought(kind="poison_message"))
    rest = find_cases(CasesSought(kind="poison_message"), after=first[-1].id)
    [refund] = find_cases(CasesSought(kind="refund_after_assignment"))

    assert (len(first), len(rest)) == (PAGE, 3)
    assert not {one.id for one in first} & {one.id for one in rest}
    assert refund.trace == issued.entitlement().handle
    assert refund.reference == issued.purchase.external_reference
    assert [(one.kind, one.count) for one in open_kinds()] == [
        ("poison_message", PAGE + 3),
        ("refund_after_assignment", 1),
    ]
    assert count_open() == PAGE + 4


@pytest.mark.parametrize(("quantity", "queries"), [(1, 11), (20, 11)])
def test_a_search_by_address_asks_as_often_for_many(
    quantity: int, queries: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    issue_many(quantity)

    with django_assert_num_queries(queries):
        assert len(search("ann.buyer@example.com", now=now()).hits) == quantity
