"""Giving without a sale, traceable like one."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.test import override_settings

from counterfoil.errors import ApprovalMissing, OrderInvalid, ReasonMissing
from counterfoil.models import Entitlement, GrantRecord, Product, Purchase
from counterfoil.operations.grant import grant
from counterfoil.rules.grants import GrantCategory
from counterfoil.rules.people import Actor, ActorKind
from counterfoil.testing.builders import OPERATOR, make_product
from tests.records import refused, unchanged

pytestmark = pytest.mark.django_db
BOSS = Actor(kind=ActorKind.OPERATOR, id="operator-2", display="Bert Boss")


@pytest.fixture
def product() -> Product:
    return make_product()


def request(product: Product, at: datetime, **other: Any) -> dict[str, Any]:
    """Make a grant of two that is in order, but for what is given."""
    return {
        "request_id": uuid4(),
        "product": product,
        "quantity": 2,
        "category": GrantCategory.CUSTOMER_SERVICE,
        "reason": "Lost in the post",
        "reference": "CASE-1",
        "by": OPERATOR,
        "at": at,
    } | other


def test_issues_and_says_why_and_who(product: Product, at: datetime) -> None:
    purchase = grant(**request(product, at, recipient="Eve@Example.com"))

    record = GrantRecord.objects.get(purchase=purchase)
    assert (record.category, record.reason, record.reference, record.quantity) == (
        "customer_service",
        "Lost in the post",
        "CASE-1",
        2,
    )
    assert (record.issued_by, record.approved_by) == (OPERATOR.id, "")
    assert (purchase.kind, purchase.connection, purchase.notify) == ("grant", None, True)
    assert purchase.buyer is not None
    contact = purchase.buyer.contact()
    assert contact is not None
    assert contact.mail == "eve@example.com"
    given = Entitlement.objects.filter(purchase=purchase)
    assert [one.entries.get().act_name for one in given] == ["grant", "grant"]
    assert {one.codes.get().state for one in given} == {"live"}


def test_repeating_a_request_gives_the_same_grant(product: Product, at: datetime) -> None:
    asked = request(product, at)
    first = grant(**asked)

    with unchanged():
        assert grant(**asked) == first

    assert grant(**request(product, at)) != first


def test_a_grant_for_testing_is_a_test_and_nobody_is_written_to(
    product: Product, at: datetime
) -> None:
    purchase = grant(**request(product, at, category=GrantCategory.TEST))

    assert purchase.is_test
    assert not purchase.notify
    assert all(one.is_test for one in Entitlement.objects.all())


@override_settings(COUNTERFOIL_GRANT_LIMIT=2)
def test_above_the_limit_takes_a_second_person(product: Product, at: datetime) -> None:
    grant(**request(product, at))

    with refused(ApprovalMissing):
        grant(**request(product, at, quantity=3))
    with refused(ApprovalMissing):
        grant(**request(product, at, quantity=3, approved_by=OPERATOR))

    purchase = grant(**request(product, at, quantity=3, approved_by=BOSS))
    assert GrantRecord.objects.get(purchase=purchase).approved_by == BOSS.id


@pytest.mark.parametrize("missing", [{"reason": " "}, {"reference": ""}])
def test_refuses_without_reason_or_reference(
    product: Product, at: datetime, missing: dict[str, str]
) -> None:
    with refused(ReasonMissing):
        grant(**request(product, at, **missing))


@pytest.mark.parametrize("wrong", [{"quantity": 0}, {"quantity": -1}, {"recipient": "no address"}])
def test_refuses_what_cannot_be(product: Product, at: datetime, wrong: dict[str, Any]) -> None:
    with refused(OrderInvalid):
        grant(**request(product, at, **wrong))
    assert not Purchase.objects.exists()


@pytest.mark.parametrize(
    "other",
    [{"quantity": 3}, {"reference": "CASE-2"}, {"recipient": "bob@example.com"}],
)
def test_refuses_a_request_id_that_was_used_for_something_else(
    product: Product, at: datetime, other: dict[str, Any]
) -> None:
    first = request(product, at, recipient="eve@example.com")
    grant(**first)

    with refused(OrderInvalid, match="another grant"):
        grant(**first | other)

    assert Entitlement.objects.count() == 2
