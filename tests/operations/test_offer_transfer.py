"""Offering what one has to somebody else, who has it only once they accept."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from counterfoil.errors import (
    AlreadyOffered,
    CutoffPassed,
    EntitlementExpired,
    EntitlementOnHold,
    MailInvalid,
    NotAssigned,
    NotFound,
    RecipientIsHolder,
    TransferNotAllowed,
)
from counterfoil.models import Assignment, Entry, Transfer
from counterfoil.operations.offer_transfer import offer_transfer
from counterfoil.rules.people import Assignee
from counterfoil.rules.terms import Terms, TransferPolicy
from counterfoil.testing.builders import Issued, customer, issue_one, make_assignee, make_terms
from tests.records import refused, unchanged
from tests.scenes import end, history, suspend, use, withdraw
from tests.transfers import BOB, CLUB, cut_off, let_lapse, offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(ana: Assignee, bob: Assignee) -> Issued:
    """Let Ana have what may be passed on."""
    issued = issue_one(terms=CLUB)
    use(issued, ana)
    return issued


def test_whoever_offers_it_keeps_it_for_now(held: Issued, ana: Assignee) -> None:
    transfer = offer(held, ana)

    assert Assignment.objects.get(ended_at=None).account_id == ana.account_id
    assert history(held.id) == ["issue", "redeem", "offer_transfer"]
    assert transfer.recipient.contact().mail == BOB  # type: ignore[union-attr]
    assert transfer.expires_at - transfer.offered_at >= timedelta(days=13, hours=23)
    entry = Entry.objects.latest("seq")
    assert entry.data == {"transfer": str(transfer.pk)}


def test_offering_it_to_the_same_person_again_is_one_offer(held: Issued, ana: Assignee) -> None:
    first = offer(held, ana)

    with unchanged():
        assert offer(held, ana, " Bob@Example.com ") == first


def test_refuses_a_second_offer_to_somebody_else(held: Issued, ana: Assignee) -> None:
    offer(held, ana)
    make_assignee("carl@example.com")

    with refused(AlreadyOffered):
        offer(held, ana, "carl@example.com")


def test_an_offer_that_lapsed_is_in_nobodys_way(held: Issued, ana: Assignee) -> None:
    first = offer(held, ana)
    let_lapse(first)

    second = offer(held, ana, "carl@example.com")

    assert second != first
    assert Transfer.objects.get(pk=first.pk).ended_because == "lapsed"


def test_refuses_what_somebody_else_has(held: Issued, bob: Assignee) -> None:
    with refused(NotAssigned):
        offer(held, bob, "carl@example.com")


def test_refuses_oneself(held: Issued, ana: Assignee) -> None:
    with refused(RecipientIsHolder):
        offer(held, ana, "ANA@example.com")


def test_refuses_what_is_no_address(held: Issued, ana: Assignee) -> None:
    for wrong in ("bob", "", "bob@example", "a@b.c, d@e.f"):
        with refused(MailInvalid):
            offer(held, ana, wrong)


@pytest.mark.parametrize("policy", [TransferPolicy.STAFF, TransferPolicy.NEVER])
def test_refuses_what_the_terms_leave_to_others(ana: Assignee, policy: TransferPolicy) -> None:
    issued = issue_one(terms=Terms(transfer_policy=policy))
    use(issued, ana)

    with refused(TransferNotAllowed):
        offer(issued, ana)


def test_the_terms_it_was_sold_under_count(held: Issued, ana: Assignee) -> None:
    make_terms(held.entitlement().product, Terms(transfer_policy=TransferPolicy.NEVER))

    assert offer(held, ana).ended_at is None


def test_refuses_after_the_cut_off(held: Issued, ana: Assignee) -> None:
    cut_off(held.id)

    with refused(CutoffPassed):
        offer(held, ana)


def test_another_milestone_is_no_cut_off(held: Issued, ana: Assignee) -> None:
    cut_off(held.id, "letter_sent")

    assert offer(held, ana).ended_at is None


def test_refuses_what_is_on_hold_or_expired(held: Issued, ana: Assignee) -> None:
    end(held.id)
    with refused(EntitlementExpired):
        offer(held, ana)
    suspend(held.id)
    with refused(EntitlementOnHold):
        offer(held, ana)


def test_refuses_what_nobody_has(ana: Assignee, at: datetime) -> None:
    issued = issue_one(terms=CLUB)
    with refused(NotAssigned):
        offer(issued, ana)
    use(issued, ana)
    withdraw(issued.id)
    with refused(NotAssigned):
        offer(issued, ana)
    with refused(NotFound):
        offer_transfer(entitlement_id=uuid4(), mail=BOB, by=customer(ana), at=at)
