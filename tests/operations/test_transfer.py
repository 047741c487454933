"""Transferring on staff's word: at once, with a reason, also after the cut-off."""

from datetime import datetime
from uuid import uuid4

import pytest

from counterfoil.errors import (
    CutoffPassed,
    Denied,
    EntitlementExpired,
    EntitlementOnHold,
    NotAssigned,
    NotFound,
    ReasonMissing,
    TransferNotAllowed,
)
from counterfoil.models import Account, Assignment, Entry, Person, Transfer
from counterfoil.operations.record_milestone import record_milestone
from counterfoil.operations.transfer import transfer
from counterfoil.operations.transfer_to_mail import transfer_to_mail
from counterfoil.rules.people import SYSTEM, Assignee
from counterfoil.rules.terms import Terms, TransferPolicy
from counterfoil.testing.builders import OPERATOR, Issued, customer, issue_one, now
from tests.records import refused, unchanged
from tests.scenes import end, history, suspend, use
from tests.transfers import CLUB, cut_off, offer

pytestmark = pytest.mark.django_db
WHY = {"by": OPERATOR, "reason": "customer_asked"}


@pytest.fixture
def held(ana: Assignee) -> Issued:
    """Let Ana have what may be passed on."""
    issued = issue_one(terms=CLUB)
    use(issued, ana)
    return issued


def test_gives_it_to_the_other_and_keeps_both(held: Issued, bob: Assignee, at: datetime) -> None:
    transfer(entitlement_id=held.id, to=bob, at=at, comment="by phone", **WHY)

    assert Assignment.objects.get(ended_at=None).account_id == bob.account_id
    assert Assignment.objects.count() == 2
    assert history(held.id) == ["issue", "redeem", "transfer", "transfer"]
    entry = Entry.objects.latest("seq")
    assert (entry.reason, entry.comment, entry.data) == ("customer_asked", "by phone", {})


def test_an_offer_that_stood_is_overtaken(
    held: Issued, ana: Assignee, bob: Assignee, at: datetime
) -> None:
    offer(held, ana, "carl@example.com")

    transfer(entitlement_id=held.id, to=bob, at=at, **WHY)

    assert Transfer.objects.get().ended_because == "overtaken"


def test_transferring_to_whoever_has_it_changes_nothing(
    held: Issued, ana: Assignee, at: datetime
) -> None:
    with unchanged():
        transfer(entitlement_id=held.id, to=ana, at=at, **WHY)


def test_after_the_cut_off_staff_override_and_the_entry_says_so(
    held: Issued, bob: Assignee, at: datetime
) -> None:
    cut_off(held.id)
    with refused(CutoffPassed):
        transfer(entitlement_id=held.id, to=bob, by=SYSTEM, at=at)

    transfer(entitlement_id=held.id, to=bob, at=at, **WHY)

    assert Entry.objects.latest("seq").data == {"despite": "card_sent"}


def test_the_cut_off_goes_along_with_it(
    held: Issued, ana: Assignee, bob: Assignee, at: datetime
) -> None:
    cut_off(held.id)
    transfer(entitlement_id=held.id, to=bob, at=at, **WHY)

    with refused(CutoffPassed):
        offer(held, bob, "ana@example.com")


def test_staff_may_where_holders_may_not(ana: Assignee, bob: Assignee, at: datetime) -> None:
    issued = issue_one(terms=Terms(transfer_policy=TransferPolicy.STAFF))
    use(issued, ana)

    transfer(entitlement_id=issued.id, to=bob, at=at, **WHY)

    assert Assignment.objects.get(ended_at=None).account_id == bob.account_id


def test_refuses_what_the_terms_let_nobody(ana: Assignee, bob: Assignee, at: datetime) -> None:
    issued = issue_one(terms=Terms(transfer_policy=TransferPolicy.NEVER))
    use(issued, ana)

    with refused(TransferNotAllowed):
        transfer(entitlement_id=issued.id, to=bob, at=at, **WHY)


def test_refuses_a_customer_and_staff_without_a_reason(
    held: Issued, ana: Assignee, bob: Assignee, at: datetime
) -> None:
    with refused(Denied):
        transfer(entitlement_id=held.id, to=bob, by=customer(ana), at=at)
    with refused(ReasonMissing):
        transfer(entitlement_id=held.id, to=bob, by=OPERATOR, at=at)


def test_refuses_what_nobody_has(bob: Assignee, at: datetime) -> None:
    issued = issue_one(terms=CLUB)
    with refused(NotAssigned):
        transfer(entitlement_id=issued.id, to=bob, at=at, **WHY)
    with refused(NotFound):
        transfer(entitlement_id=uuid4(), to=bob, at=at, **WHY)


def test_refuses_what_is_on_hold_or_expired(held: Issued, bob: Assignee, at: datetime) -> None:
    end(held.id)
    with refused(EntitlementExpired):
        transfer(entitlement_id=held.id, to=bob, at=at, **WHY)
    suspend(held.id)
    with refused(EntitlementOnHold):
        transfer(entitlement_id=held.id, to=bob, at=at, **WHY)


def test_to_an_address_makes_the_account(held: Issued, at: datetime) -> None:
    transfer_to_mail(entitlement_id=held.id, mail="new@example.com", at=at, **WHY)

    assert Assignment.objects.get(ended_at=None).account == Account.objects.latest("created_at")


def test_refused_to_an_address_no_account_is_made(held: Issued, at: datetime) -> None:
    suspend(held.id)
    with refused(EntitlementOnHold):
        transfer_to_mail(entitlement_id=held.id, mail="new@example.com", at=at, **WHY)
    with refused(NotFound):
        transfer_to_mail(entitlement_id=held.id, mail="nobody", at=at, **WHY)
    assert not Person.objects.reading("new@example.com").exists()


def test_a_milestone_is_told_once(held: Issued) -> None:
    given = {"entitlement_id": held.id, "name": "card_sent", "by": SYSTEM}
    first = record_milestone(**given, at=now(), reference="parcel-7")

    with unchanged():
        again = record_milestone(**given, at=now(), reference="parcel-8")

    assert again == first
    assert again.reference == "parcel-7"
    assert history(held.id)[-1] == "record_milestone"


def test_a_milestone_of_what_nobody_has_is_refused(at: datetime) -> None:
    issued = issue_one(terms=CLUB)
    with refused(NotAssigned):
        record_milestone(entitlement_id=issued.id, name="card_sent", by=SYSTEM, at=at)
    with refused(NotFound):
        record_milestone(entitlement_id=uuid4(), name="card_sent", by=SYSTEM, at=at)
