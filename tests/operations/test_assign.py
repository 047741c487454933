"""Assigning on somebody's word: as good as presenting the code."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from counterfoil.errors import (
    CodeAlreadyUsed,
    EntitlementExpired,
    EntitlementOnHold,
    EntitlementReserved,
    IllegalMove,
    NotFound,
    ReasonMissing,
)
from counterfoil.models import Assignment, Provisioning
from counterfoil.operations.assign import assign
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import Assignee
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import OPERATOR, Issued, customer, issue_one, now
from tests.records import refused, unchanged
from tests.scenes import end, history, mint, reserve, suspend, use, withdraw

pytestmark = pytest.mark.django_db


def test_gives_it_to_the_account_and_spends_the_code(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    entitlement = assign(
        entitlement_id=issued.id, to=ana, by=OPERATOR, at=at, reason="lost in the post"
    )

    assert (entitlement.state, entitlement.version) == (State.ASSIGNED, 2)
    assert Assignment.objects.get(entitlement=issued.id, ended_at=None).account_id == ana.account_id
    assert entitlement.codes.get().state == "spent"
    assert history(issued.id) == ["issue", "assign"]
    entry = entitlement.entries.latest("seq")
    assert (entry.move, entry.actor_id, entry.reason) == (
        "redeem",
        OPERATOR.id,
        "lost in the post",
    )


def test_asks_for_the_downstream_record_only_when_nothing_is_missing(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    assign(entitlement_id=issued.id, to=ana, by=customer(ana), at=at)
    assert not Provisioning.objects.exists()


def test_a_product_without_subject_misses_nothing(ana: Assignee, at: datetime) -> None:
    issued = issue_one(terms=Terms())
    assign(entitlement_id=issued.id, to=ana, by=customer(ana), at=at)
    assert Provisioning.objects.get().wanted == "active"


def test_assigning_to_the_same_account_again_changes_nothing(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    use(issued, ana)

    with unchanged():
        entitlement = assign(entitlement_id=issued.id, to=ana, by=customer(ana), at=at)

    assert entitlement.pk == issued.id


def test_whoever_it_is_reserved_for_may_have_it_before_the_end(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    reserve(issued.id, account_id=ana.account_id, until=at + timedelta(days=1))

    entitlement = assign(entitlement_id=issued.id, to=ana, by=customer(ana), at=at)

    assert entitlement.state == State.ASSIGNED
    assert entitlement.reserved_until is None
    assert entitlement.reserved_for_id is None


def test_a_reservation_that_lapsed_keeps_nobody_out(
    issued: Issued, ana: Assignee, bob: Assignee, at: datetime
) -> None:
    reserve(issued.id, account_id=ana.account_id, until=now() - timedelta(seconds=1))

    assert assign(entitlement_id=issued.id, to=bob, by=customer(bob), at=at).state == "assigned"


def test_refuses_what_somebody_else_has(
    issued: Issued, ana: Assignee, bob: Assignee, at: datetime
) -> None:
    use(issued, ana)

    with refused(CodeAlreadyUsed):
        assign(entitlement_id=issued.id, to=bob, by=customer(bob), at=at)


def test_refuses_what_is_not_there(ana: Assignee, at: datetime) -> None:
    with refused(NotFound):
        assign(entitlement_id=uuid4(), to=ana, by=customer(ana), at=at)


def test_refuses_what_was_withdrawn_or_not_sold(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    minted, _ = mint(issued.entitlement().product)
    withdraw(issued.id)

    for entitlement_id in (issued.id, minted):
        with refused(IllegalMove):
            assign(entitlement_id=entitlement_id, to=ana, by=customer(ana), at=at)


def test_refuses_what_has_expired(issued: Issued, ana: Assignee, at: datetime) -> None:
    end(issued.id)

    with refused(EntitlementExpired):
        assign(entitlement_id=issued.id, to=ana, by=customer(ana), at=at)


def test_expired_is_expired_for_whoever_it_was_reserved(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    reserve(issued.id, account_id=ana.account_id, until=at + timedelta(days=1))
    end(issued.id)

    with refused(EntitlementExpired):
        assign(entitlement_id=issued.id, to=ana, by=customer(ana), at=at)


def test_refuses_what_is_reserved_for_somebody_else(
    issued: Issued, ana: Assignee, bob: Assignee, at: datetime
) -> None:
    end(issued.id, at + timedelta(days=30))  # has an end, but not yet
    reserve(issued.id, account_id=ana.account_id, until=at + timedelta(days=1))

    with refused(EntitlementReserved):
        assign(entitlement_id=issued.id, to=bob, by=customer(bob), at=at)


def test_refuses_what_is_on_hold(issued: Issued, ana: Assignee, at: datetime) -> None:
    suspend(issued.id)

    with refused(EntitlementOnHold):
        assign(entitlement_id=issued.id, to=ana, by=customer(ana), at=at)


def test_refuses_an_operator_who_does_not_say_why(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    with refused(ReasonMissing):
        assign(entitlement_id=issued.id, to=ana, by=OPERATOR, at=at, reason=" ")
