"""Who is told what when something is given, offered and answered: once, and nobody else."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from counterfoil.conf import conf
from counterfoil.effects.settling import settle
from counterfoil.models import Delivery, Entry, Transfer
from counterfoil.operations.assign import assign
from counterfoil.operations.assign_to_mail import assign_to_mail
from counterfoil.operations.cancel_transfer import cancel_transfer
from counterfoil.operations.transfer_to_mail import transfer_to_mail
from counterfoil.rules.people import Assignee
from counterfoil.rules.terms import Terms
from counterfoil.rules.transfers import Answer
from counterfoil.testing.builders import (
    OPERATOR,
    Issued,
    customer,
    issue_one,
    make_assignee,
    now,
)
from tests.scenes import use
from tests.transfers import BOB, answer, let_lapse, offer

pytestmark = pytest.mark.django_db
ANN, ANA = "ann.buyer@example.com", "ana@example.com"


@pytest.fixture
def held() -> tuple[Issued, Assignee]:
    """Let Ana have what may be passed on, and all mails about that be sent."""
    issued, ana = issue_one(terms=Terms()), make_assignee(ANA)
    use(issued, ana)
    settle()
    mail.outbox.clear()
    return issued, ana


Held = tuple[Issued, Assignee]


def told() -> list[tuple[str, str]]:
    """Send what is due, and give whom it went to and what its subject says."""
    settle()
    found = [(sent.to[0], str(sent.subject)) for sent in mail.outbox]
    mail.outbox.clear()
    return found


def test_whom_the_buyer_gives_it_learns_so_and_from_whom() -> None:
    issued = issue_one()
    settle()
    mail.outbox.clear()
    ann = make_assignee(ANN)

    assign_to_mail(entitlement_id=issued.id, mail=BOB, by=customer(ann), at=now())

    settle()
    [sent] = mail.outbox
    assert sent.to == [BOB]
    assert "who is it for?" in sent.subject
    assert "Ann Buyer gave it to you." in sent.body
    assert "<bdi>Ann Buyer</bdi>" in str(sent.alternatives[0][0])
    assert f"{conf.SITE_URL}/my/" in sent.body


def test_whoever_takes_it_themselves_is_told_only_when_it_is_ready() -> None:
    issued, ann = issue_one(terms=Terms()), make_assignee(ANN)
    settle()
    mail.outbox.clear()

    assign(entitlement_id=issued.id, to=ann, by=customer(ann), at=now())

    assert [subject for _, subject in told()] == ["Dog DNA test (DNA-STD) is ready"]


def test_whom_staff_give_it_is_told_in_the_name_of_the_shop() -> None:
    issued = issue_one()
    settle()
    mail.outbox.clear()

    assign_to_mail(entitlement_id=issued.id, mail=BOB, by=OPERATOR, at=now(), reason="lost")

    settle()
    [sent] = mail.outbox
    assert (sent.to, "gave it to you" in sent.body) == ([BOB], False)


def test_an_offer_goes_to_its_recipient_without_a_secret(held: Held) -> None:
    issued, ana = held

    made = offer(issued, ana)

    settle()
    [sent] = mail.outbox
    assert sent.to == [BOB]
    assert f"{conf.SITE_URL}/transfer/{made.pk}/" in sent.body
    assert ANA in sent.body
    assert "#" not in sent.body
    assert issued.code not in sent.body


@pytest.mark.parametrize(
    ("said", "subject"),
    [(Answer.ACCEPT, "was passed on"), (Answer.DECLINE, "your offer was declined")],
)
def test_whoever_offered_it_learns_the_answer(held: Held, said: Answer, subject: str) -> None:
    made = offer(*held)
    settle()
    mail.outbox.clear()

    answer(made, make_assignee(BOB), said)

    news = [one for one in told() if one[0] == ANA]
    assert len(news) == 1
    assert subject in news[0][1]


def test_whoever_accepts_is_not_told_what_they_know(held: Held) -> None:
    made = offer(*held)
    settle()
    mail.outbox.clear()

    answer(made, make_assignee(BOB))

    assert [subject for to, subject in told() if to == BOB] == ["Dog DNA test (DNA-STD) is ready"]


def test_an_offer_nobody_answers_is_told_to_whoever_made_it(held: Held) -> None:
    made = offer(*held)
    settle()
    mail.outbox.clear()
    let_lapse(made)

    assert [to for to, _ in told()] == [ANA]
    assert told() == []


def test_an_offer_called_off_before_its_mail_is_told_to_nobody(held: Held) -> None:
    made = offer(*held)
    cancel_transfer(transfer_id=made.pk, by=customer(held[1]), at=now())

    assert told() == []
    assert Delivery.objects.filter(is_unneeded=True).count() == 2


def test_an_offer_called_off_after_its_mail_is_told_to_its_recipient(held: Held) -> None:
    made = offer(*held)
    settle()
    mail.outbox.clear()
    cancel_transfer(transfer_id=made.pk, by=customer(held[1]), at=now())

    assert told() == [(BOB, "Dog DNA test (DNA-STD): the offer was called off")]


def test_an_offer_whose_time_is_over_is_not_sent_late(held: Held) -> None:
    offer(*held)
    settle(at=timezone.now() + timedelta(days=15))

    assert [sent.to for sent in mail.outbox] == []


def test_both_are_told_when_staff_transfer_it(held: Held) -> None:
    issued, _ = held

    transfer_to_mail(entitlement_id=issued.id, mail=BOB, by=OPERATOR, at=now(), reason="lost")

    found = told()
    assert (ANA, "Dog DNA test (DNA-STD) is with somebody else now") in found
    assert sorted({to for to, _ in found}) == [ANA, BOB]
    assert len(found) == len(set(found))


def test_words_of_people_stay_out_of_the_ledger(held: Held) -> None:
    made = offer(*held)
    answer(made, make_assignee(BOB))

    kept = repr(list(Entry.objects.values_list("data", "comment", "reason", "actor_display")))
    assert "@" not in kept
    assert Transfer.objects.get().ended_because == "accepted"
