"""What may be one of a kind: kept by the database, whoever asks."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from counterfoil.errors import (
    SubjectAlreadyKnown,
    SubjectBusy,
    SubjectInvalid,
    SubjectTaken,
    SubjectUnknown,
)
from counterfoil.models import Assignment, Relation, Subject
from counterfoil.operations.correct_subject import correct_subject
from counterfoil.operations.reinstate import reinstate
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import OPERATOR, customer, make_assignee, now
from tests.onboarding import KINDS, REX, claim, name_it
from tests.records import refused, unchanged
from tests.scenes import end, withdraw

pytestmark = pytest.mark.django_db

DOG, PET, MEMBER = (Terms(subject_kind=kind) for kind in ("dog", "pet", "member"))


@pytest.fixture(autouse=True)
def _declared(settings: Any) -> None:
    settings.COUNTERFOIL_SUBJECT_KINDS = KINDS


def test_no_two_dogs_share_a_chip_whoever_has_them() -> None:
    _, _, first = claim(DOG)
    rex = name_it(first)
    _, _, second = claim(DOG, by=make_assignee("bob@example.com"))

    with refused(SubjectTaken):
        name_it(second, answers=REX)
    with refused(SubjectTaken):
        name_it(second, answers={"name": "Other", "chip": REX["chip"]})
    assert name_it(second, answers={"name": "Other"}).unique_key is None
    assert REX["chip"] not in str(rex.unique_key)


def test_a_chip_is_found_under_an_older_key_too(settings: Any) -> None:
    _, _, first = claim(DOG)
    name_it(first)
    keys = settings.COUNTERFOIL_KEYS
    settings.COUNTERFOIL_KEYS = keys | {"index": {**keys["index"], "2": "J" * 42 + "A="}}
    _, _, second = claim(DOG)

    with refused(SubjectTaken):
        name_it(second, answers={"name": "Other", "chip": REX["chip"]})


def test_one_for_each_account_and_no_more() -> None:
    _, ana, first = claim(MEMBER)
    me = name_it(first, answers={"name": "Ana"})
    _, _, second = claim(MEMBER)

    with refused(SubjectTaken):
        name_it(second, answers={"name": "Ana again"})
    assert name_it(second, subject_id=me.pk) == me
    _, _, theirs = claim(MEMBER, by=make_assignee("bob@example.com"))
    assert name_it(theirs, answers={"name": "Ana"}) != me
    assert ana.account_id == me.account_id


def test_one_thing_at_a_time_is_for_a_pet() -> None:
    issued, _, first = claim(PET)
    rex = name_it(first, answers={"name": "Rex"})
    _, _, second = claim(PET)

    with refused(SubjectBusy):
        name_it(second, subject_id=rex.pk)

    withdraw(issued.id)
    assert name_it(second, subject_id=rex.pk) == rex


def test_what_has_expired_is_in_nobodys_way() -> None:
    issued, _, first = claim(PET)
    rex = name_it(first, answers={"name": "Rex"})
    end(issued.id, now() - timedelta(seconds=1))
    _, _, second = claim(PET)

    assert name_it(second, subject_id=rex.pk) == rex


def test_the_database_refuses_a_second_use_whoever_writes_it() -> None:
    _, _, first = claim(PET)
    rex = name_it(first, answers={"name": "Rex"})
    _, _, second = claim(PET)

    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.filter(pk=second.pk).update(subject=rex)


def test_reinstated_it_asks_anew_whom_it_is_for_if_that_is_taken() -> None:
    issued, _, first = claim(PET)
    rex = name_it(first, answers={"name": "Rex"})
    withdraw(issued.id)
    _, _, second = claim(PET)
    name_it(second, subject_id=rex.pk)

    reinstate(entitlement_id=issued.id, by=OPERATOR, at=now(), reason="mistake")

    again = Assignment.objects.get(entitlement=issued.id, ended_at=None)
    assert again.subject is None


def test_a_correction_keeps_the_chip_and_is_not_in_its_own_way() -> None:
    issued, ana, first = claim(DOG)
    name_it(first)

    corrected = correct_subject(
        entitlement_id=issued.id, answers=REX | {"name": "Rexi"}, by=customer(ana), at=now()
    )

    assert corrected.data["name"] == "Rexi"
    assert Subject.objects.exclude(unique_key=None).get() == corrected
    _, _, second = claim(DOG)
    with refused(SubjectTaken):
        name_it(second, answers=REX)


def test_a_correction_to_what_is_taken_changes_nothing() -> None:
    _, _, first = claim(DOG)
    name_it(first)
    issued, ana, second = claim(DOG)
    name_it(second, answers={"name": "Other"})

    with refused(SubjectTaken):
        correct_subject(entitlement_id=issued.id, answers=REX, by=customer(ana), at=now())


def test_refuses_a_subject_of_somebody_else_or_of_another_kind() -> None:
    _, _, theirs = claim(DOG, by=make_assignee("bob@example.com"))
    rollo = name_it(theirs, answers={"name": "Rollo"})
    _, _, mine = claim(PET)
    pet = name_it(mine, answers={"name": "Rex"})
    _, _, held = claim(DOG)

    for stranger in (rollo.pk, pet.pk, uuid4()):
        with refused(SubjectUnknown):
            name_it(held, subject_id=stranger)


def test_the_same_again_changes_nothing_and_another_is_refused() -> None:
    _, _, held = claim(DOG)
    given = {"external_reference": "dog-7", "answers": {"name": "Miso"}}
    miso = name_it(held, **given, relation=Relation.OTHER)

    with unchanged():
        assert name_it(held, **given) == miso
        assert name_it(held, subject_id=miso.pk) == miso
    with refused(SubjectAlreadyKnown):
        name_it(held, external_reference="dog-8")
    with refused(SubjectAlreadyKnown):
        name_it(held, answers=REX)
    held.refresh_from_db()
    assert held.relation == "other"


def test_the_hosts_subject_is_recorded_once_for_an_account() -> None:
    _, _, first = claim(DOG)
    _, _, second = claim(DOG)
    _, _, theirs = claim(DOG, by=make_assignee("bob@example.com"))

    one = name_it(first, external_reference="dog-7", answers={"name": "Miso"})

    assert name_it(second, external_reference="dog-7") == one
    with refused(SubjectTaken):
        name_it(theirs, external_reference="dog-7")


def test_says_everything_that_is_wrong_by_field() -> None:
    _, _, held = claim(DOG)

    with pytest.raises(SubjectInvalid) as refusal, unchanged():
        name_it(held, answers={"sex": "other", "weight": "5", "chip": "12"})

    assert [one.at for one in refusal.value.faults] == ["name", "sex", "chip", "weight"]
