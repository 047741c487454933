"""What belongs to whom among partners: kept by the acts, and noticed when it is broken."""

import pytest
from django.db import connection

from counterfoil.models.ids import uuid7
from counterfoil.operations.hand_on import hand_on
from counterfoil.operations.open_partner import open_partner
from counterfoil.queries.invariants import INVARIANTS, broken
from counterfoil.testing.builders import OPERATOR, make_product, now
from tests.partnership import Clinic, make_clinic, units_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> Clinic:
    """Have a partner whose branch has two of ten, with nothing broken and no guard awake."""
    made = make_clinic()
    hand_on(
        request_id=uuid7(),
        partner_id=made.partner.pk,
        to_partner_id=made.branch.pk,
        choice=made.some(2),
        by=OPERATOR,
        at=now(),
    )
    assert found() == set()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
    return made


def found() -> set[str]:
    return set(broken(one for one in INVARIANTS if one.name in {"I13", "I14"}))


def plant(statement: str, *given: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, given)


def test_a_unit_that_is_a_strangers(clinic: Clinic) -> None:
    stranger = open_partner(slug="zoo", name="Zoo", by=OPERATOR, at=now())
    plant(
        "UPDATE counterfoil_entitlement SET partner_id = %s, allotment_id = NULL WHERE id = %s",
        stranger.pk,
        units_of(clinic.partner)[0],
    )
    assert found() == {"I13"}


def test_a_unit_that_is_not_its_allotments_partners(clinic: Clinic) -> None:
    plant(
        "UPDATE counterfoil_entitlement SET partner_id = %s WHERE id = %s",
        clinic.branch.pk,
        units_of(clinic.partner)[0],
    )
    assert found() == {"I13"}


def test_an_allotment_of_another_product(clinic: Clinic) -> None:
    other = make_product("OTHER")
    plant(
        "UPDATE counterfoil_allotment SET product_id = %s WHERE id = %s",
        other.pk,
        clinic.allotment.pk,
    )
    assert found() == {"I13"}


def test_an_allotment_from_whoever_does_not_stand_above(clinic: Clinic) -> None:
    plant("UPDATE counterfoil_partner SET parent_id = NULL WHERE id = %s", clinic.branch.pk)
    assert found() == {"I13"}


def test_more_than_was_allotted(clinic: Clinic) -> None:
    plant(
        "UPDATE counterfoil_allotment SET granted = granted - 1 WHERE id = %s", clinic.allotment.pk
    )
    assert found() == {"I14"}
