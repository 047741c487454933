"""A wrong address is corrected: the old link dies, and a new mail goes out."""

from datetime import datetime
from uuid import uuid4

import pytest

from counterfoil.effects.settling import settle
from counterfoil.errors import (
    CodeReplaced,
    EntitlementBound,
    EntitlementOnHold,
    GiftClaimed,
    MailInvalid,
    NotFound,
    NotGiven,
    ReasonMissing,
)
from counterfoil.models import Gift, GiftEnd, GiftWords
from counterfoil.operations.correct_recipient import correct_recipient
from counterfoil.operations.redeem import redeem
from counterfoil.rules.people import Assignee
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    Issued,
    customer,
    issue_one,
    make_assignee,
    now,
    read_issued,
)
from tests.giving import BOUND, EVA, GIVER, give, in_days, sent_to, token_in
from tests.records import refused, unchanged
from tests.scenes import history, suspend, use

pytestmark = pytest.mark.django_db
EVE = "eve@example.com"


def test_the_old_link_dies_and_the_new_one_works(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    give(issued.id)
    old = token_in(sent_to("eva@example.com")[-1])
    gift = correct_recipient(entitlement_id=issued.id, recipient_mail=EVE, by=GIVER, at=now())

    assert gift.words() == Gift.objects.order_by("created_at")[0].words()
    with refused(CodeReplaced):
        redeem(code=old, to=ana, by=customer(ana), at=at, origin=ORIGIN)
    [mail] = sent_to(EVE)
    assert EVA.message in mail.body
    redeem(code=token_in(mail), to=ana, by=customer(ana), at=at, origin=ORIGIN)
    assert history(issued.id) == ["issue", "set_gift", "correct_recipient", "redeem"]
    ends = Gift.objects.order_by("created_at").values_list("ended_because", flat=True)
    assert list(ends) == [GiftEnd.CORRECTED, GiftEnd.CLAIMED]


def test_before_it_is_sent_the_code_and_the_day_stay(issued: Issued, at: datetime) -> None:
    day = in_days(1)
    give(issued.id, send_at=day)
    gift = correct_recipient(entitlement_id=issued.id, recipient_mail=EVE, by=GIVER, at=at)

    assert gift.send_at == day
    assert read_issued(issued.purchase).codes == (issued.code,)


def test_the_address_it_has_changes_nothing(issued: Issued, at: datetime) -> None:
    give(issued.id)
    settle()
    with unchanged():
        correct_recipient(
            entitlement_id=issued.id, recipient_mail=" Eva@Example.com ", by=GIVER, at=at
        )


def test_a_bound_one_is_bound_to_the_new_address(at: datetime) -> None:
    issued, eva, eve = issue_one(terms=BOUND), make_assignee("eva@example.com"), make_assignee(EVE)
    give(issued.id, send_at=in_days(1))
    correct_recipient(entitlement_id=issued.id, recipient_mail=EVE, by=GIVER, at=at)

    with refused(EntitlementBound):
        redeem(code=issued.code, to=eva, by=customer(eva), at=at, origin=ORIGIN)
    redeem(code=issued.code, to=eve, by=customer(eve), at=at, origin=ORIGIN)


@pytest.mark.parametrize("mail", ["", "eve at example"])
def test_refuses_what_is_no_address(issued: Issued, at: datetime, mail: str) -> None:
    give(issued.id)
    with refused(MailInvalid):
        correct_recipient(entitlement_id=issued.id, recipient_mail=mail, by=GIVER, at=at)


def test_refuses_what_is_not_given_by_mail(issued: Issued, ana: Assignee, at: datetime) -> None:
    with refused(NotFound):
        correct_recipient(entitlement_id=uuid4(), recipient_mail=EVE, by=GIVER, at=at)
    with refused(NotGiven):
        correct_recipient(entitlement_id=issued.id, recipient_mail=EVE, by=GIVER, at=at)
    give(issued.id, GiftWords(message="by hand"))
    with refused(NotGiven):
        correct_recipient(entitlement_id=issued.id, recipient_mail=EVE, by=GIVER, at=at)
    with refused(ReasonMissing):
        correct_recipient(entitlement_id=issued.id, recipient_mail=EVE, by=OPERATOR, at=at)


def test_refuses_what_was_claimed_or_is_on_hold(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    give(issued.id)
    use(issued, ana)
    with refused(GiftClaimed):
        correct_recipient(entitlement_id=issued.id, recipient_mail=EVE, by=GIVER, at=at)

    held = issue_one()
    give(held.id)
    suspend(held.id)
    with refused(EntitlementOnHold):
        correct_recipient(entitlement_id=held.id, recipient_mail=EVE, by=GIVER, at=at)
