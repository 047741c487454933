"""Killed anywhere, what partners do is done or not begun, and repeating it completes it."""

from dataclasses import dataclass
from uuid import UUID

import pytest

from counterfoil.models import Allotment, Entitlement, Partner, Suspension
from counterfoil.models.ids import uuid7
from counterfoil.operations.allot import allot
from counterfoil.operations.hand_on import hand_on
from counterfoil.operations.return_to_pool import return_to_pool
from counterfoil.operations.suspend_partner import suspend_partner
from counterfoil.rules.partners import Choice
from counterfoil.testing.builders import OPERATOR, now
from tests.crash.doomed import Doomed, kill_everywhere
from tests.partnership import Clinic, make_clinic, units_of

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Scene:
    clinic: Clinic
    request_id: UUID


def a_clinic() -> Scene:
    return Scene(make_clinic(f"clinic-{uuid7().hex[-12:]}", quantity=3), uuid7())


def hand_two_on(scene: Scene) -> object:
    clinic = scene.clinic
    return hand_on(
        request_id=scene.request_id,
        partner_id=clinic.partner.pk,
        to_partner_id=clinic.branch.pk,
        choice=clinic.some(2),
        by=OPERATOR,
        at=now(),
    )


def two_were_handed_on(scene: Scene) -> None:
    assert len(units_of(scene.clinic.branch)) == 2
    assert Allotment.objects.get(partner=scene.clinic.branch).granted == 2


def handed_on() -> Scene:
    scene = a_clinic()
    hand_two_on(scene)
    return Scene(scene.clinic, uuid7())


def give_one_back(scene: Scene) -> object:
    unit = units_of(scene.clinic.branch) or units_of(scene.clinic.partner)
    return return_to_pool(
        request_id=scene.request_id,
        partner_id=scene.clinic.branch.pk,
        choice=Choice(entitlement_ids=(unit[0],)),
        by=OPERATOR,
        at=now(),
    )


def one_came_back(scene: Scene) -> None:
    assert len(units_of(scene.clinic.branch)) == 1
    assert Allotment.objects.get(pk=scene.clinic.allotment.pk).granted == 2


def allot_two(scene: Scene) -> object:
    clinic = scene.clinic
    return allot(
        request_id=scene.request_id,
        partner_id=clinic.partner.pk,
        product_id=clinic.allotment.product_id or uuid7(),
        allotment_id=clinic.allotment.pk,
        quantity=2,
        reference="CASE-1",
        reason="More",
        by=OPERATOR,
        at=now(),
    )


def five_are_allotted(scene: Scene) -> None:
    assert Allotment.objects.get(pk=scene.clinic.allotment.pk).granted == 5
    assert len(units_of(scene.clinic.partner)) == 5


def halt(scene: Scene) -> object:
    return suspend_partner(
        partner_id=scene.clinic.partner.pk,
        mode=Suspension.CODES,
        reason="Unpaid",
        by=OPERATOR,
        at=now(),
    )


def all_are_held(scene: Scene) -> None:
    partner = Partner.objects.get(pk=scene.clinic.partner.pk)
    assert partner.suspension == "codes"
    assert Entitlement.objects.filter(partner=partner, held_count=1).count() == 3


ACTS = {
    "hand_on": Doomed(scene=a_clinic, act=hand_two_on, check=two_were_handed_on),
    "return_to_pool": Doomed(scene=handed_on, act=give_one_back, check=one_came_back),
    "allot": Doomed(scene=a_clinic, act=allot_two, check=five_are_allotted),
    "suspend_partner": Doomed(scene=a_clinic, act=halt, check=all_are_held),
}


@pytest.mark.parametrize("name", ACTS)
def test_killed_anywhere_it_is_done_or_not_begun(name: str) -> None:
    assert kill_everywhere(ACTS[name]) >= 4  # a statement, and three moments around COMMIT
