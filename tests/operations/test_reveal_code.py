"""Showing a code in full, and remembering who saw it."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import override_settings

from counterfoil.errors import (
    CodeNotRevealable,
    EntitlementOnHold,
    IllegalMove,
    NotFound,
    ReasonMissing,
    TooManyReveals,
)
from counterfoil.operations.reinstate import reinstate
from counterfoil.operations.reveal_code import reveal_code
from counterfoil.rules.people import Assignee
from counterfoil.testing.builders import OPERATOR, Issued, customer, make_assignee
from tests.records import refused
from tests.scenes import history, suspend, use, withdraw

pytestmark = pytest.mark.django_db


def test_shows_the_code_and_remembers_who_saw_it(issued: Issued, at: datetime) -> None:
    code = reveal_code(entitlement_id=issued.id, by=OPERATOR, at=at, reason="buyer on the phone")

    assert code == issued.code
    assert history(issued.id) == ["issue", "reveal_code"]
    entry = issued.entitlement().entries.latest("seq")
    assert (entry.actor_id, entry.reason) == (OPERATOR.id, "buyer on the phone")
    assert entry.data == {"last_four": code[-4:]}
    assert code not in str(entry.__dict__)


@override_settings(COUNTERFOIL_REVEAL_LIMIT=2)
def test_an_operator_may_see_so_many_in_24_hours(issued: Issued, at: datetime) -> None:
    for _ in range(2):
        reveal_code(entitlement_id=issued.id, by=OPERATOR, at=at, reason="on the phone")

    with refused(TooManyReveals):
        reveal_code(entitlement_id=issued.id, by=OPERATOR, at=at, reason="on the phone")

    tomorrow = at + timedelta(days=1, seconds=5)
    assert reveal_code(entitlement_id=issued.id, by=OPERATOR, at=tomorrow, reason="again")


@override_settings(COUNTERFOIL_REVEAL_LIMIT=0)
def test_the_limit_is_not_for_customers_who_see_their_own(issued: Issued, at: datetime) -> None:
    assert reveal_code(entitlement_id=issued.id, by=customer(make_assignee()), at=at) == issued.code


def test_refuses_a_code_that_is_not_kept_readable(issued: Issued, at: datetime) -> None:
    withdraw(issued.id)
    reinstate(entitlement_id=issued.id, by=OPERATOR, at=at, reason="mistake")

    with refused(CodeNotRevealable):
        reveal_code(entitlement_id=issued.id, by=OPERATOR, at=at, reason="on the phone")


def test_refuses_what_has_no_live_code(issued: Issued, ana: Assignee, at: datetime) -> None:
    use(issued, ana)
    with refused(IllegalMove):
        reveal_code(entitlement_id=issued.id, by=OPERATOR, at=at, reason="on the phone")

    withdraw(issued.id)
    with refused(IllegalMove):
        reveal_code(entitlement_id=issued.id, by=OPERATOR, at=at, reason="on the phone")


def test_refuses_what_is_on_hold_not_there_or_without_reason(issued: Issued, at: datetime) -> None:
    with refused(ReasonMissing):
        reveal_code(entitlement_id=issued.id, by=OPERATOR, at=at)
    with refused(NotFound):
        reveal_code(entitlement_id=uuid4(), by=OPERATOR, at=at, reason="on the phone")

    suspend(issued.id)
    with refused(EntitlementOnHold):
        reveal_code(entitlement_id=issued.id, by=OPERATOR, at=at, reason="on the phone")
