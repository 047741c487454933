"""Undoing a withdrawal."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from counterfoil.errors import IllegalMove, NotFound, ReasonMissing
from counterfoil.models import Assignment, Decision, Provisioning, RefundedEntitlement
from counterfoil.operations.redeem import redeem
from counterfoil.operations.reinstate import reinstate
from counterfoil.rules.lifecycle import State
from counterfoil.rules.orders import OrderState, RefundStatus
from counterfoil.rules.people import Assignee
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    Issued,
    a_refund,
    an_order,
    converge,
    customer,
    make_connection,
    make_product,
)
from tests.records import assert_kept, refused
from tests.scenes import confirm, fulfil, history, mint, reserve, use, withdraw

pytestmark = pytest.mark.django_db


def test_the_code_in_the_drawer_works_again(issued: Issued, ana: Assignee, at: datetime) -> None:
    withdraw(issued.id)

    entitlement = reinstate(
        entitlement_id=issued.id, by=OPERATOR, at=at, reason="mistake", comment="sorry"
    )

    assert entitlement.state == State.ISSUED
    entry = entitlement.entries.latest("seq")
    assert (entry.move, entry.reason, entry.comment) == ("reinstate", "mistake", "sorry")
    redeem(code=issued.code, to=ana, by=customer(ana), at=at, origin=ORIGIN)
    assert history(issued.id) == ["issue", "revoke", "reinstate", "redeem"]


def test_whoever_had_it_has_it_again_and_the_record_is_made_anew(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    fulfil(issued, ana)
    had = Assignment.objects.get()
    withdraw(issued.id)

    entitlement = reinstate(entitlement_id=issued.id, by=OPERATOR, at=at, reason="mistake")

    assert entitlement.state == State.ASSIGNED
    has = Assignment.objects.get(ended_at=None)
    assert (has.account_id, has.subject_id) == (had.account_id, had.subject_id)
    assert has.pk != had.pk
    record = Provisioning.objects.get()
    assert (record.wanted, record.version) == ("active", entitlement.version)
    confirm(issued.id, "dog-2")
    assert issued.entitlement().state == State.FULFILLED


def test_whoever_had_not_said_what_for_has_still_to_say(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    use(issued, ana)
    withdraw(issued.id)

    reinstate(entitlement_id=issued.id, by=OPERATOR, at=at, reason="mistake")

    assert Assignment.objects.get(ended_at=None).subject is None
    assert not Provisioning.objects.exists()


def test_a_reservation_is_not_restored(issued: Issued, ana: Assignee, at: datetime) -> None:
    reserve(issued.id, account_id=ana.account_id, until=at + timedelta(days=1))
    withdraw(issued.id)

    assert (
        reinstate(entitlement_id=issued.id, by=OPERATOR, at=at, reason="mistake").state
        == State.ISSUED
    )


def test_what_was_not_sold_is_still_not_sold(issued: Issued, at: datetime) -> None:
    minted, _ = mint(issued.entitlement().product)
    withdraw(minted)

    assert (
        reinstate(entitlement_id=minted, by=OPERATOR, at=at, reason="mistake").state == State.MINTED
    )


def test_it_can_be_withdrawn_and_brought_back_again(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    for _ in range(2):
        withdraw(issued.id)
        reinstate(entitlement_id=issued.id, by=OPERATOR, at=at, reason="mistake")
    use(issued, ana)
    for _ in range(2):
        withdraw(issued.id)
        reinstate(entitlement_id=issued.id, by=OPERATOR, at=at, reason="mistake")
        assert_kept()

    assert Assignment.objects.filter(ended_at=None).count() == 1


def refunded(status: RefundStatus) -> OrderState:
    refund = a_refund(status=status)
    return replace(an_order(), refunds=(refund,))


def test_a_refunded_one_is_kept_from_then_on(at: datetime) -> None:
    connection = make_connection(make_product())
    issued = converge(connection, refunded(RefundStatus.SUCCEEDED))
    assert issued.entitlement().state == State.REVOKED

    reinstate(entitlement_id=issued.id, by=OPERATOR, at=at, reason="goodwill")

    before = RefundedEntitlement.objects.get(decision=Decision.REVOKE)
    after = RefundedEntitlement.objects.get(decision=Decision.KEEP)
    assert (before.superseded_at, after.superseded_at) == (at, None)
    assert after.refund == before.refund
    assert_kept()
    converge(connection, refunded(RefundStatus.SUCCEEDED))  # the channel says so again
    assert issued.entitlement().state == State.ISSUED
    converge(connection, refunded(RefundStatus.FAILED))
    assert issued.entitlement().state == State.ISSUED
    assert not RefundedEntitlement.objects.filter(superseded_at=None).exists()


def test_a_refund_that_failed_leaves_no_decision_behind(at: datetime) -> None:
    connection = make_connection(make_product())
    issued = converge(connection, refunded(RefundStatus.SUCCEEDED))

    converge(connection, refunded(RefundStatus.FAILED))

    assert issued.entitlement().state == State.ISSUED
    assert RefundedEntitlement.objects.get().superseded_at is not None


def test_refuses_what_was_not_withdrawn(issued: Issued, ana: Assignee, at: datetime) -> None:
    with refused(IllegalMove):
        reinstate(entitlement_id=issued.id, by=OPERATOR, at=at, reason="mistake")

    use(issued, ana)
    with refused(IllegalMove):
        reinstate(entitlement_id=issued.id, by=OPERATOR, at=at, reason="mistake")


def test_refuses_what_is_not_there_or_without_reason(issued: Issued, at: datetime) -> None:
    withdraw(issued.id)

    with refused(ReasonMissing):
        reinstate(entitlement_id=issued.id, by=OPERATOR, at=at)
    with refused(NotFound):
        reinstate(entitlement_id=uuid4(), by=OPERATOR, at=at, reason="mistake")
