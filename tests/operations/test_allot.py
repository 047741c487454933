"""Allotting to a partner: by a grant, with its limits, once."""

from collections.abc import Callable
from typing import Any

import pytest

from counterfoil.errors import ApprovalMissing, NotFound, OrderInvalid, ReasonMissing
from counterfoil.jobs.running import work_jobs
from counterfoil.models import Allotment, Approval, Entitlement, GrantRecord
from counterfoil.models.ids import uuid7
from counterfoil.operations import _granting, grant
from counterfoil.operations.allot import allot
from counterfoil.operations.approve import approve
from counterfoil.operations.request_allotment import request_allotment
from counterfoil.testing.builders import OPERATOR, now
from tests.partnership import LATER, Clinic, granted, make_clinic, units_of
from tests.records import refused
from tests.staff import make_colleague

Ask = Callable[..., Any]


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(quantity=2)


def asked(clinic: Clinic, **given: Any) -> dict[str, Any]:
    return {
        "request_id": uuid7(),
        "partner_id": clinic.partner.pk,
        "product_id": clinic.allotment.product_id,
        "quantity": 3,
        "reference": "CASE-9",
        "reason": "Autumn",
        "by": OPERATOR,
        "at": now(),
    } | given


def test_makes_an_allotment_with_its_entitlements(clinic: Clinic) -> None:
    made = allot(**asked(clinic, label="Autumn"))
    assert (made.granted, made.label) == (3, "Autumn")
    units = Entitlement.objects.filter(allotment=made, partner=clinic.partner, state="issued")
    assert units.count() == 3
    record = GrantRecord.objects.get(allotment=made)
    assert (record.category, record.reference) == ("partner_distribution", "CASE-9")


def test_allots_more_to_one_that_is_there(clinic: Clinic) -> None:
    more = allot(**asked(clinic, allotment_id=clinic.allotment.pk))
    assert (more.pk, more.granted) == (clinic.allotment.pk, 5)
    assert len(units_of(clinic.partner)) == 5


def test_the_same_request_allots_once(clinic: Clinic) -> None:
    wanted = asked(clinic)
    first = allot(**wanted)
    again = allot(**wanted)
    assert (again.pk, again.granted) == (first.pk, 3)
    assert Allotment.objects.count() == 2
    with refused(OrderInvalid):
        allot(**(wanted | {"quantity": 4}))


def test_refuses_what_cannot_be(clinic: Clinic) -> None:
    other = make_clinic("other", quantity=1)
    for given, error in (
        ({"partner_id": uuid7()}, NotFound),
        ({"product_id": uuid7()}, NotFound),
        ({"allotment_id": other.allotment.pk}, NotFound),
        ({"quantity": 0}, OrderInvalid),
        ({"quantity": 100_001}, OrderInvalid),
        ({"reason": " "}, ReasonMissing),
        ({"reference": ""}, ReasonMissing),
    ):
        for act in (allot, request_allotment):
            with refused(error):
                act(**asked(clinic, **given))  # type: ignore[operator]


def test_above_the_limit_it_needs_a_second_person(clinic: Clinic) -> None:
    with refused(ApprovalMissing):
        allot(**asked(clinic, quantity=21))
    with refused(ApprovalMissing):
        allot(**asked(clinic, quantity=21, approved_by=OPERATOR))
    assert allot(**asked(clinic, quantity=21, approved_by=LATER)).granted == 21


def test_a_request_above_the_limit_waits_and_is_carried_out(clinic: Clinic) -> None:
    olga, sam = make_colleague("olga"), make_colleague("sam")
    wanted = asked(clinic, quantity=25, by=olga, allotment_id=clinic.allotment.pk)
    waiting = request_allotment(**wanted)
    assert isinstance(waiting, Approval)
    assert granted(clinic.allotment) == 2

    approve(approval_id=waiting.pk, by=sam, at=now())

    assert granted(clinic.allotment) == 27
    given = request_allotment(**wanted)
    assert isinstance(given, Allotment)
    assert granted(clinic.allotment) == 27


def test_very_many_are_issued_by_a_job(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grant, "AT_ONCE", 2)
    assert _granting.AT_ONCE == 1_000
    made = allot(**asked(clinic, quantity=5))
    assert Entitlement.objects.filter(allotment=made).count() == 2
    work_jobs()
    assert Entitlement.objects.filter(allotment=made).count() == 5
