"""A new code; the old one stops working at once and is remembered."""

from datetime import datetime
from uuid import uuid4

import pytest

from counterfoil.errors import (
    CodeReplaced,
    EntitlementOnHold,
    IllegalMove,
    NotFound,
    ReasonMissing,
)
from counterfoil.operations.check_code import check_code
from counterfoil.operations.redeem import redeem
from counterfoil.operations.replace_code import replace_code
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import Assignee
from counterfoil.testing.builders import OPERATOR, ORIGIN, Issued, customer, read_issued
from tests.records import refused
from tests.scenes import end, history, mint, suspend, use, withdraw

pytestmark = pytest.mark.django_db


def test_the_new_code_works_and_the_old_one_says_that_it_was_replaced(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    entitlement = replace_code(
        entitlement_id=issued.id, by=OPERATOR, at=at, reason="lost", comment="by mail"
    )

    [new] = read_issued(issued.purchase).codes
    old = entitlement.codes.get(state="replaced")
    assert new != issued.code
    assert old.ciphertext is None
    assert old.ended_at is not None
    assert entitlement.state == State.ISSUED
    assert history(issued.id) == ["issue", "replace_code"]
    with refused(CodeReplaced):
        redeem(code=issued.code, to=ana, by=customer(ana), at=at, origin=ORIGIN)
    redeem(code=new, to=ana, by=customer(ana), at=at, origin=ORIGIN)


def test_it_may_be_replaced_again_and_before_it_is_sold(issued: Issued, at: datetime) -> None:
    minted, printed = mint(issued.entitlement().product)
    replace_code(entitlement_id=minted, by=OPERATOR, at=at, reason="misprint")
    for _ in range(2):
        replace_code(entitlement_id=issued.id, by=OPERATOR, at=at, reason="lost")

    assert issued.entitlement().codes.filter(state="replaced").count() == 2
    with refused(CodeReplaced):
        check_code(code=printed, by=OPERATOR, at=at)


def test_an_expired_one_keeps_its_end(issued: Issued, at: datetime) -> None:
    end(issued.id)
    before = issued.entitlement().expires_at

    assert (
        replace_code(entitlement_id=issued.id, by=OPERATOR, at=at, reason="lost").expires_at
        == before
    )


def test_refuses_what_has_no_code_any_more(issued: Issued, ana: Assignee, at: datetime) -> None:
    use(issued, ana)
    with refused(IllegalMove, match="assigned"):
        replace_code(entitlement_id=issued.id, by=OPERATOR, at=at, reason="lost")

    withdraw(issued.id)
    with refused(IllegalMove, match="revoked"):
        replace_code(entitlement_id=issued.id, by=OPERATOR, at=at, reason="lost")


def test_refuses_what_is_on_hold_not_there_or_without_reason(issued: Issued, at: datetime) -> None:
    with refused(ReasonMissing):
        replace_code(entitlement_id=issued.id, by=OPERATOR, at=at)
    with refused(NotFound):
        replace_code(entitlement_id=uuid4(), by=OPERATOR, at=at, reason="lost")

    suspend(issued.id)
    with refused(EntitlementOnHold):
        replace_code(entitlement_id=issued.id, by=OPERATOR, at=at, reason="lost")
