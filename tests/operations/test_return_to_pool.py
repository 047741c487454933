"""Giving back to the partner above: where it came from, and nothing that is claimed."""

import pytest

from counterfoil.errors import (
    NotAMember,
    NotEnoughFree,
    NotFree,
    NotHandedOn,
    PartnerRoleMissing,
    PartnerSuspended,
)
from counterfoil.models import Allotment, Entitlement, Gift, PartnerRole, Suspension
from counterfoil.models.ids import uuid7
from counterfoil.operations.assign_to_mail import assign_to_mail
from counterfoil.operations.hand_on import hand_on
from counterfoil.operations.open_partner import open_partner
from counterfoil.operations.return_to_pool import return_to_pool
from counterfoil.operations.suspend_partner import suspend_partner
from counterfoil.rules.partners import Choice
from counterfoil.rules.people import Actor
from counterfoil.testing.builders import OPERATOR, now
from tests.partnership import Clinic, acting, allotted, granted, make_clinic, member, units_of
from tests.records import refused
from tests.scenes import history, suspend


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic()


@pytest.fixture
def handed(clinic: Clinic) -> Allotment:
    """Let the branch have four of the ten."""
    return on(clinic, 4)


def on(clinic: Clinic, count: int) -> Allotment:
    return hand_on(
        request_id=uuid7(),
        partner_id=clinic.partner.pk,
        to_partner_id=clinic.branch.pk,
        choice=clinic.some(count),
        by=OPERATOR,
        at=now(),
    )


def back(clinic: Clinic, choice: Choice, by: Actor = OPERATOR, **given: object) -> int:
    wanted = {"request_id": uuid7(), "partner_id": clinic.branch.pk} | given
    return return_to_pool(**wanted, choice=choice, by=by, at=now())  # type: ignore[arg-type]


def test_goes_back_where_it_came_from(clinic: Clinic, handed: Allotment) -> None:
    unit = units_of(clinic.branch)[0]
    choice = Choice(allotment_id=handed.pk, quantity=3)
    assert back(clinic, choice, clinic.branch_admin) == 3

    assert (granted(clinic.allotment), granted(handed)) == (9, 1)
    assert len(units_of(clinic.branch)) == 1
    assert Entitlement.objects.get(pk=unit).allotment_id == clinic.allotment.pk
    assert history(unit) == ["grant", "allot", "return_to_pool"]


def test_the_partner_above_takes_back(clinic: Clinic, handed: Allotment) -> None:
    meant = tuple(units_of(clinic.branch)[:2])
    assert back(clinic, Choice(entitlement_ids=meant), clinic.admin) == 2
    assert granted(handed) == 2


def test_repeating_a_request_moves_nothing_more(clinic: Clinic, handed: Allotment) -> None:
    request_id = uuid7()
    choice = Choice(allotment_id=handed.pk, quantity=2)
    assert back(clinic, choice, request_id=request_id) == 2
    assert back(clinic, choice, request_id=request_id) == 2
    assert granted(handed) == 2


def test_what_went_down_twice_comes_up_twice(clinic: Clinic, handed: Allotment) -> None:
    further = open_partner(
        slug="further", name="Further", parent_id=clinic.branch.pk, by=OPERATOR, at=now()
    )
    below = hand_on(
        request_id=uuid7(),
        partner_id=clinic.branch.pk,
        to_partner_id=further.pk,
        choice=Choice(allotment_id=handed.pk, quantity=4),
        by=clinic.branch_admin,
        at=now(),
    )
    back(clinic, Choice(allotment_id=below.pk, quantity=4), partner_id=further.pk)
    assert (granted(below), granted(handed)) == (0, 4)
    back(clinic, Choice(allotment_id=handed.pk, quantity=4))
    assert (granted(handed), granted(clinic.allotment)) == (0, 10)


def test_refuses_what_is_claimed_or_on_its_way(clinic: Clinic, handed: Allotment) -> None:
    claimed, sent, held, free = units_of(clinic.branch)
    assign_to_mail(
        entitlement_id=claimed, mail="ana@example.com", by=OPERATOR, at=now(), reason="goodwill"
    )
    Gift.objects.create(entitlement_id=sent, send_at=now(), time_zone="UTC", created_at=now())
    suspend(held)

    for bad in (claimed, sent, held):
        with refused(NotFree):
            back(clinic, Choice(entitlement_ids=(free, bad)))
    with refused(NotEnoughFree, "Only 1"):
        back(clinic, Choice(allotment_id=handed.pk, quantity=2))


def test_refuses_what_never_came_from_above(clinic: Clinic) -> None:
    with refused(NotHandedOn):
        back(clinic, clinic.some(1), partner_id=clinic.partner.pk)
    product = Entitlement.objects.get(pk=clinic.free()[0]).product
    own = allotted(clinic.branch, product, 2)
    with refused(NotFree):
        back(clinic, Choice(entitlement_ids=tuple(units_of(clinic.branch))))
    with refused(NotEnoughFree, "Only 0"):
        back(clinic, Choice(allotment_id=own.pk, quantity=1))


def test_refuses_who_may_not(clinic: Clinic, handed: Allotment) -> None:
    choice = Choice(allotment_id=handed.pk, quantity=1)
    other = make_clinic("other", quantity=1)
    clerk = acting(member(clinic.branch, "clerk", PartnerRole.OPERATOR))
    with refused(PartnerRoleMissing):
        back(clinic, choice, clerk)
    with refused(NotAMember):
        back(clinic, choice, other.admin)


def test_is_taken_back_from_a_suspended_partner_and_free_again(
    clinic: Clinic, handed: Allotment
) -> None:
    suspend_partner(
        partner_id=clinic.branch.pk, mode=Suspension.CODES, reason="Fraud", by=OPERATOR, at=now()
    )
    unit = units_of(clinic.branch)[0]
    choice = Choice(entitlement_ids=(unit,))
    with refused(PartnerSuspended):
        back(clinic, choice, clinic.branch_admin)

    back(clinic, choice, clinic.admin)

    assert Entitlement.objects.get(pk=unit).held_count == 0
    assert unit in clinic.free()
