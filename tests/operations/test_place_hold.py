"""Suspending, as often as there are causes."""

from datetime import datetime
from uuid import uuid4

import pytest

from counterfoil.errors import EntitlementOnHold, ReasonMissing
from counterfoil.models import Hold
from counterfoil.operations.place_hold import place_hold
from counterfoil.operations.redeem import redeem
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import Assignee
from counterfoil.testing.builders import OPERATOR, ORIGIN, Issued, customer, issue_many
from tests.records import refused, unchanged
from tests.scenes import HOLD, history, suspend, use, withdraw

pytestmark = pytest.mark.django_db


def test_nothing_can_be_done_with_it_until_further_notice(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    [changed] = place_hold(
        entitlement_ids=[issued.id], by=OPERATOR, at=at, reason="suspicion", **HOLD
    )

    entitlement, hold = issued.entitlement(), Hold.objects.get()
    assert (changed.version, entitlement.held_count, entitlement.state) == (2, 1, State.ISSUED)
    assert (hold.placed_seq, hold.lifted_seq, hold.lifted_at) == (2, None, None)
    entry = entitlement.entries.latest("seq")
    assert (entry.move, entry.from_state, entry.to_state) == (None, "issued", "issued")
    assert entry.data == {"kind": "fraud", "reference": "case-1"}
    with refused(EntitlementOnHold):
        redeem(code=issued.code, to=ana, by=customer(ana), at=at, origin=ORIGIN)


def test_the_holder_is_told_so_too(issued: Issued, ana: Assignee, at: datetime) -> None:
    use(issued, ana)
    suspend(issued.id)

    with refused(EntitlementOnHold):
        redeem(code=issued.code, to=ana, by=customer(ana), at=at, origin=ORIGIN)


def test_the_same_hold_is_placed_once_and_another_beside_it(issued: Issued, at: datetime) -> None:
    suspend(issued.id)

    with unchanged():
        assert not place_hold(
            entitlement_ids=[issued.id], by=OPERATOR, at=at, reason="suspicion", **HOLD
        )
    suspend(issued.id, reference="case-2")

    assert issued.entitlement().held_count == 2
    assert Hold.objects.count() == 2


def test_takes_many_and_leaves_out_what_is_not_there_or_held_already(at: datetime) -> None:
    issued = issue_many(3)
    one, two, three = issued.entitlement_ids
    suspend(two)
    withdraw(three)

    changed = place_hold(
        entitlement_ids=[three, two, one, one, uuid4()],
        by=OPERATOR,
        at=at,
        reason="suspicion",
        **HOLD,
    )

    assert {it.id for it in changed} == {one, three}
    assert history(three) == ["issue", "revoke", "place_hold"]


def test_refuses_an_operator_who_does_not_say_why(issued: Issued, at: datetime) -> None:
    with refused(ReasonMissing):
        place_hold(entitlement_ids=[issued.id], by=OPERATOR, at=at, **HOLD)
