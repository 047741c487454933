"""A person decides about one unit whose money went back."""

from dataclasses import replace
from uuid import uuid4

import pytest

from counterfoil.errors import NotFound, NothingToDecide, ReasonMissing, RefundUnitsInvalid
from counterfoil.models import Connection, Decision, Entitlement, ExceptionCase
from counterfoil.operations.decide_refunded_unit import decide_refunded_unit
from counterfoil.rules.orders import OrderState
from counterfoil.rules.terms import RefundPolicy
from counterfoil.testing.builders import (
    DOG,
    OPERATOR,
    converge,
    make_connection,
    make_product,
    now,
)
from tests.converged import UNIT, cases, failed, of, refund_of, use_one
from tests.records import refused, unchanged
from tests.scenes import mint

pytestmark = pytest.mark.django_db
REVOKE, KEEP = Decision.REVOKE, Decision.KEEP


def shop(policy: RefundPolicy) -> Connection:
    return make_connection(make_product(terms=replace(DOG, refund_policy=policy)))


def used(policy: RefundPolicy, then: OrderState) -> tuple[Connection, Entitlement]:
    """Sell two, let somebody use one, and let the order come to this."""
    made = shop(policy)
    purchase = converge(made, of(2)).purchase
    use_one(purchase)
    converge(made, then)
    return made, Entitlement.objects.get(purchase=purchase, ordinal=0)


def decide(unit: Entitlement, decision: Decision, reason: str = "customer_asked") -> Entitlement:
    decide_refunded_unit(
        entitlement_id=unit.pk, decision=decision, by=OPERATOR, at=now(), reason=reason
    )
    return Entitlement.objects.get(pk=unit.pk)


ALL_BACK = replace(of(2), refunds=(refund_of(("li_1", 2, 2 * UNIT)),))


@pytest.mark.parametrize("policy", [RefundPolicy.ASK, RefundPolicy.KEEP])
def test_one_in_use_is_revoked_and_the_case_closes(policy: RefundPolicy) -> None:
    made, unit = used(policy, ALL_BACK)
    assert (unit.state, cases()) == ("assigned", ["refund_after_assignment"])

    assert decide(unit, REVOKE).state == "revoked"

    case = ExceptionCase.objects.get()
    assert (case.outcome, case.resolved_by) == ("Decided: revoked.", OPERATOR.display)
    converge(made, ALL_BACK)
    assert cases() == []
    with unchanged():
        decide(unit, REVOKE)


@pytest.mark.parametrize("policy", [RefundPolicy.ASK, RefundPolicy.KEEP])
def test_they_may_keep_it_and_that_is_in_the_ledger(policy: RefundPolicy) -> None:
    made, unit = used(policy, ALL_BACK)

    assert decide(unit, KEEP, "goodwill").state == "assigned"

    entry = unit.entries.latest("seq")
    assert (entry.act_name, entry.reason, entry.data["decision"]) == (
        "decide_refund",
        "goodwill",
        "keep",
    )
    assert cases() == []
    converge(made, ALL_BACK)
    assert cases() == []


def test_what_the_terms_took_is_given_back_to_its_holder() -> None:
    _, unit = used(RefundPolicy.REVOKE, ALL_BACK)
    assert unit.state == "revoked"

    assert decide(unit, KEEP, "goodwill").state == "assigned"
    assert decide(unit, REVOKE).state == "revoked"


def test_what_a_person_took_comes_back_when_the_refund_fails() -> None:
    made, unit = used(RefundPolicy.ASK, ALL_BACK)
    decide(unit, REVOKE)

    converge(made, replace(ALL_BACK, refunds=(failed(ALL_BACK.refunds[0]),)))

    assert Entitlement.objects.get(pk=unit.pk).state == "assigned"


def test_one_of_a_cancelled_order_is_decided_too_and_comes_back_when_it_is_reopened() -> None:
    cancelled = replace(of(2), cancelled_at=now())
    made, unit = used(RefundPolicy.ASK, cancelled)
    assert cases() == ["refund_after_assignment"]

    assert decide(unit, REVOKE).state == "revoked"

    assert (cases(), unit.entries.latest("seq").data["because"]) == ([], "cancelled")
    converge(made, of(2))
    assert Entitlement.objects.get(pk=unit.pk).state == "assigned"


def test_one_of_a_cancelled_order_may_be_kept() -> None:
    made, unit = used(RefundPolicy.ASK, replace(of(2), cancelled_at=now()))

    assert decide(unit, KEEP).state == "assigned"

    converge(made, replace(of(2), cancelled_at=now()))
    assert (cases(), Entitlement.objects.get(pk=unit.pk).state) == ([], "assigned")


def test_what_nobody_asks_about_is_not_decided() -> None:
    unit = converge(shop(RefundPolicy.ASK), of(1)).entitlement()
    printed, _code = mint(make_product("BOX"))

    with refused(NothingToDecide):
        decide(unit, REVOKE)
    with refused(NothingToDecide):
        decide(Entitlement.objects.get(pk=printed), REVOKE)
    with refused(ReasonMissing):
        decide(unit, REVOKE, "")
    with refused(RefundUnitsInvalid):
        decide(unit, Decision.PENDING)
    with refused(NotFound):
        decide_refunded_unit(
            entitlement_id=uuid4(), decision=KEEP, by=OPERATOR, at=now(), reason="other"
        )
