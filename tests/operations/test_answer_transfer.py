"""Answering an offer: by the one it was made to, once, and in time."""

from uuid import uuid4

import pytest

from counterfoil.errors import (
    CutoffPassed,
    EntitlementExpired,
    EntitlementOnHold,
    NotFound,
    OfferClosed,
)
from counterfoil.models import Account, Assignment, CodeState, Provisioning, Transfer
from counterfoil.operations.answer_transfer import answer_transfer
from counterfoil.operations.cancel_transfer import cancel_transfer
from counterfoil.operations.unassign import unassign
from counterfoil.rules.people import Assignee
from counterfoil.rules.transfers import Answer
from counterfoil.testing.builders import DOG, Issued, customer, issue_one, make_assignee, now
from tests.records import refused, unchanged
from tests.scenes import confirm, end, fulfil, history, suspend, use, withdraw
from tests.transfers import CLUB, answer, cut_off, let_lapse, offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(ana: Assignee, bob: Assignee) -> Issued:
    """Let Ana have what may be passed on, set up."""
    issued = issue_one(terms=CLUB)
    use(issued, ana)
    confirm(issued.id)
    return issued


def test_accepted_it_is_theirs_and_both_stay_in_history(
    held: Issued, ana: Assignee, bob: Assignee
) -> None:
    made = answer(offer(held, ana), bob)

    assert (made.ended_because, made.ended_at is not None) == ("accepted", True)
    before, after = Assignment.objects.order_by("started_at")
    assert (before.account_id, before.ended_at is None) == (ana.account_id, False)
    assert (after.account_id, after.ended_at) == (bob.account_id, None)
    assert history(held.id)[-3:] == ["offer_transfer", "transfer", "transfer"]
    first, second = held.entitlement().entries.order_by("-seq")[:2][::-1]
    assert (first.move, second.move) == ("unassign", "redeem")
    assert first.act == second.act
    assert first.data == {"transfer": str(made.pk), "assignment": str(before.pk)}
    assert not held.entitlement().codes.filter(state=CodeState.LIVE).exists()


def test_the_old_record_goes_and_a_new_one_is_made(
    held: Issued, ana: Assignee, bob: Assignee
) -> None:
    answer(offer(held, ana), bob)

    record = Provisioning.objects.get()
    assert (record.wanted, record.got) == ("active", "maybe")
    assert record.version == held.entitlement().version
    assert record.tried_version is not None
    assert record.tried_version < record.version  # so the old one is removed first


def test_what_needs_a_subject_waits_for_one(ana: Assignee, bob: Assignee) -> None:
    issued = issue_one(terms=DOG)
    fulfil(issued, ana)

    answer(offer(issued, ana), bob)

    assert Assignment.objects.get(ended_at=None).subject is None
    assert Provisioning.objects.get().wanted == "none"
    assert issued.entitlement().state == "assigned"


def test_accepting_again_changes_nothing(held: Issued, ana: Assignee, bob: Assignee) -> None:
    made = answer(offer(held, ana), bob)

    with unchanged():
        assert answer(made, bob).ended_because == "accepted"
    with refused(OfferClosed):
        answer(made, bob, Answer.DECLINE)


def test_declined_nothing_moves_and_it_can_be_offered_again(
    held: Issued, ana: Assignee, bob: Assignee
) -> None:
    made = answer(offer(held, ana), bob, Answer.DECLINE)

    assert made.ended_because == "declined"
    assert Assignment.objects.get().account_id == ana.account_id
    assert history(held.id)[-1] == "decline_transfer"
    with unchanged():
        answer(made, bob, Answer.DECLINE)
    with refused(OfferClosed):
        answer(made, bob)
    assert offer(held, ana) != made


def test_nobody_else_may_answer(held: Issued, ana: Assignee) -> None:
    made, carl = offer(held, ana), make_assignee("carl@example.com")

    for somebody in (ana, carl):
        with refused(NotFound):
            answer(made, somebody)
    with refused(NotFound):
        answer_transfer(
            transfer_id=uuid4(),
            answer=Answer.ACCEPT,
            account_id=carl.account_id,
            by=customer(carl),
            at=now(),
        )


def test_whoever_was_merged_answers_from_their_one_account(
    held: Issued, ana: Assignee, bob: Assignee
) -> None:
    carl = make_assignee("carl@example.com")
    made = offer(held, ana)
    Account.objects.filter(pk=bob.account_id).update(merged_into=carl.account_id)

    answer(made, carl)

    assert Assignment.objects.get(ended_at=None).account_id == carl.account_id


def test_refuses_what_lapsed_or_was_called_off(held: Issued, ana: Assignee, bob: Assignee) -> None:
    made = offer(held, ana)
    let_lapse(made)
    for said in Answer:
        with refused(OfferClosed):
            answer(made, bob, said)
    again = offer(held, ana)
    cancel_transfer(transfer_id=again.pk, by=customer(ana), at=now())
    for said in Answer:
        with refused(OfferClosed):
            answer(again, bob, said)


def test_refuses_what_was_given_back_or_withdrawn_meanwhile(
    held: Issued, ana: Assignee, bob: Assignee
) -> None:
    made = offer(held, ana)
    unassign(entitlement_id=held.id, by=customer(ana), at=now())
    assert Transfer.objects.get().ended_because == "overtaken"
    with refused(OfferClosed):
        answer(made, bob)

    other = issue_one(terms=CLUB)
    use(other, ana)
    second = offer(other, ana)
    withdraw(other.id)
    with refused(OfferClosed):
        answer(second, bob)


def test_refuses_under_a_hold_but_lets_decline(held: Issued, ana: Assignee, bob: Assignee) -> None:
    made = offer(held, ana)
    suspend(held.id)

    with refused(EntitlementOnHold):
        answer(made, bob)
    assert answer(made, bob, Answer.DECLINE).ended_because == "declined"


def test_refuses_after_the_cut_off_and_after_the_end(
    held: Issued, ana: Assignee, bob: Assignee
) -> None:
    made = offer(held, ana)
    end(held.id)
    with refused(EntitlementExpired):
        answer(made, bob)
    cut_off(held.id)
    with refused(CutoffPassed):
        answer(made, bob)
