"""Correcting the subject: by the holder in time, by staff later, never losing what was."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from counterfoil.errors import (
    CutoffPassed,
    EntitlementExpired,
    EntitlementOnHold,
    NotAssigned,
    NotFound,
    ReasonMissing,
    SubjectInvalid,
    UndoWindowOver,
)
from counterfoil.models import Assignment, Entry, OnboardingStep, Provisioning, Transfer
from counterfoil.models.undoing import held_since
from counterfoil.operations.correct_subject import correct_subject
from counterfoil.operations.unassign import unassign
from counterfoil.rules.people import Assignee
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import DOG, OPERATOR, Issued, customer, issue_one, now
from tests.records import refused, unchanged
from tests.scenes import REX, end, fulfil, history, suspend, use
from tests.transfers import cut_off, offer

pytestmark = pytest.mark.django_db
MISO = {"name": "Miso"}


@pytest.fixture
def held(ana: Assignee) -> Issued:
    """Let Ana have a test for Rex, set up."""
    issued = issue_one(terms=DOG)
    fulfil(issued, ana)
    return issued


def test_both_stay_in_history_and_the_record_is_made_anew(held: Issued, ana: Assignee) -> None:
    correct_subject(entitlement_id=held.id, answers=MISO, by=customer(ana), at=now())

    before, after = Assignment.objects.order_by("started_at").select_related("subject")
    assert (str(before.subject), before.ended_at is None) == ("Rex", False)
    assert (str(after.subject), after.account_id) == ("Miso", ana.account_id)
    assert history(held.id)[-2:] == ["correct_subject", "correct_subject"]
    assert held.entitlement().state == "assigned"
    record = Provisioning.objects.get()
    assert (record.wanted, record.got) == ("active", "maybe")
    assert record.version == held.entitlement().version


def test_the_same_again_changes_nothing(held: Issued, ana: Assignee) -> None:
    with unchanged():
        correct_subject(entitlement_id=held.id, answers=REX, by=customer(ana), at=now())


def test_the_window_counts_from_the_claim_however_often_it_is_corrected(
    held: Issued, ana: Assignee
) -> None:
    since = held_since([held.id])[held.id]
    correct_subject(entitlement_id=held.id, answers=MISO, by=customer(ana), at=now())
    assert held_since([held.id]) == {held.id: since}
    hours = held.entitlement().terms.terms.undo_hours
    late = since + timedelta(hours=hours, microseconds=1)

    with refused(UndoWindowOver):
        correct_subject(entitlement_id=held.id, answers=REX, by=customer(ana), at=late)
    with refused(UndoWindowOver):
        unassign(entitlement_id=held.id, by=customer(ana), at=late)


def test_staff_may_later_and_say_why(held: Issued) -> None:
    late = now() + timedelta(days=300)
    with refused(ReasonMissing):
        correct_subject(entitlement_id=held.id, answers=MISO, by=OPERATOR, at=late)

    correct_subject(
        entitlement_id=held.id, answers=MISO, by=OPERATOR, at=late, reason="customer_asked"
    )

    assert Entry.objects.latest("seq").reason == "customer_asked"


def test_after_the_cut_off_only_staff_and_the_entry_says_so(ana: Assignee) -> None:
    terms = Terms(subject_kind="dog", subject_fields=DOG.subject_fields, cutoff="sample_received")
    issued = issue_one(terms=terms)
    fulfil(issued, ana)
    cut_off(issued.id, "sample_received")

    with refused(CutoffPassed):
        correct_subject(entitlement_id=issued.id, answers=MISO, by=customer(ana), at=now())
    with refused(CutoffPassed):
        unassign(entitlement_id=issued.id, by=customer(ana), at=now())
    subject = correct_subject(
        entitlement_id=issued.id, answers=MISO, by=OPERATOR, at=now(), reason="mistake"
    )
    assert Entry.objects.latest("seq").data == {
        "subject": str(subject.pk),
        "despite": "sample_received",
    }
    with refused(CutoffPassed):  # it goes along
        unassign(entitlement_id=issued.id, by=customer(ana), at=now())


def test_what_was_answered_besides_goes_along(held: Issued, ana: Assignee) -> None:
    held_by = Assignment.objects.get()
    step = OnboardingStep(
        assignment=held_by, key="address", kind="shipping_address", status="done", at=now()
    )
    step.seal_answers({"city": "Lyon"})
    step.save()

    correct_subject(entitlement_id=held.id, answers=MISO, by=customer(ana), at=now())

    [kept] = Assignment.objects.get(ended_at=None).steps.all()
    assert kept.answers() == {"city": "Lyon"}
    assert held_by.steps.get().answers() == {"city": "Lyon"}


def test_an_offer_that_stood_is_overtaken(held: Issued, ana: Assignee) -> None:
    offer(held, ana)
    correct_subject(entitlement_id=held.id, answers=MISO, by=customer(ana), at=now())
    assert Transfer.objects.get().ended_because == "overtaken"


def test_refuses_wrong_answers(held: Issued, ana: Assignee) -> None:
    for answers in ({"name": ""}, {"name": "x" * 200}):
        with refused(SubjectInvalid):
            correct_subject(entitlement_id=held.id, answers=answers, by=customer(ana), at=now())


def test_refuses_what_is_not_theirs_or_has_no_subject(
    held: Issued, ana: Assignee, bob: Assignee, at: datetime
) -> None:
    with refused(NotAssigned):
        correct_subject(entitlement_id=held.id, answers=MISO, by=customer(bob), at=at)
    with refused(NotFound):
        correct_subject(entitlement_id=uuid4(), answers=MISO, by=customer(ana), at=at)
    unsaid = issue_one(terms=DOG)
    with refused(NotAssigned):
        correct_subject(entitlement_id=unsaid.id, answers=MISO, by=customer(ana), at=at)
    use(unsaid, ana)
    with refused(NotAssigned):
        correct_subject(entitlement_id=unsaid.id, answers=MISO, by=customer(ana), at=at)


def test_refuses_what_is_on_hold_or_expired(held: Issued, ana: Assignee) -> None:
    end(held.id)
    with refused(EntitlementExpired):
        correct_subject(entitlement_id=held.id, answers=MISO, by=customer(ana), at=now())
    suspend(held.id)
    with refused(EntitlementOnHold):
        correct_subject(entitlement_id=held.id, answers=MISO, by=customer(ana), at=now())
