"""The host made the record: recorded, and fulfilled where it is still wanted."""

import pytest

from counterfoil.models import Entitlement, Provisioning
from counterfoil.operations.confirm_fulfilment import confirm_fulfilment
from counterfoil.operations.unassign import unassign
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import SYSTEM, Assignee
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import Issued, customer, issue_one, now, read_issued
from tests.records import unchanged
from tests.scenes import ask_host, confirm, fulfil, history, use, withdraw

pytestmark = pytest.mark.django_db


def test_fulfils_what_was_assigned(issued: Issued, ana: Assignee) -> None:
    fulfil(issued, ana)

    entitlement, record = issued.entitlement(), Provisioning.objects.get()
    assert entitlement.state == State.FULFILLED
    assert (record.got, record.reference, record.attempts) == ("active", "dog-1", 0)
    assert history(issued.id)[-1] == "confirm_fulfilment"
    entry = entitlement.entries.latest("seq")
    assert (entry.move, entry.actor_id) == ("fulfil", SYSTEM.id)
    assert entry.data["reference"] == "dog-1"


def test_fulfils_a_product_without_subject_too(ana: Assignee) -> None:
    issued = issue_one(terms=Terms())
    use(issued, ana)

    confirm(issued.id)

    assert issued.entitlement().state == State.FULFILLED


def say(issued: Issued, version: int, reference: str = "dog-1") -> None:
    confirm_fulfilment(
        entitlement_id=issued.id, version=version, reference=reference, by=SYSTEM, at=now()
    )


def test_confirming_again_changes_nothing(issued: Issued, ana: Assignee) -> None:
    fulfil(issued, ana)
    version = Provisioning.objects.get().version

    with unchanged():
        say(issued, version)


def test_an_answer_to_another_question_tells_nothing(ana: Assignee) -> None:
    issued = issue_one(terms=Terms())
    use(issued, ana)
    version = ask_host(issued.id)

    with unchanged():
        say(issued, version - 1)


def test_what_was_withdrawn_meanwhile_is_not_fulfilled_but_taken_down(ana: Assignee) -> None:
    issued = issue_one(terms=Terms())
    use(issued, ana)
    version = ask_host(issued.id)
    withdraw(issued.id)
    before = Entitlement.objects.values().get()

    say(issued, version)

    record = Provisioning.objects.get()
    assert (record.wanted, record.got, record.reference) == ("none", "maybe", "dog-1")
    assert Entitlement.objects.values().get() == before
    assert history(issued.id) == ["issue", "redeem", "revoke"]


def test_what_somebody_else_has_meanwhile_is_not_theirs(ana: Assignee, bob: Assignee) -> None:
    issued = issue_one(terms=Terms())
    use(issued, ana)
    version = ask_host(issued.id)
    unassign(entitlement_id=issued.id, by=customer(ana), at=now())
    use(read_issued(issued.purchase), bob)

    say(issued, version)

    assert issued.entitlement().state == State.ASSIGNED
    assert Provisioning.objects.get().got == "maybe"
