"""Sent again: a mail and a link of its own, and the earlier ones go on working."""

from datetime import datetime
from uuid import uuid4

import pytest

from counterfoil.effects.settling import settle
from counterfoil.errors import (
    CodeNotRevealable,
    EntitlementOnHold,
    GiftNotSent,
    IllegalMove,
    NotFound,
    ReasonMissing,
    TooManyGiftMails,
)
from counterfoil.operations.check_code import check_code
from counterfoil.operations.reinstate import reinstate
from counterfoil.operations.resend_code import resend_code
from counterfoil.rules.people import Assignee
from counterfoil.testing.builders import OPERATOR, Issued
from tests.giving import GIVER, give, in_days, links, sent_to, token_in
from tests.records import refused
from tests.scenes import history, suspend, use, withdraw

pytestmark = pytest.mark.django_db


def test_a_gift_goes_to_its_recipient_again(issued: Issued, at: datetime) -> None:
    give(issued.id)
    settle()
    resend_code(entitlement_id=issued.id, by=GIVER, at=at)

    mails = sent_to("eva@example.com")
    tokens = {token_in(one) for one in mails}
    assert (len(mails), len(tokens)) == (2, 2)
    for token in tokens:
        assert check_code(code=token, by=GIVER, at=at).pk == issued.id
    assert history(issued.id) == ["issue", "set_gift", "resend_code"]


def test_what_is_no_gift_goes_to_its_buyer_again(issued: Issued, at: datetime) -> None:
    settle()
    resend_code(entitlement_id=issued.id, by=OPERATOR, at=at, reason="mail_not_received")

    mails = sent_to("ann.buyer@example.com")
    assert len(mails) == 2
    assert "again" in mails[-1].body
    assert links(issued) == 2


def test_a_gift_whose_day_is_to_come_is_not_sent(issued: Issued, at: datetime) -> None:
    give(issued.id, send_at=in_days(1))
    with refused(GiftNotSent):
        resend_code(entitlement_id=issued.id, by=GIVER, at=at)


def test_a_customer_cannot_flood_somebody(issued: Issued, at: datetime) -> None:
    give(issued.id)
    settle()
    for _ in range(19):
        resend_code(entitlement_id=issued.id, by=GIVER, at=at)
    with refused(TooManyGiftMails):
        resend_code(entitlement_id=issued.id, by=GIVER, at=at)


def test_refuses_what_has_no_code_or_is_on_hold(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    with refused(NotFound):
        resend_code(entitlement_id=uuid4(), by=GIVER, at=at)
    with refused(ReasonMissing):
        resend_code(entitlement_id=issued.id, by=OPERATOR, at=at)
    suspend(issued.id)
    with refused(EntitlementOnHold):
        resend_code(entitlement_id=issued.id, by=GIVER, at=at)


def test_refuses_what_no_mail_can_carry(issued: Issued, at: datetime) -> None:
    withdraw(issued.id)
    reinstate(entitlement_id=issued.id, by=OPERATOR, at=at, reason="mistake")

    with refused(CodeNotRevealable):
        resend_code(entitlement_id=issued.id, by=OPERATOR, at=at, reason="not received")


def test_refuses_what_somebody_has(issued: Issued, ana: Assignee, at: datetime) -> None:
    use(issued, ana)
    with refused(IllegalMove):
        resend_code(entitlement_id=issued.id, by=GIVER, at=at)
