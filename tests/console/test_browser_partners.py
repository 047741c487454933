"""The pages about partners in a real browser: fit for everybody, on a phone and in the dark."""

from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer
from tests.console.conftest import PASSWORD, make_staff
from tests.console.test_browser import browsing, look
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


@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_can_be_used_by_everybody(
    size: str, scheme: str, clinic: Clinic, live_server: LiveServer, chromium_path: Path
) -> None:
    root, slug = f"{live_server.url}/console/partners/", clinic.partner.slug
    wrong: list[str] = []
    with browsing(chromium_path, size, scheme) as page:
        page.goto(root)
        page.get_by_label("User name").fill("mara")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        for name, path in (
            ("partners", ""),
            ("partner", f"{slug}/"),
            ("partner-branch", f"{clinic.branch.slug}/"),
            ("partner-open", "-/open/"),
            ("partner-invite", f"{slug}/invite/"),
            ("partner-allot", f"{slug}/allot/"),
            ("partner-hand-on", f"{slug}/hand-on/"),
            ("partner-suspend", f"{slug}/suspend/"),
        ):
            page.goto(root + path)
            wrong += look(page, f"{name}-{size}-{scheme}")
        page.goto(f"{root}{slug}/suspend/")
        page.get_by_role("button", name="Suspend").click()
        wrong += look(page, f"partner-suspend-refused-{size}-{scheme}")
    assert wrong == []
