"""A gift is called off: free before it is sent, and with a new code afterwards."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.core import mail

from counterfoil.effects.settling import settle
from counterfoil.errors import (
    CodeReplaced,
    EntitlementOnHold,
    GiftClaimed,
    NotFound,
    NotGiven,
    ReasonMissing,
)
from counterfoil.models import Gift, GiftEnd
from counterfoil.operations.cancel_gift import cancel_gift
from counterfoil.operations.redeem import redeem
from counterfoil.rules.people import Assignee
from counterfoil.testing.builders import OPERATOR, ORIGIN, Issued, customer, issue_one, read_issued
from tests.giving import BOUND, GIVER, give, in_days, sent_to, token_in
from tests.records import refused, unchanged
from tests.scenes import history, suspend, use

pytestmark = pytest.mark.django_db


def test_before_it_is_sent_nothing_is_sent_and_the_code_stays(issued: Issued, at: datetime) -> None:
    give(issued.id, send_at=in_days(1))
    settle()
    cancel_gift(entitlement_id=issued.id, by=GIVER, at=at)

    settle(at=in_days(2))
    assert [one for one in mail.outbox if "eva@example.com" in one.to] == []
    assert read_issued(issued.purchase).codes == (issued.code,)
    assert Gift.objects.get().ended_because == GiftEnd.CANCELLED
    assert history(issued.id) == ["issue", "set_gift", "cancel_gift"]


def test_after_it_was_sent_the_link_dies_and_the_buyer_has_a_new_code(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    give(issued.id)
    token = token_in(sent_to("eva@example.com")[-1])
    cancel_gift(entitlement_id=issued.id, by=GIVER, at=at)

    for dead in (token, issued.code):
        with refused(CodeReplaced):
            redeem(code=dead, to=ana, by=customer(ana), at=at, origin=ORIGIN)
    [new] = read_issued(issued.purchase).codes
    told = sent_to("ann.buyer@example.com")[-1]
    assert new in str(told.body).replace("-", "")
    redeem(code=new, to=ana, by=customer(ana), at=at, origin=ORIGIN)


def test_calling_it_off_again_changes_nothing(issued: Issued, at: datetime) -> None:
    give(issued.id)
    settle()
    cancel_gift(entitlement_id=issued.id, by=GIVER, at=at)
    with unchanged():
        cancel_gift(entitlement_id=issued.id, by=GIVER, at=at)


def test_a_bound_one_is_everybodys_again(ana: Assignee, at: datetime) -> None:
    issued = issue_one(terms=BOUND)
    give(issued.id, send_at=in_days(1))
    cancel_gift(entitlement_id=issued.id, by=GIVER, at=at)
    use(issued, ana)


def test_refuses_what_is_no_gift_or_claimed(issued: Issued, ana: Assignee, at: datetime) -> None:
    with refused(NotGiven):
        cancel_gift(entitlement_id=issued.id, by=GIVER, at=at)
    with refused(NotFound):
        cancel_gift(entitlement_id=uuid4(), by=GIVER, at=at)
    give(issued.id)
    with refused(ReasonMissing):
        cancel_gift(entitlement_id=issued.id, by=OPERATOR, at=at)
    use(issued, ana)
    with refused(GiftClaimed):
        cancel_gift(entitlement_id=issued.id, by=GIVER, at=at)


def test_refuses_what_is_on_hold(issued: Issued, at: datetime) -> None:
    give(issued.id)
    suspend(issued.id)
    with refused(EntitlementOnHold):
        cancel_gift(entitlement_id=issued.id, by=GIVER, at=at)
