"""Changing how long it is valid."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from counterfoil.errors import EntitlementExpired, IllegalMove, NotFound, ReasonMissing
from counterfoil.operations.extend import extend
from counterfoil.operations.redeem import redeem
from counterfoil.rules.people import Assignee
from counterfoil.testing.builders import OPERATOR, ORIGIN, Issued, customer, now
from tests.records import refused, unchanged
from tests.scenes import end, history, suspend, use, withdraw

pytestmark = pytest.mark.django_db


def test_an_expired_one_is_usable_again(issued: Issued, ana: Assignee, at: datetime) -> None:
    end(issued.id)
    with refused(EntitlementExpired):
        redeem(code=issued.code, to=ana, by=customer(ana), at=at, origin=ORIGIN)

    until = at + timedelta(days=30)
    entitlement = extend(
        entitlement_id=issued.id, until=until, by=OPERATOR, at=at, reason="goodwill"
    )

    assert entitlement.expires_at == until
    entry = entitlement.entries.latest("seq")
    assert entry.data["until"] == until.isoformat()
    assert entry.data["before"] is not None
    redeem(code=issued.code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    assert history(issued.id) == ["issue", "extend", "extend", "redeem"]


def test_the_end_can_be_taken_away(issued: Issued, at: datetime) -> None:
    end(issued.id)

    entitlement = extend(entitlement_id=issued.id, until=None, by=OPERATOR, at=at, reason="x")

    assert entitlement.expires_at is None
    assert entitlement.entries.latest("seq").data["until"] is None


def test_what_is_in_use_or_on_hold_can_be_extended(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    use(issued, ana)
    suspend(issued.id)

    assert extend(
        entitlement_id=issued.id, until=at + timedelta(days=1), by=OPERATOR, at=at, reason="x"
    )


def test_the_end_it_has_already_changes_nothing(issued: Issued, at: datetime) -> None:
    with unchanged():
        extend(entitlement_id=issued.id, until=None, by=OPERATOR, at=at, reason="goodwill")


def test_refuses_what_was_withdrawn_or_is_not_there(issued: Issued, at: datetime) -> None:
    withdraw(issued.id)

    with refused(IllegalMove):
        extend(entitlement_id=issued.id, until=at, by=OPERATOR, at=at, reason="goodwill")
    with refused(NotFound):
        extend(entitlement_id=uuid4(), until=at, by=OPERATOR, at=at, reason="goodwill")


def test_refuses_an_operator_who_does_not_say_why(issued: Issued, at: datetime) -> None:
    with refused(ReasonMissing):
        extend(entitlement_id=issued.id, until=at, by=OPERATOR, at=at)
