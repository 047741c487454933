"""Withdrawing for good, whoever has it."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from counterfoil.errors import EntitlementRevoked, ReasonMissing
from counterfoil.models import Assignment, Entitlement, Entry, Provisioning
from counterfoil.operations.redeem import redeem
from counterfoil.operations.revoke import revoke
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import Assignee
from counterfoil.testing.builders import OPERATOR, ORIGIN, Issued, customer, issue_many
from tests.records import refused, unchanged
from tests.scenes import fulfil, history, mint, reserve, suspend

pytestmark = pytest.mark.django_db


def test_ends_code_assignment_and_downstream_record_of_whatever_state(
    ana: Assignee, at: datetime
) -> None:
    issued = issue_many(3)
    fulfil(issued, ana)
    reserve(issued.entitlement_ids[1], account_id=ana.account_id, until=at + timedelta(days=1))
    minted, _ = mint(issued.entitlement().product)
    everything = [*issued.entitlement_ids, minted]

    changed = revoke(entitlement_ids=everything, by=OPERATOR, at=at, reason="recall", comment="x")

    assert {one.id: one.from_state for one in changed} == dict(
        zip(everything, [State.FULFILLED, State.RESERVED, State.ISSUED, State.MINTED], strict=True)
    )
    assert set(Entitlement.objects.values_list("state", flat=True)) == {"revoked"}
    assert Assignment.objects.get().ended_at is not None
    assert Provisioning.objects.get().wanted == "none"
    assert Entry.objects.filter(move="revoke").values("act").distinct().count() == 1
    for code in issued.codes[1:]:
        with refused(EntitlementRevoked):
            redeem(code=code, to=ana, by=customer(ana), at=at, origin=ORIGIN)


def test_takes_what_is_on_hold_too(issued: Issued, at: datetime) -> None:
    suspend(issued.id)

    assert revoke(entitlement_ids=[issued.id], by=OPERATOR, at=at, reason="fraud")


def test_again_changes_nothing_and_what_is_not_there_is_left_out(
    issued: Issued, at: datetime
) -> None:
    given = {"by": OPERATOR, "at": at, "reason": "mistake"}
    [changed] = revoke(entitlement_ids=[issued.id, issued.id, uuid4()], **given)
    assert changed.id == issued.id

    with unchanged():
        assert revoke(entitlement_ids=[issued.id], **given) == []
        assert revoke(entitlement_ids=[], **given) == []

    assert history(issued.id) == ["issue", "revoke"]


def test_refuses_an_operator_who_does_not_say_why(issued: Issued, at: datetime) -> None:
    with refused(ReasonMissing):
        revoke(entitlement_ids=[issued.id], by=OPERATOR, at=at)
