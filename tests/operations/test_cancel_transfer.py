"""Calling an offer off, and offers that lapse."""

from uuid import uuid4

import pytest

from counterfoil.errors import NotFound, OfferClosed, ReasonMissing
from counterfoil.models import Assignment, Entry, Transfer
from counterfoil.operations.cancel_transfer import cancel_transfer
from counterfoil.operations.lapse_transfers import lapse_transfers
from counterfoil.rules.people import SYSTEM, Assignee
from counterfoil.testing.builders import OPERATOR, Issued, customer, issue_one, now
from tests.records import refused, unchanged
from tests.scenes import history, suspend, use
from tests.transfers import CLUB, answer, let_lapse, offer

pytestmark = pytest.mark.django_db


@pytest.fixture
def offered(ana: Assignee, bob: Assignee) -> tuple[Issued, Transfer]:
    """Let Ana offer to Bob what she has."""
    issued = issue_one(terms=CLUB)
    use(issued, ana)
    return issued, offer(issued, ana)


Offered = tuple[Issued, Transfer]


def test_called_off_it_is_over_and_the_holder_keeps_it(offered: Offered, ana: Assignee) -> None:
    issued, made = offered

    gone = cancel_transfer(transfer_id=made.pk, by=customer(ana), at=now())

    assert gone.ended_because == "cancelled"
    assert Assignment.objects.get().ended_at is None
    assert history(issued.id)[-1] == "cancel_transfer"
    with unchanged():
        cancel_transfer(transfer_id=made.pk, by=customer(ana), at=now())


def test_a_hold_is_not_in_the_way(offered: Offered, ana: Assignee) -> None:
    issued, made = offered
    suspend(issued.id)

    assert cancel_transfer(transfer_id=made.pk, by=customer(ana), at=now()).ended_at is not None


def test_staff_may_and_say_why(offered: Offered) -> None:
    made = offered[1]
    with refused(ReasonMissing):
        cancel_transfer(transfer_id=made.pk, by=OPERATOR, at=now())

    cancel_transfer(transfer_id=made.pk, by=OPERATOR, at=now(), reason="mistake")

    assert Entry.objects.latest("seq").reason == "mistake"


def test_refuses_what_was_accepted(offered: Offered, ana: Assignee, bob: Assignee) -> None:
    made = answer(offered[1], bob)

    with refused(OfferClosed):
        cancel_transfer(transfer_id=made.pk, by=customer(ana), at=now())


def test_refuses_everybody_but_whoever_made_it(offered: Offered, bob: Assignee) -> None:
    with refused(NotFound):
        cancel_transfer(transfer_id=offered[1].pk, by=customer(bob), at=now())
    with refused(NotFound):
        cancel_transfer(transfer_id=uuid4(), by=customer(bob), at=now())


def test_lapses_what_nobody_answered_and_nothing_else(offered: Offered, ana: Assignee) -> None:
    issued, made = offered
    with unchanged():
        assert lapse_transfers(by=SYSTEM, at=now()) == 0
    let_lapse(made)

    assert lapse_transfers(by=SYSTEM, at=now()) == 1

    assert Transfer.objects.get().ended_because == "lapsed"
    assert history(issued.id)[-1] == "lapse_transfer"
    with unchanged():
        assert lapse_transfers(by=SYSTEM, at=now()) == 0
        assert cancel_transfer(transfer_id=made.pk, by=customer(ana), at=now()).ended_because == (
            "lapsed"
        )
