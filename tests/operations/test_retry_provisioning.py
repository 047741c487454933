"""Asking again at once what was parked, or waits."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from counterfoil.errors import NotFound, ReasonMissing
from counterfoil.models import Provisioning
from counterfoil.operations.retry_provisioning import retry_provisioning
from counterfoil.rules.people import Assignee
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import OPERATOR, Issued, issue_one, now
from tests.records import refused, unchanged
from tests.scenes import fulfil, history, use

pytestmark = pytest.mark.django_db
WHY = {"by": OPERATOR, "reason": "customer_asked"}


def parked(ana: Assignee) -> Issued:
    issued = issue_one(terms=Terms())
    use(issued, ana)
    long_ago = now() - timedelta(hours=80)
    Provisioning.objects.update(
        got="maybe",
        tried_version=2,
        attempts=80,
        changed_at=long_ago,
        parked_at=long_ago,
        last_error="Closed",
    )
    return issued


def test_it_is_asked_again_at_once_under_the_same_key(ana: Assignee, at: datetime) -> None:
    issued = parked(ana)

    row = retry_provisioning(entitlement_id=issued.id, at=at, **WHY)

    assert (row.parked_at, row.attempts, row.version, row.tried_version) == (None, 0, 2, 2)
    assert (row.next_attempt_at, row.changed_at) == (at, at)
    assert history(issued.id) == ["issue", "redeem", "retry_provisioning"]
    assert issued.entitlement().state == "assigned"


def test_where_nothing_is_left_to_do_nothing_changes(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    fulfil(issued, ana)

    with unchanged():
        retry_provisioning(entitlement_id=issued.id, at=at, **WHY)


def test_refuses_what_has_no_record_or_no_reason(issued: Issued, at: datetime) -> None:
    with refused(NotFound):
        retry_provisioning(entitlement_id=issued.id, at=at, **WHY)
    with refused(NotFound):
        retry_provisioning(entitlement_id=uuid4(), at=at, **WHY)
    with refused(ReasonMissing):
        retry_provisioning(entitlement_id=issued.id, by=OPERATOR, at=at)
