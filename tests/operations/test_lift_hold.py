"""Lifting a hold gives back the time it cost."""

from datetime import datetime, timedelta

import pytest

from counterfoil.errors import EntitlementOnHold, ReasonMissing
from counterfoil.models import Hold, HoldKind
from counterfoil.operations.lift_hold import lift_hold
from counterfoil.operations.redeem import redeem
from counterfoil.rules.people import Assignee
from counterfoil.testing.builders import OPERATOR, ORIGIN, Issued, customer, now
from tests.records import refused, unchanged
from tests.scenes import HOLD, end, history, suspend

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
MOMENT = timedelta(minutes=1)  # these tests themselves take less


def lift(issued: Issued, reference: str = "case-1") -> int:
    return len(
        lift_hold(
            entitlement_ids=[issued.id],
            kind=HoldKind.FRAUD,
            reference=reference,
            by=OPERATOR,
            at=now(),
            reason="cleared",
        )
    )


def move_back(by: timedelta, *, reference: str = "", lifted: bool = False) -> None:
    """Let holds have been placed, or lifted, earlier than they were."""
    for hold in Hold.objects.filter(reference__contains=reference):
        times = {"lifted_at": now() - by} if lifted else {"placed_at": hold.placed_at - by}
        Hold.objects.filter(pk=hold.pk).update(**times)


def test_it_can_be_used_again(issued: Issued, ana: Assignee, at: datetime) -> None:
    suspend(issued.id)

    assert lift(issued) == 1

    entitlement, hold = issued.entitlement(), Hold.objects.get()
    assert (entitlement.held_count, hold.lifted_seq) == (0, 3)
    assert hold.lifted_at is not None
    assert entitlement.expires_at is None
    redeem(code=issued.code, to=ana, by=customer(ana), at=at, origin=ORIGIN)
    assert history(issued.id) == ["issue", "place_hold", "lift_hold", "redeem"]


def test_the_same_hold_may_come_back(issued: Issued) -> None:
    for _ in range(2):
        suspend(issued.id)
        assert lift(issued) == 1

    assert Hold.objects.count() == 2


def test_another_hold_stays_and_still_suspends(issued: Issued, ana: Assignee, at: datetime) -> None:
    suspend(issued.id)
    suspend(issued.id, reference="case-2")

    assert lift(issued) == 1

    assert issued.entitlement().held_count == 1
    with refused(EntitlementOnHold):
        redeem(code=issued.code, to=ana, by=customer(ana), at=at, origin=ORIGIN)


def test_gives_back_the_time_it_cost(issued: Issued) -> None:
    ends = now() + HOUR
    end(issued.id, ends)
    suspend(issued.id)
    move_back(10 * HOUR)

    lift(issued)

    entitlement = issued.entitlement()
    assert entitlement.expires_at is not None
    assert timedelta(0) <= entitlement.expires_at - ends - 10 * HOUR < MOMENT


def test_holds_one_after_the_other_are_each_given_back_once(issued: Issued) -> None:
    ends = now() + HOUR
    end(issued.id, ends)
    for reference in ("case-1", "case-2"):
        suspend(issued.id, reference=reference)
        move_back(10 * HOUR, reference=reference)
        lift(issued, reference)
        move_back(20 * HOUR)  # the next one comes much later

    entitlement = issued.entitlement()
    assert entitlement.expires_at is not None
    assert timedelta(0) <= entitlement.expires_at - ends - 20 * HOUR < MOMENT


def test_a_chain_of_holds_counts_from_its_beginning(issued: Issued) -> None:
    """The first was lifted before the last was placed, but there was always one."""
    ends = now() + HOUR
    end(issued.id, ends)
    suspend(issued.id, reference="case-1")
    move_back(30 * HOUR, reference="case-1")
    suspend(issued.id, reference="case-2")
    move_back(20 * HOUR, reference="case-2")
    lift(issued, "case-1")
    move_back(15 * HOUR, reference="case-1", lifted=True)
    suspend(issued.id, reference="case-3")
    move_back(10 * HOUR, reference="case-3")
    lift(issued, "case-2")

    assert issued.entitlement().expires_at == ends
    lift(issued, "case-3")

    entitlement = issued.entitlement()
    assert entitlement.expires_at is not None
    assert timedelta(0) <= entitlement.expires_at - ends - 30 * HOUR < MOMENT


def test_what_expired_before_the_hold_stays_expired(issued: Issued) -> None:
    end(issued.id, now() - 2 * HOUR)
    suspend(issued.id)
    move_back(HOUR)

    lift(issued)

    entitlement = issued.entitlement()
    assert entitlement.expires_at is not None
    assert entitlement.expires_at < now()


def test_lifting_what_is_not_there_changes_nothing(issued: Issued) -> None:
    suspend(issued.id)

    with unchanged():
        assert lift(issued, "case-2") == 0
    lift(issued)
    with unchanged():
        assert lift(issued) == 0


def test_refuses_an_operator_who_does_not_say_why(issued: Issued, at: datetime) -> None:
    suspend(issued.id)

    with refused(ReasonMissing):
        lift_hold(entitlement_ids=[issued.id], by=OPERATOR, at=at, **HOLD)
