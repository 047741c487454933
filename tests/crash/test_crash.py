"""Whenever it is killed, an act is done or not begun, and the next delivery completes it."""

from dataclasses import replace
from functools import partial
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from counterfoil.models import (
    CodeState,
    Connection,
    Decision,
    Entitlement,
    GrantRecord,
    Line,
    Product,
    Provisioning,
    Purchase,
    RefundedEntitlement,
)
from counterfoil.models.ids import uuid7
from counterfoil.operations import _ledger
from counterfoil.operations._codes import give_codes
from counterfoil.operations.complete_subject import complete_subject
from counterfoil.operations.converge_purchase import converge_purchase
from counterfoil.operations.grant import grant
from counterfoil.operations.issue import issue
from counterfoil.operations.redeem import redeem
from counterfoil.operations.replace_code import replace_code
from counterfoil.operations.revoke import revoke
from counterfoil.rules.acts import Act
from counterfoil.rules.grants import GrantCategory
from counterfoil.rules.lifecycle import Move, State
from counterfoil.rules.orders import OrderHolder, OrderPath, OrderState
from counterfoil.rules.people import Assignee
from counterfoil.testing.builders import (
    CHANNEL,
    OPERATOR,
    ORIGIN,
    Issued,
    a_line,
    a_refund,
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
from tests.crash.doomed import Doomed, kill_everywhere
from tests.scenes import REX, history, use

pytestmark = pytest.mark.django_db(transaction=True)
UNITS = 3
Order = tuple[Connection, OrderState]
Given = tuple[Issued, Assignee]


def states(issued: Issued) -> list[str]:
    """Give the states of a purchase's entitlements."""
    found = Entitlement.objects.filter(purchase=issued.purchase).order_by("line", "ordinal")
    return list(found.values_list("state", flat=True))


def line_with_one() -> Issued:
    return issue_one()


def issue_three(issued: Issued) -> object:
    return issue(line=issued.line(), units=UNITS, by=CHANNEL, at=now())


def three_were_issued(issued: Issued) -> None:
    assert states(issued) == ["issued"] * UNITS
    assert issued.line().units_paid == UNITS


def sold_to_ana() -> Given:
    return issue_one(), make_assignee()


def present(given: Given) -> object:
    issued, ana = given
    return redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)


def was_redeemed(given: Given) -> None:
    assert states(given[0]) == ["assigned"]
    assert history(given[0].id) == ["issue", "redeem"]


def used_by_ana() -> Given:
    issued, ana = sold_to_ana()
    use(issued, ana)
    return issued, ana


def name_it(given: Given) -> object:
    issued, ana = given
    return complete_subject(entitlement_id=issued.id, answers=REX, by=customer(ana), at=now())


def was_named(given: Given) -> None:
    assert history(given[0].id) == ["issue", "redeem", "complete_subject"]
    assert Provisioning.objects.get(pk=given[0].id).wanted == "active"


def two_lines() -> Order:
    connection = Connection.objects.filter(slug="shop").first() or make_connection(
        make_product("DNA-STD"), make_product("DNA-PLUS")
    )
    lines = a_line(UNITS), a_line(1, sku="DNA-PLUS", reference="li_2")
    return connection, an_order(*lines, reference=f"cs_{uuid4().hex}")


def deliver(order: Order) -> object:
    return converge_purchase(connection=order[0], order=order[1], by=CHANNEL, at=now())


def was_bought(order: Order) -> None:
    units = Entitlement.objects.filter(purchase__external_reference=order[1].reference)
    assert list(units.values_list("state", flat=True)) == ["issued"] * (UNITS + 1)


def refunded() -> Order:
    """Sell three, one of them in use, and have two refunded."""
    connection, order = two_lines()
    use(converge(connection, order), make_assignee())
    back = a_refund(2 * 11_400, quantity=UNITS)
    return connection, replace(order, refunds=(back,), as_of=now())


def coupled() -> Order:
    """Have an order whose holders were known before the payment."""
    connection, order = two_lines()
    holders = tuple(
        OrderHolder(account=f"user-{n}", subject_reference=f"dog-{n}") for n in range(UNITS)
    )
    line = replace(order.lines[0], holders=holders)
    return connection, replace(order, lines=(line,), path=OrderPath.COUPLED)


def was_held(order: Order) -> None:
    units = Entitlement.objects.filter(purchase__external_reference=order[1].reference)
    assert list(units.values_list("state", flat=True)) == ["assigned"] * UNITS
    assert units.filter(assignments__ended_at=None).count() == UNITS


def reopened() -> Order:
    """Sell some, cancel the order, and have it go on after all."""
    connection, order = two_lines()
    converge(connection, order)
    converge(connection, replace(order, cancelled_at=now()))
    return connection, replace(order, as_of=now())


def the_rest() -> Order:
    """Sell so many that one call issues only a part of them; the other is still to come."""
    connection, order = two_lines()
    order = replace(order, as_of=now())
    deliver_part((connection, order))
    return connection, order


def deliver_part(order: Order) -> object:
    connection, wanted = order
    return converge_purchase(
        connection=connection, order=wanted, by=CHANNEL, at=wanted.as_of, most_units=2
    )


def was_bought_as_one(order: Order) -> None:
    was_bought(order)
    purchase = Purchase.objects.get(external_reference=order[1].reference)
    assert purchase.entries.values("act").distinct().count() == 1
    assert (purchase.issuing, purchase.units_owed) == (None, 0)


def was_paid_back(order: Order) -> None:
    decided = RefundedEntitlement.objects.filter(
        refund__purchase__external_reference=order[1].reference
    )
    assert sorted(decided.values_list("decision", flat=True)) == [
        Decision.PENDING,
        Decision.REVOKE,
        Decision.REVOKE,
    ]
    units = Entitlement.objects.filter(purchase__external_reference=order[1].reference)
    assert units.filter(state=State.REVOKED).count() == UNITS - 1


def swap(issued: Issued) -> object:
    return replace_code(entitlement_id=issued.id, by=OPERATOR, at=now(), reason="lost")


def was_swapped(issued: Issued) -> None:
    codes = issued.entitlement().codes
    assert codes.filter(state=CodeState.LIVE).count() == 1
    assert codes.filter(state=CodeState.REPLACED).count() == history(issued.id).count(
        "replace_code"
    )
    assert codes.exclude(state=CodeState.LIVE).filter(ciphertext=None).exists()


def asked_for() -> tuple[UUID, Product]:
    return uuid4(), Product.objects.first() or make_product()


def give(asked: tuple[UUID, Product]) -> object:
    return grant(
        request_id=asked[0],
        product=asked[1],
        quantity=UNITS,
        category=GrantCategory.CUSTOMER_SERVICE,
        reason="Because",
        reference="CASE-1",
        recipient="eve@example.com",
        by=OPERATOR,
        at=now(),
    )


def was_given(asked: tuple[UUID, Product]) -> None:
    record = GrantRecord.objects.get(purchase__external_reference=f"grant-{asked[0]}")
    assert record.purchase.entitlements.count() == UNITS


def sold_three() -> Issued:
    return issue_many(UNITS)


def recall(issued: Issued) -> object:
    ids = issued.entitlement_ids
    return revoke(entitlement_ids=ids, by=OPERATOR, at=now(), reason="recall")


def was_recalled(issued: Issued) -> None:
    assert states(issued) == ["revoked"] * UNITS


ACTS = {
    "issue": Doomed(scene=line_with_one, act=issue_three, check=three_were_issued),
    "redeem": Doomed(scene=sold_to_ana, act=present, check=was_redeemed),
    "complete_subject": Doomed(scene=used_by_ana, act=name_it, check=was_named),
    "converge, new": Doomed(scene=two_lines, act=deliver, check=was_bought),
    "converge, coupled": Doomed(scene=coupled, act=deliver, check=was_held),
    "converge, reopened": Doomed(scene=reopened, act=deliver, check=was_bought),
    "converge, the rest": Doomed(scene=the_rest, act=deliver_part, check=was_bought_as_one),
    "converge, refund": Doomed(scene=refunded, act=deliver, check=was_paid_back),
    "replace_code": Doomed(scene=sold_three, act=swap, check=was_swapped, repeatable=False),
    "grant": Doomed(scene=asked_for, act=give, check=was_given),
    "revoke": Doomed(scene=sold_three, act=recall, check=was_recalled),
}


@pytest.mark.parametrize("name", ACTS)
def test_it_is_done_or_not_begun(name: str) -> None:
    assert kill_everywhere(ACTS[name]) >= 4  # a statement, and three moments around COMMIT


def issue_in_steps(line: Line) -> list[partial[object]]:
    """Issue what issue does, step by step, for nobody to hold together."""
    ids = [uuid7() for _ in range(UNITS - 1)]
    terms = line.product.newest_terms()
    parameters = {
        "purchase": line.purchase_id,
        "line": line.pk,
        "batch": None,
        "product": line.product_id,
        "terms": terms.pk,
        "partner": None,
        "allotment": None,
        "is_test": line.purchase.is_test,
        "expires_at": None,
    }
    change = _ledger.Change(act=Act.ISSUE, by=CHANNEL, at=now(), move=Move.ISSUE, to=State.ISSUED)
    return [
        partial(_ledger.create, change, ids=ids, ordinals=[1, 2], parameters=parameters),
        partial(give_codes, forms=dict.fromkeys(ids, terms.terms.code_form), at=now()),
        partial(Line.objects.filter(pk=line.pk).update, units_paid=UNITS),
    ]


def without_transaction(issued: Issued) -> None:
    for step in issue_in_steps(issued.line()):
        step()


def with_a_commit_between(issued: Issued) -> None:
    first, *others = issue_in_steps(issued.line())
    with transaction.atomic():
        first()
    with transaction.atomic():
        for step in others:
            step()


@pytest.mark.parametrize("wrong", [without_transaction, with_a_commit_between])
def test_an_act_that_is_not_one_transaction_is_caught(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(AssertionError, match=r"half done|I07"):
        kill_everywhere(Doomed(scene=line_with_one, act=wrong, check=three_were_issued))
