"""Sales whose holders were known before the payment: recorded and assigned in one act."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from counterfoil.effects.settling import settle
from counterfoil.models import (
    Account,
    Assignment,
    Code,
    Connection,
    Delivery,
    Entitlement,
    Entry,
    ExceptionCase,
    Purchase,
    Subject,
)
from counterfoil.operations.assign import assign
from counterfoil.operations.converge_purchase import converge_purchase
from counterfoil.operations.unassign import unassign
from counterfoil.queries.invariants import INVARIANTS, broken
from counterfoil.rules.orders import OrderHolder, OrderPath, OrderState
from counterfoil.testing.builders import (
    CHANNEL,
    OPERATOR,
    a_line,
    an_order,
    converge,
    make_account,
    make_assignee,
    now,
)
from tests.converged import UNIT, cases, failed, live, make_shop, refund_of
from tests.records import unchanged

pytestmark = pytest.mark.django_db

ANA = OrderHolder(
    account="user-1",
    subject_kind="dog",
    subject_reference="dog-1",
    subject_data={"name": "Bella"},
)
BOB = OrderHolder(account="", mail="bob@example.com")
CAT = OrderHolder(account="user-3", mail="cat@example.com", subject_data={"name": "Rex"})


@pytest.fixture
def shop() -> Connection:
    return make_shop()


@pytest.fixture(autouse=True)
def kept(db: None) -> Iterator[None]:
    """Hold every promise against what a test leaves behind."""
    yield
    settle()
    assert broken(INVARIANTS, grace=timedelta(0)) == {}


def coupled(*holders: OrderHolder, quantity: int | None = None) -> OrderState:
    line = replace(a_line(len(holders) if quantity is None else quantity), holders=holders)
    return replace(an_order(line), path=OrderPath.COUPLED)


def told() -> list[tuple[str | None, str]]:
    """Give who has what, by the ordinal of the unit."""
    held = Assignment.objects.filter(ended_at=None).order_by("entitlement__ordinal")
    return [
        (one.account.external_reference, str(one.subject or ""))
        for one in held.select_related("account", "subject")
    ]


def test_a_coupled_sale_is_issued_and_assigned_in_one_act(shop: Connection) -> None:
    purchase = converge(shop, coupled(ANA, BOB, CAT)).purchase

    assert told() == [("user-1", "Bella"), (None, ""), ("user-3", "Rex")]
    assert Assignment.objects.get(entitlement__ordinal=1).account == make_account("bob@example.com")
    assert (purchase.path, purchase.notify) == ("coupled", False)
    entries = Entry.objects.order_by("entitlement", "seq").values_list("act_name", flat=True)
    assert list(entries) == ["issue", "assign"] * 3
    assert Entry.objects.values("act").distinct().count() == 1
    assert not Code.objects.exists()
    settle()
    assert not Delivery.objects.filter(kind="codes").exists()
    assert cases() == []


def test_a_coupled_sale_told_again_changes_nothing(shop: Connection) -> None:
    order = coupled(ANA, BOB)
    converge(shop, order)
    order = replace(order, as_of=now())
    converge_purchase(connection=shop, order=order, by=CHANNEL, at=now())

    with unchanged():
        converge_purchase(connection=shop, order=order, by=CHANNEL, at=now())


def test_holders_are_found_where_they_are_known(shop: Connection) -> None:
    known = Account.objects.create(external_reference="user-1", created_at=now())
    bob = make_account("bob@example.com")

    converge(shop, coupled(ANA, ANA, BOB))

    assert list(
        Assignment.objects.order_by("entitlement__ordinal").values_list("account", flat=True)
    ) == [known.pk, known.pk, bob.pk]
    assert Subject.objects.count() == 1


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(replace(ANA, account="user-2"), id="another account"),
        pytest.param(BOB, id="a mail instead"),
        pytest.param(replace(ANA, subject_reference="dog-2"), id="another dog"),
    ],
)
def test_another_holder_later_is_a_question_and_reassigns_nothing(
    shop: Connection, changed: OrderHolder
) -> None:
    converge(shop, coupled(ANA, CAT))
    before = told()

    converge(shop, coupled(changed, CAT))
    assert (told(), cases()) == (before, ["holder_differs"])
    assert ExceptionCase.objects.get().evidence["units"] == [1]

    converge(shop, coupled(ANA, CAT))
    assert cases() == []


def test_a_unit_that_was_passed_on_here_is_no_contradiction(shop: Connection) -> None:
    purchase = converge(shop, coupled(ANA)).purchase
    unit = purchase.entitlements.get()
    unassign(entitlement_id=unit.pk, by=OPERATOR, at=now(), reason="gift")
    assign(entitlement_id=unit.pk, to=make_assignee(), by=OPERATOR, at=now(), reason="given on")

    converge(shop, coupled(ANA))

    assert cases() == []
    assert told()[0][0] is None


@pytest.mark.parametrize(
    "holders",
    [
        pytest.param((ANA, replace(BOB, mail="nobody")), id="nobody"),
        pytest.param((ANA, replace(ANA, account=" \0 ")), id="nothing"),
        pytest.param((ANA,), id="too few"),
        pytest.param((), id="none"),
    ],
)
def test_a_holder_that_cannot_be_found_issues_nothing(
    shop: Connection, holders: tuple[OrderHolder, ...]
) -> None:
    converge(shop, coupled(*holders, quantity=2))
    assert (live(), cases()) == (0, ["order_invalid"])
    assert not Account.objects.exists()

    converge(shop, coupled(ANA, BOB))
    assert (live(), cases()) == (2, [])


def test_a_line_that_is_raised_again_goes_back_to_its_holders(shop: Connection) -> None:
    product = shop.mappings.get(key="sku:DNA-STD").product
    assert product is not None
    version = product.newest_terms()
    version.data = {**version.data, "refund_policy": "revoke"}
    version.save()
    converge(shop, coupled(ANA, BOB, CAT))
    converge(shop, coupled(ANA, BOB, CAT, quantity=1))
    assert live() == 1

    converge(shop, coupled(ANA, BOB, CAT))

    assert (live(), Entitlement.objects.count()) == (3, 3)
    assert told() == [("user-1", "Bella"), (None, ""), ("user-3", "Rex")]
    assert cases() == []


def test_a_coupled_sale_is_refunded_like_any_other(shop: Connection) -> None:
    order = coupled(ANA, BOB)
    converge(shop, order)
    refund = refund_of(("li_1", 1, UNIT))

    converge(shop, replace(order, refunds=(refund,)))
    assert (live(), cases()) == (2, ["refund_after_assignment"])

    converge(shop, replace(order, refunds=(failed(refund),)))
    assert (live(), cases()) == (2, [])


def test_holders_are_known_by_what_they_were_told_as(shop: Connection) -> None:
    converge(shop, coupled(replace(BOB, mail="Bob@Example.com ")))

    converge(shop, coupled(BOB))

    assert cases() == []
    assert Purchase.objects.get().path == "coupled"
