"""Taking back what somebody has, so that it can be assigned anew."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from counterfoil.errors import (
    CodeAlreadyUsed,
    EntitlementOnHold,
    IllegalMove,
    NotAssigned,
    NotFound,
    ReasonMissing,
    UndoWindowOver,
)
from counterfoil.models import Assignment, CodeState, Provisioning
from counterfoil.models.undoing import held_since
from counterfoil.operations.redeem import redeem
from counterfoil.operations.unassign import unassign
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import Assignee
from counterfoil.testing.builders import OPERATOR, ORIGIN, Issued, customer, now, read_issued
from tests.records import refused
from tests.scenes import fulfil, history, suspend, use, withdraw

pytestmark = pytest.mark.django_db


def test_issues_it_again_under_a_new_code(
    issued: Issued, ana: Assignee, bob: Assignee, at: datetime
) -> None:
    use(issued, ana)

    entitlement = unassign(entitlement_id=issued.id, by=customer(ana), at=at)

    assert entitlement.state == State.ISSUED
    assert Assignment.objects.get().ended_at is not None
    [code] = read_issued(issued.purchase).codes
    assert code != issued.code
    with refused(CodeAlreadyUsed):
        redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    redeem(code=code, to=bob, by=customer(bob), at=now(), origin=ORIGIN)
    assert history(issued.id) == ["issue", "redeem", "unassign", "redeem"]


def test_the_downstream_record_is_taken_down(issued: Issued, ana: Assignee, at: datetime) -> None:
    fulfil(issued, ana)

    entitlement = unassign(
        entitlement_id=issued.id, by=OPERATOR, at=at, reason="wrong dog", comment="by phone"
    )

    record = Provisioning.objects.get()
    assert (record.wanted, record.got, record.version) == ("none", "active", entitlement.version)
    entry = entitlement.entries.latest("seq")
    assert (entry.reason, entry.comment) == ("wrong dog", "by phone")
    assert entry.data == {"assignment": str(Assignment.objects.get().pk)}


def test_a_customer_may_do_so_within_the_window_of_the_terms(issued: Issued, ana: Assignee) -> None:
    use(issued, ana)
    started = held_since([issued.id])[issued.id]
    hours = issued.entitlement().terms.terms.undo_hours
    last = started + timedelta(hours=hours)

    with refused(UndoWindowOver):
        unassign(entitlement_id=issued.id, by=customer(ana), at=last + timedelta(microseconds=1))

    assert unassign(entitlement_id=issued.id, by=customer(ana), at=last).state == "issued"


def test_a_customer_gives_back_only_what_they_have(
    issued: Issued, ana: Assignee, bob: Assignee, at: datetime
) -> None:
    use(issued, ana)

    with refused(NotAssigned):
        unassign(entitlement_id=issued.id, by=customer(bob), at=at)


def test_staff_may_do_so_later_but_say_why(issued: Issued, ana: Assignee) -> None:
    use(issued, ana)
    later = now() + timedelta(days=300)

    with refused(ReasonMissing):
        unassign(entitlement_id=issued.id, by=OPERATOR, at=later)

    assert (
        unassign(entitlement_id=issued.id, by=OPERATOR, at=later, reason="wrong dog").state
        == State.ISSUED
    )


def test_refuses_what_nobody_has(issued: Issued, ana: Assignee, at: datetime) -> None:
    with refused(IllegalMove):
        unassign(entitlement_id=issued.id, by=customer(ana), at=at)

    use(issued, ana)
    withdraw(issued.id)
    with refused(IllegalMove):
        unassign(entitlement_id=issued.id, by=customer(ana), at=at)
    with refused(NotFound):
        unassign(entitlement_id=uuid4(), by=customer(ana), at=at)


def test_refuses_what_is_on_hold(issued: Issued, ana: Assignee, at: datetime) -> None:
    use(issued, ana)
    suspend(issued.id)

    with refused(EntitlementOnHold):
        unassign(entitlement_id=issued.id, by=OPERATOR, at=at, reason="wrong dog")
    assert not issued.entitlement().codes.filter(state=CodeState.LIVE).exists()
