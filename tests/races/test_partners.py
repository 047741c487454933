"""What partners do at once: a pool is never given twice, and a suspension lets nothing through."""

from functools import partial
from uuid import UUID

import pytest
from django.db import transaction

from counterfoil.errors import NotEnoughFree, PartnerSuspended
from counterfoil.models import Allotment, CodeState, Entitlement, Partner, Suspension
from counterfoil.models.ids import uuid7
from counterfoil.operations import _ledger
from counterfoil.operations._pooling import FREE, Pool, move
from counterfoil.operations.allot import allot
from counterfoil.operations.hand_on import hand_on
from counterfoil.operations.redeem import redeem
from counterfoil.operations.resume_partner import resume_partner
from counterfoil.operations.suspend_partner import suspend_partner
from counterfoil.rules.acts import Act
from counterfoil.rules.partners import Choice
from counterfoil.testing.builders import OPERATOR, ORIGIN, customer, make_assignee, now
from tests.partnership import Clinic, make_clinic, units_of
from tests.races.arena import SOME, fight, hesitate

COVERS = {
    "F55": [
        "test_two_who_hand_on_one_pool_never_have_more_than_it",
        "test_a_pool_that_is_looked_at_without_a_lock_is_caught",
    ],
    "F61": ["test_what_is_handed_on_beside_a_suspension_is_handed_on_before_it"],
}
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clinic() -> Clinic:
    return make_clinic(quantity=2)


def filled(number: int, quantity: int) -> Clinic:
    return make_clinic(f"clinic-{number}", quantity=quantity)


def on(clinic: Clinic, choice: Choice) -> Allotment:
    return hand_on(
        request_id=uuid7(),
        partner_id=clinic.partner.pk,
        to_partner_id=clinic.branch.pk,
        choice=choice,
        by=OPERATOR,
        at=now(),
    )


def code_of(unit: UUID) -> str:
    return Entitlement.objects.get(pk=unit).codes.get(state=CodeState.LIVE).opened()


def test_two_who_hand_on_one_pool_never_have_more_than_it() -> None:
    clinics = [filled(number, 5) for number in range(SOME)]

    def judge(number: int, outcomes: list[object]) -> None:
        short = [one for one in outcomes if isinstance(one, Exception)]
        assert [type(one) for one in short] == [NotEnoughFree]
        assert len(units_of(clinics[number].branch)) == 3
        assert len(units_of(clinics[number].partner)) == 2

    fight([[partial(on, one, one.some(3))] * 2 for one in clinics], judge)


def test_one_request_sent_at_once_hands_on_once() -> None:
    clinics = [filled(number, 8) for number in range(SOME)]

    def judge(number: int, outcomes: list[object]) -> None:
        assert not any(isinstance(one, Exception) for one in outcomes)
        assert len(units_of(clinics[number].branch)) == 2

    def again(clinic: Clinic, request_id: UUID) -> Allotment:
        return hand_on(
            request_id=request_id,
            partner_id=clinic.partner.pk,
            to_partner_id=clinic.branch.pk,
            choice=clinic.some(2),
            by=OPERATOR,
            at=now(),
        )

    fight([[partial(again, one, uuid7())] * 4 for one in clinics], judge)


def test_a_code_redeemed_beside_handing_it_on_is_used_once_wherever_it_is() -> None:
    clinics = [filled(number, 1) for number in range(SOME)]
    codes = [code_of(one.free()[0]) for one in clinics]
    ana = make_assignee()

    def use(code: str) -> object:
        return redeem(code=code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)

    def judge(number: int, outcomes: list[object]) -> None:
        assert not isinstance(outcomes[0], Exception)
        clinic = clinics[number]
        where = clinic.partner if isinstance(outcomes[1], NotEnoughFree) else clinic.branch
        assert len(units_of(where, state="assigned")) == 1

    rounds = [
        [partial(use, code), partial(on, one, one.some(1))]
        for one, code in zip(clinics, codes, strict=True)
    ]
    fight(rounds, judge, even=True)


def test_what_is_handed_on_beside_a_suspension_is_handed_on_before_it() -> None:
    clinics = [filled(number, 4) for number in range(SOME)]

    def halt(partner: Partner) -> object:
        mode = Suspension.CODES
        return suspend_partner(
            partner_id=partner.pk, mode=mode, reason="Unpaid", by=OPERATOR, at=now()
        )

    def judge(number: int, outcomes: list[object]) -> None:
        assert not isinstance(outcomes[0], Exception)
        assert not isinstance(outcomes[1], Exception) or isinstance(outcomes[1], PartnerSuspended)
        clinic = clinics[number]
        both = [clinic.partner, clinic.branch]
        assert Entitlement.objects.filter(partner__in=both, held_count=1).count() == 4

    rounds = [[partial(halt, one.partner), partial(on, one, one.some(2))] for one in clinics]
    fight(rounds, judge, even=True)


def test_suspending_and_resuming_at_once_leaves_the_holds_of_whoever_was_last() -> None:
    clinics = [filled(number, 4) for number in range(SOME)]

    def switch(partner: Partner, mode: Suspension | None) -> object:
        about = {"partner_id": partner.pk, "reason": "x", "by": OPERATOR, "at": now()}
        if mode is None:
            return resume_partner(**about)  # type: ignore[arg-type]
        return suspend_partner(mode=mode, **about)  # type: ignore[arg-type]

    def judge(number: int, outcomes: list[object]) -> None:
        assert not any(isinstance(one, Exception) for one in outcomes)
        partner = Partner.objects.get(pk=clinics[number].partner.pk)
        held = Entitlement.objects.filter(partner=partner, held_count=1).count()
        assert held == (4 if partner.suspension == "codes" else 0)

    modes = (Suspension.CODES, None, Suspension.HANDING_OUT)
    fight([[partial(switch, one.partner, mode) for mode in modes] for one in clinics], judge)


def test_allotting_more_at_once_adds_up(clinic: Clinic) -> None:
    def more() -> Allotment:
        return allot(
            request_id=uuid7(),
            partner_id=clinic.partner.pk,
            product_id=clinic.allotment.product_id or uuid7(),
            allotment_id=clinic.allotment.pk,
            quantity=1,
            reference="CASE-1",
            reason="More",
            by=OPERATOR,
            at=now(),
        )

    def judge(number: int, outcomes: list[object]) -> None:
        assert not any(isinstance(one, Exception) for one in outcomes)
        there = Allotment.objects.get(pk=clinic.allotment.pk)
        assert there.granted == len(units_of(clinic.partner)) == 2 + 4 * (number + 1)

    fight([[more] * 4 for _ in range(3)], judge)


@transaction.atomic
def careless(clinic: Clinic) -> None:
    """Hand on as one must not: count first, then take, without the lock of the allotment."""
    pool = Pool(partner_id=clinic.partner.pk, fit=FREE)
    there = Allotment.objects.get(pk=clinic.allotment.pk)
    for ids in pool.taken(clinic.some(1)).values():
        hesitate(0.01)
        target = Allotment.objects.create(
            partner=clinic.branch, parent=there, product=there.product, granted=1, created_at=now()
        )
        move(
            _ledger.Change(act=Act.ALLOT, by=OPERATOR, at=now(), data={"partner": "x"}),
            ids,
            to=clinic.branch,
            allotment=target,
        )
        there.granted -= 1
        there.save(update_fields=["granted"])


def test_a_pool_that_is_looked_at_without_a_lock_is_caught() -> None:
    clinics = [filled(number, 3) for number in range(SOME)]

    def judge(number: int, outcomes: list[object]) -> None:
        left = Allotment.objects.get(pk=clinics[number].allotment.pk).granted
        assert left == len(units_of(clinics[number].partner))

    with pytest.raises(AssertionError):
        fight([[partial(careless, one)] * 2 for one in clinics], judge)
