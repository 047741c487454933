"""Handing on to a sub-partner: all or nothing, only what is free, and only one's own."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from counterfoil.errors import (
    ChoiceInvalid,
    NotAMember,
    NotASubPartner,
    NotEnoughFree,
    NotFound,
    NotFree,
    PartnerRoleMissing,
    PartnerSuspended,
)
from counterfoil.models import Allotment, Entitlement, Gift, Suspension
from counterfoil.models.ids import handle_of, uuid7
from counterfoil.operations.hand_on import hand_on
from counterfoil.operations.open_partner import open_partner
from counterfoil.operations.suspend_partner import suspend_partner
from counterfoil.rules.partners import Choice, Numbers
from counterfoil.rules.people import Actor
from counterfoil.testing.builders import OPERATOR, now
from tests.partnership import Clinic, allotted, granted, make_clinic, units_of
from tests.records import refused
from tests.scenes import end, history, suspend, withdraw


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic()


def on(clinic: Clinic, choice: Choice, by: Actor = OPERATOR, **given: UUID) -> Allotment:
    """Hand on to the branch."""
    return hand_on(
        **{"request_id": uuid7(), "partner_id": clinic.partner.pk}
        | {"to_partner_id": clinic.branch.pk}
        | given,
        choice=choice,
        by=by,
        at=now(),
    )


def test_moves_so_many_and_both_allotments_say_so(clinic: Clinic) -> None:
    into = on(clinic, clinic.some(3), clinic.admin)

    assert (granted(clinic.allotment), into.granted) == (7, 3)
    assert into.parent_id == clinic.allotment.pk
    moved = units_of(clinic.branch)
    assert len(moved) == 3
    assert set(Entitlement.objects.filter(pk__in=moved).values_list("allotment", flat=True)) == {
        into.pk
    }
    assert history(moved[0]) == ["grant", "allot"]


def test_hands_on_into_the_same_allotment_again(clinic: Clinic) -> None:
    first = on(clinic, clinic.some(3))
    second = on(clinic, clinic.some(2))
    assert second.pk == first.pk
    assert (second.granted, granted(clinic.allotment)) == (5, 5)


def test_moves_exactly_the_ones_that_are_named(clinic: Clinic) -> None:
    meant = clinic.free()[2:5]
    on(clinic, Choice(entitlement_ids=tuple(meant)))
    assert units_of(clinic.branch) == meant


def test_takes_from_several_allotments_of_a_product(clinic: Clinic) -> None:
    product = Entitlement.objects.get(pk=clinic.free()[0]).product
    more = allotted(clinic.partner, product, 5)
    on(clinic, Choice(product_id=product.pk, quantity=12))
    assert (granted(clinic.allotment), granted(more)) == (0, 3)
    assert len(units_of(clinic.branch)) == 12


def test_repeating_a_request_moves_nothing_more(clinic: Clinic) -> None:
    request_id = uuid7()
    first = on(clinic, clinic.some(3), request_id=request_id)
    again = on(clinic, clinic.some(3), request_id=request_id)
    assert (again.pk, again.granted) == (first.pk, 3)


def test_refuses_more_than_there_are_and_says_how_many(clinic: Clinic) -> None:
    with refused(NotEnoughFree, "Only 10 are free"):
        on(clinic, clinic.some(11))


def given_away(pk: UUID) -> None:
    Gift.objects.create(entitlement_id=pk, send_at=now(), time_zone="UTC", created_at=now())


@pytest.mark.parametrize("spoil", [end, withdraw, suspend, given_away])
def test_refuses_what_is_not_free_and_names_it(clinic: Clinic, spoil: object) -> None:
    bad, good = clinic.free()[:2]
    spoil(bad)  # type: ignore[operator]

    with refused(NotFree, f"{handle_of(bad)} is not free"):
        on(clinic, Choice(entitlement_ids=(good, bad)))
    with refused(NotEnoughFree, "Only 9"):
        on(clinic, clinic.some(10))


def test_refuses_the_pieces_of_somebody_else_as_if_they_were_not_there(clinic: Clinic) -> None:
    other = make_clinic("other", quantity=2)
    theirs = other.free()[0]
    with refused(NotFree, f"{handle_of(theirs)} is not free"):
        on(clinic, Choice(entitlement_ids=(theirs,)))
    with refused(NotEnoughFree, "Only 0"):
        on(clinic, other.some(1))


def test_hands_on_only_to_a_partner_directly_below(clinic: Clinic, at: datetime) -> None:
    other = make_clinic("other", quantity=1)
    further = open_partner(
        slug="further", name="Further", parent_id=clinic.branch.pk, by=OPERATOR, at=at
    )
    for partner in (other.partner, other.branch, clinic.partner, further):
        with refused(NotASubPartner):
            on(clinic, clinic.some(1), to_partner_id=partner.pk)
    with refused(NotFound):
        on(clinic, clinic.some(1), to_partner_id=uuid7())


def test_refuses_who_may_not(clinic: Clinic) -> None:
    other = make_clinic("other", quantity=1)
    with refused(PartnerRoleMissing):
        on(clinic, clinic.some(1), clinic.operator)
    for stranger in (other.admin, clinic.branch_admin):
        with refused(NotAMember):
            on(clinic, clinic.some(1), stranger)


@pytest.mark.parametrize("which", ["partner", "branch"])
def test_a_suspended_partner_neither_gives_nor_takes(clinic: Clinic, which: str) -> None:
    partner = getattr(clinic, which)
    mode = Suspension.HANDING_OUT
    suspend_partner(partner_id=partner.pk, mode=mode, reason="Unpaid", by=OPERATOR, at=now())
    for by in (clinic.admin, OPERATOR):
        with refused(PartnerSuspended, partner.name):
            on(clinic, clinic.some(1), by)


@pytest.mark.parametrize(
    "choice",
    [
        Choice(),
        Choice(quantity=1),
        Choice(quantity=0, product_id=uuid7()),
        Choice(quantity=1, entitlement_ids=(uuid7(),), product_id=uuid7()),
        Choice(numbers=Numbers(batch_id=uuid7(), first=3, last=2)),
        Choice(numbers=Numbers(batch_id=uuid7(), first=0, last=2)),
        Choice(numbers=Numbers(batch_id=uuid7(), first=1, last=10_001)),
    ],
)
def test_refuses_a_choice_that_says_nothing_or_too_much(clinic: Clinic, choice: Choice) -> None:
    with refused(ChoiceInvalid):
        on(clinic, choice)


def test_what_ends_soon_can_still_be_handed_on(clinic: Clinic) -> None:
    for pk in clinic.free():
        end(pk, now() + timedelta(hours=1))
    on(clinic, clinic.some(10))
    assert len(units_of(clinic.branch)) == 10
