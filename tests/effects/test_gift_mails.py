"""Mails about gifts: on their day, once per cause, and none that tells what was to be hidden."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.mail.message import EmailMessage
from pytest_django import Settings

from counterfoil.effects import deliveries
from counterfoil.effects.bounces import take_bounce
from counterfoil.effects.queueing import Taken
from counterfoil.effects.settling import settle
from counterfoil.effects.subscriptions import follow
from counterfoil.models import Delivery, DeliveryKind, Entry, Gift, GiftWords
from counterfoil.operations.lift_hold import lift_hold
from counterfoil.operations.redeem import redeem
from counterfoil.operations.replace_code import replace_code
from counterfoil.rules.bounces import BounceKind
from counterfoil.rules.people import SYSTEM, Assignee
from counterfoil.testing.builders import (
    OPERATOR,
    ORIGIN,
    customer,
    issue_one,
    make_assignee,
    now,
)
from tests.giving import BOUND, EVA, give, in_days, sent_to, token_in
from tests.scenes import HOLD, suspend, use

pytestmark = pytest.mark.django_db
ANN = "ann.buyer@example.com"


class Down(EmailBackend):
    """A mail server that does not answer."""

    def send_messages(self, messages: list[EmailMessage]) -> int:  # type: ignore[override]
        """Take nothing."""
        raise OSError


def everything(sent: mail.EmailMultiAlternatives) -> str:
    """Give all that is in a mail."""
    return str(sent.message())


def test_it_goes_out_on_its_day_and_not_before() -> None:
    issued = issue_one()
    give(issued.id, send_at=in_days(2))

    assert sent_to("eva@example.com") == []
    settle(at=in_days(1.9))
    assert sent_to("eva@example.com") == []
    settle(at=in_days(2.1))
    settle(at=in_days(3))
    [sent] = sent_to("eva@example.com")
    assert sent.subject == "A present for you from Grandma Ann"
    assert EVA.message in sent.body
    assert "Eva Otter" in sent.body


def test_the_link_and_the_code_work(ana: Assignee) -> None:
    issued = issue_one()
    give(issued.id)
    [sent] = sent_to("eva@example.com")
    assert "-".join(issued.code[i : i + 4] for i in range(0, 16, 4)) in sent.body
    redeem(code=token_in(sent), to=ana, by=customer(ana), at=now(), origin=ORIGIN)


@pytest.fixture
def ana() -> Assignee:
    return make_assignee()


def test_a_sender_who_hides_is_nowhere_in_it() -> None:
    issued = issue_one()
    give(issued.id, replace(EVA, sender_name=""))

    [sent] = sent_to("eva@example.com")
    told = everything(sent)
    for secret in ("Ann", "ann.buyer", "Grandma", issued.purchase.external_reference):
        assert secret not in told
    assert sent.subject == "A present for you"


def test_a_message_is_text_and_no_markup() -> None:
    issued = issue_one()
    give(issued.id, replace(EVA, message='<a href="https://evil.example">x</a>\nB\u00e4h'))

    [sent] = sent_to("eva@example.com")
    html = str(sent.alternatives[0][0])
    assert "&lt;a href" in html
    assert '<a href="https://evil' not in html


def test_a_line_break_in_a_name_makes_no_header() -> None:
    issued = issue_one()
    give(issued.id, replace(EVA, sender_name="Ann\nBcc: all@example.com"))
    [sent] = sent_to("eva@example.com")
    assert sent.subject == "A present for you from Ann Bcc: all@example.com"
    assert sent.recipients() == ["eva@example.com"]


def test_it_speaks_the_language_it_was_written_in() -> None:
    issued = issue_one()
    give(issued.id, locale="de")
    assert Gift.objects.get().locale == "de"
    assert len(sent_to("eva@example.com")) == 1


def test_the_buyers_mail_leaves_out_what_is_given(ana: Assignee) -> None:
    issued = issue_one()
    give(issued.id, send_at=in_days(20))

    [sent] = sent_to(ANN)
    assert issued.code not in sent.body.replace("-", "")
    assert "Your gift is on its way" in sent.body
    assert "e•••@example.com" in sent.body
    assert "eva@" not in sent.body


def test_a_bound_one_says_that_it_is() -> None:
    issued = issue_one(terms=BOUND)
    give(issued.id)
    [sent] = sent_to("eva@example.com")
    assert "only the address this mail came to" in sent.body


def test_of_what_was_used_there_is_nothing_to_send(ana: Assignee) -> None:
    issued = issue_one()
    give(issued.id, send_at=in_days(1))
    settle()
    use(issued, ana)
    settle(at=in_days(2))
    assert sent_to("eva@example.com") == []
    assert Delivery.objects.get(kind=DeliveryKind.GIFT).is_unneeded


def test_on_hold_it_is_kept_back_until_the_hold_is_lifted() -> None:
    issued = issue_one()
    give(issued.id, send_at=in_days(1))
    settle()
    suspend(issued.id)
    settle(at=in_days(2))
    assert sent_to("eva@example.com") == []

    lift_hold(
        entitlement_ids=[issued.id], by=OPERATOR, at=in_days(2), reason="investigated", **HOLD
    )
    settle(at=in_days(2))
    assert len(sent_to("eva@example.com")) == 1


def test_a_hold_before_its_day_sends_nothing_twice() -> None:
    issued = issue_one()
    give(issued.id, send_at=in_days(1))
    suspend(issued.id)
    settle()
    lift_hold(entitlement_ids=[issued.id], by=OPERATOR, at=now(), reason="investigated", **HOLD)
    settle(at=in_days(2))
    assert len(sent_to("eva@example.com")) == 1


def test_a_replaced_code_goes_to_whoever_has_the_old_one() -> None:
    issued = issue_one()
    give(issued.id)
    settle()
    before = len(sent_to(ANN))
    replace_code(entitlement_id=issued.id, by=OPERATOR, at=now(), reason="lost")
    assert len(sent_to("eva@example.com")) == 2
    assert len(sent_to(ANN)) == before


def test_the_giver_is_told_that_it_was_claimed_and_whether_by_another_address(
    ana: Assignee,
) -> None:
    eva = make_assignee("eva@example.com")
    mine, other = issue_one(), issue_one()
    for issued, who in ((mine, eva), (other, ana)):
        give(issued.id)
        settle()
        use(issued, who)

    first, second = [one for one in sent_to(ANN) if "claimed" in one.subject]
    assert "another address" not in first.body
    assert "another address" in second.body
    assert "ana@example.com" not in everything(second)


def test_whoever_uses_their_own_gift_is_told_nothing() -> None:
    ann = make_assignee(ANN)
    issued = issue_one()
    give(issued.id)
    settle()
    use(issued, ann)
    assert not any("claimed" in one.subject for one in sent_to(ANN))


def test_recipient_and_sender_may_be_the_same() -> None:
    ann = make_assignee(ANN)
    issued = issue_one()
    give(issued.id, replace(EVA, recipient_mail=ANN))
    subjects = [one.subject for one in sent_to(ANN)]
    assert "A present for you from Grandma Ann" in subjects
    use(issued, ann)


def test_a_bounce_is_told_once_and_only_while_it_is_news() -> None:
    issued = issue_one()
    give(issued.id)
    settle()
    delivery = Delivery.objects.get(kind=DeliveryKind.GIFT)
    for _ in range(2):
        take_bounce(delivery.pk, BounceKind.HARD, "550", by=SYSTEM, at=now())
    [told] = [one for one in sent_to(ANN) if "did not arrive" in one.subject]
    assert "e•••@example.com" in told.body
    assert issued.entitlement().handle in told.body


@pytest.mark.parametrize("at_the_first_try", [True, False])
def test_a_mail_that_cannot_be_sent_is_told_as_well(
    at_the_first_try: bool, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused by the server for good, or tried in vain until it is parked."""
    issued = issue_one()
    settle()
    give(issued.id)
    wall = "test_bounces.Wall" if at_the_first_try else "test_gift_mails.Down"
    settings.EMAIL_BACKEND = f"tests.effects.{wall}"
    monkeypatch.setattr(deliveries, "MOST_ATTEMPTS", 1)
    settle()
    assert Delivery.objects.get(kind=DeliveryKind.GIFT).parked_at is not None

    told = Delivery.objects.get(kind=DeliveryKind.GIFT_NEWS)
    assert (told.cause.partition(":")[0], told.entitlement_id) == ("bounced", issued.id)


def test_each_entry_and_mail_is_told_once_however_often_it_is_dispatched() -> None:
    issued = issue_one()
    give(issued.id)
    settle()
    told = Entry.objects.values_list("entitlement_id", "purchase_id", "act", "act_name", "seq")
    follow([Taken(*one) for one in told], at=now())
    assert len(sent_to("eva@example.com")) == 1
    assert len(sent_to(ANN)) == 1


def test_a_card_sends_nothing() -> None:
    issued = issue_one()
    give(issued.id, GiftWords(message="from hand to hand"))
    settle(at=now() + timedelta(days=1))
    assert not Delivery.objects.filter(kind=DeliveryKind.GIFT).exists()


def test_the_day_is_told_where_it_was_chosen() -> None:
    issued = issue_one()
    noon = (now() + timedelta(days=9)).replace(hour=11, minute=0, second=0, microsecond=0)
    give(issued.id, send_at=noon, time_zone="Asia/Tokyo")
    [sent] = sent_to(ANN)
    assert "8:00\u202fPM (Tokyo)" in sent.body or "8:00 PM (Tokyo)" in sent.body
