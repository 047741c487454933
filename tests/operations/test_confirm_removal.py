"""The host took the record down."""

from datetime import datetime

import pytest

from counterfoil.models import Provisioning
from counterfoil.operations.confirm_removal import confirm_removal
from counterfoil.operations.reinstate import reinstate
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import SYSTEM, Assignee
from counterfoil.testing.builders import OPERATOR, Issued
from tests.records import unchanged
from tests.scenes import ask_host, fulfil, history, withdraw

pytestmark = pytest.mark.django_db


def test_remembers_that_it_is_gone(issued: Issued, ana: Assignee, at: datetime) -> None:
    fulfil(issued, ana)
    withdraw(issued.id)

    record = confirm_removal(entitlement_id=issued.id, version=3, by=SYSTEM, at=at)

    assert (record.wanted, record.got) == ("none", "none")
    assert issued.entitlement().state == State.REVOKED
    assert history(issued.id)[-2:] == ["revoke", "confirm_removal"]
    assert issued.entitlement().entries.latest("seq").data == {"reference": "dog-1"}


def test_confirming_again_changes_nothing(issued: Issued, ana: Assignee, at: datetime) -> None:
    fulfil(issued, ana)
    withdraw(issued.id)
    confirm_removal(entitlement_id=issued.id, version=3, by=SYSTEM, at=at)

    with unchanged():
        confirm_removal(entitlement_id=issued.id, version=3, by=SYSTEM, at=at)

    assert Provisioning.objects.get().got == "none"


def test_an_answer_to_another_question_tells_nothing(
    issued: Issued, ana: Assignee, at: datetime
) -> None:
    fulfil(issued, ana)
    withdraw(issued.id)
    reinstate(entitlement_id=issued.id, by=OPERATOR, at=at, reason="mistake")
    ask_host(issued.id)

    with unchanged():
        confirm_removal(entitlement_id=issued.id, version=3, by=SYSTEM, at=at)
