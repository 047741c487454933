"""Passing on and correcting, killed at every moment: done, or not begun, and never between."""

import pytest

from counterfoil.models import Assignment, Transfer
from counterfoil.operations.correct_subject import correct_subject
from counterfoil.operations.transfer import transfer
from counterfoil.rules.people import Assignee
from counterfoil.testing.builders import (
    DOG,
    OPERATOR,
    Issued,
    customer,
    issue_one,
    make_assignee,
    now,
)
from tests.crash.doomed import Doomed, kill_everywhere
from tests.scenes import fulfil, use
from tests.transfers import BOB, answer, offer

pytestmark = pytest.mark.django_db(transaction=True)
Given = tuple[Issued, Assignee, Assignee]


def held() -> Given:
    """Let Ana have one for Rex, set up."""
    issued, ana = issue_one(terms=DOG), make_assignee()
    fulfil(issued, ana)
    return issued, ana, make_assignee(BOB)


def offered() -> tuple[Transfer, Given]:
    """Let Ana have offered it to Bob."""
    issued, ana, bob = issue_one(terms=DOG), make_assignee(), make_assignee(BOB)
    use(issued, ana)
    return offer(issued, ana), (issued, ana, bob)


def move(given: Given) -> object:
    issued, _, bob = given
    return transfer(entitlement_id=issued.id, to=bob, by=OPERATOR, at=now(), reason="case")


def was_moved(given: Given) -> None:
    issued, _, bob = given
    first, second = Assignment.objects.filter(entitlement=issued.id).order_by("started_at")
    assert (first.ended_at is None, second.ended_at is None) == (False, True)
    assert second.account_id == bob.account_id
    assert issued.entitlement().state == "assigned"


def accept(made: tuple[Transfer, Given]) -> object:
    return answer(made[0], made[1][2])


def was_accepted(made: tuple[Transfer, Given]) -> None:
    was_moved(made[1])
    assert Transfer.objects.get(pk=made[0].pk).ended_because == "accepted"


def correct(given: Given) -> object:
    issued, ana, _ = given
    return correct_subject(
        entitlement_id=issued.id, answers={"name": "Miso"}, by=customer(ana), at=now()
    )


def was_corrected(given: Given) -> None:
    issued, ana, _ = given
    told = Assignment.objects.filter(entitlement=issued.id).select_related("subject")
    first, second = told.order_by("started_at")
    assert (str(first.subject), str(second.subject)) == ("Rex", "Miso")
    assert (first.ended_at is None, second.ended_at is None) == (False, True)
    assert second.account_id == ana.account_id


def test_a_transfer_is_done_or_not_begun() -> None:
    assert kill_everywhere(Doomed(scene=held, act=move, check=was_moved)) >= 5


def test_accepting_is_done_or_not_begun() -> None:
    assert kill_everywhere(Doomed(scene=offered, act=accept, check=was_accepted)) >= 5


def test_correcting_is_done_or_not_begun() -> None:
    assert kill_everywhere(Doomed(scene=held, act=correct, check=was_corrected)) >= 5
