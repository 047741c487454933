"""The pages about partners in a real browser: fit for everybody, on a phone and in the dark."""

import pytest
from tests.arriving import enter_console
from tests.browsing import SIZES, Visiting
from tests.console.conftest import make_staff
from tests.partnership import Clinic, make_clinic
from tests.scenes import suspend, withdraw

from counterfoil.models import Suspension
from counterfoil.models.ids import uuid7
from counterfoil.operations.hand_on import hand_on
from counterfoil.operations.suspend_partner import suspend_partner
from counterfoil.testing.builders import OPERATOR, now


@pytest.fixture
def clinic(transactional_db: None) -> Clinic:
    made = make_clinic("riverside-clinic-at-the-long-bridge", quantity=30)
    hand_on(
        request_id=uuid7(),
        partner_id=made.partner.pk,
        to_partner_id=made.branch.pk,
        choice=made.some(5),
        by=OPERATOR,
        at=now(),
    )
    suspend(made.free()[0])
    withdraw(made.free()[1])
    suspend_partner(
        partner_id=made.branch.pk,
        mode=Suspension.CODES,
        reason="Unpaid since March",
        by=OPERATOR,
        at=now(),
    )
    make_staff("Operations", username="mara")
    return made


@pytest.mark.parametrize("size", SIZES)
def test_can_be_used_by_everybody(size: str, clinic: Clinic, visiting: Visiting) -> None:
    root, slug = "/console/partners/", clinic.partner.slug
    mara = enter_console(visiting(**SIZES[size]), "mara", root)
    for path in (
        "",
        f"{slug}/",
        f"{clinic.branch.slug}/",
        "-/open/",
        f"{slug}/invite/",
        f"{slug}/allot/",
        f"{slug}/hand-on/",
        f"{slug}/suspend/",
    ):
        mara.page.goto(root + path)
        mara.is_accessible()
    mara.press("Suspend")
    mara.is_accessible()
