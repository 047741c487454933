"""Saying whom or what it is for, once."""

from datetime import datetime
from uuid import uuid4

import pytest

from counterfoil.errors import (
    EntitlementOnHold,
    NotAssigned,
    NotFound,
    SubjectAlreadyKnown,
    SubjectInvalid,
)
from counterfoil.models import Assignment, Provisioning, Subject
from counterfoil.operations.complete_subject import complete_subject
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import Assignee
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import Issued, customer, issue_one
from tests.records import refused, unchanged
from tests.scenes import REX, confirm, history, suspend, use, withdraw

pytestmark = pytest.mark.django_db


def test_keeps_the_subject_and_asks_for_the_downstream_record(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    use(issued, ana)

    subject = complete_subject(
        entitlement_id=issued.id, answers={"name": " Rex ", "size": "big"}, by=customer(ana), at=at
    )

    assert (subject.kind, subject.data, subject.account_id) == ("dog", REX, ana.account_id)
    assert Assignment.objects.get().subject == subject
    wanted = Provisioning.objects.get()
    assert (wanted.wanted, wanted.got, wanted.version) == ("active", "none", 3)
    assert issued.entitlement().state == State.ASSIGNED
    assert history(issued.id) == ["issue", "redeem", "complete_subject"]
    assert issued.entitlement().entries.latest("seq").data == {"subject": str(subject.pk)}


def test_the_same_again_changes_nothing_also_when_it_is_fulfilled(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    use(issued, ana)
    given = {"entitlement_id": issued.id, "answers": REX, "by": customer(ana), "at": at}
    first = complete_subject(**given)

    with unchanged():
        assert complete_subject(**given) == first
    confirm(issued.id)
    with unchanged():
        assert complete_subject(**given) == first


def test_refuses_another_subject(issued: Issued, ana: Assignee, at: datetime) -> None:
    use(issued, ana)
    complete_subject(entitlement_id=issued.id, answers=REX, by=customer(ana), at=at)

    with refused(SubjectAlreadyKnown):
        complete_subject(
            entitlement_id=issued.id, answers={"name": "Bella"}, by=customer(ana), at=at
        )
    with refused(SubjectAlreadyKnown):
        complete_subject(
            entitlement_id=issued.id,
            answers=REX,
            by=customer(ana),
            at=at,
            external_reference="dog-2",
        )


@pytest.mark.parametrize("answers", [{}, {"name": "  "}, {"name": "R" * 121}, REX | {"sex": "?"}])
def test_refuses_answers_that_do_not_fit_the_form(
    issued: Issued, ana: Assignee, at: datetime, answers: dict[str, str]
) -> None:
    use(issued, ana)

    with refused(SubjectInvalid):
        complete_subject(entitlement_id=issued.id, answers=answers, by=customer(ana), at=at)


def test_refuses_a_subject_where_none_is_needed(ana: Assignee, at: datetime) -> None:
    issued = issue_one(terms=Terms())
    use(issued, ana)

    with refused(SubjectInvalid, match="needs no subject"):
        complete_subject(entitlement_id=issued.id, answers=REX, by=customer(ana), at=at)


def test_refuses_what_nobody_has(issued: Issued, ana: Assignee, at: datetime) -> None:
    with refused(NotAssigned):
        complete_subject(entitlement_id=issued.id, answers=REX, by=customer(ana), at=at)

    use(issued, ana)
    withdraw(issued.id)
    with refused(NotAssigned):
        complete_subject(entitlement_id=issued.id, answers=REX, by=customer(ana), at=at)


def test_refuses_what_is_not_there(ana: Assignee, at: datetime) -> None:
    with refused(NotFound):
        complete_subject(entitlement_id=uuid4(), answers=REX, by=customer(ana), at=at)


def test_refuses_what_is_on_hold(issued: Issued, ana: Assignee, at: datetime) -> None:
    use(issued, ana)
    suspend(issued.id)

    with refused(EntitlementOnHold):
        complete_subject(entitlement_id=issued.id, answers=REX, by=customer(ana), at=at)
    assert not Subject.objects.exists()


def test_a_form_seen_before_it_went_to_somebody_else_says_nothing_about_theirs(
    issued: Issued, ana: Assignee, bob: Assignee, at: datetime
) -> None:
    use(issued, bob)

    with refused(NotAssigned), unchanged():
        complete_subject(entitlement_id=issued.id, answers=REX, by=customer(ana), at=at)

    assert not Subject.objects.exists()
