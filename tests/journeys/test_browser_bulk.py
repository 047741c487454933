"""At the desk and on the phone: a printed mistake is withdrawn by its order, and taken back."""

import pytest
from django.test import override_settings

from counterfoil.jobs.running import work_jobs
from counterfoil.models import Bulk, Entitlement
from counterfoil.rules.bulk import Outcome
from counterfoil.testing.builders import issue_many, make_assignee
from tests.browsing import DESK, PHONE, Visit, Visiting
from tests.console.conftest import PASSWORD, make_staff
from tests.scenes import suspend, use

pytestmark = pytest.mark.django_db(transaction=True)
SOLD = 8


def signed_in(visiting: Visiting, name: str, path: str, **options: object) -> Visit:
    visit = visiting(**options)
    visit.page.goto(path)
    visit.fill("User name", name)
    visit.fill("Password", PASSWORD)
    visit.press("Sign in")
    return visit


def at_the_desk(visiting: Visiting, name: str, path: str) -> Visit:
    return signed_in(visiting, name, path, viewport=DESK)


def on_the_phone(visiting: Visiting, name: str, path: str) -> Visit:
    return signed_in(visiting, name, path, viewport=PHONE, color_scheme="dark")


def states() -> dict[str, int]:
    found: dict[str, int] = {}
    for state in Entitlement.objects.values_list("state", flat=True):
        found[state] = found.get(state, 0) + 1
    return found


@override_settings(COUNTERFOIL_BULK_LIMIT=5)
def test_an_order_is_withdrawn_by_two_people_and_taken_back(visiting: Visiting) -> None:
    issued = issue_many(SOLD)
    use(issued, make_assignee())
    suspend(issued.entitlement_ids[1])
    make_staff("Support 2", username="mara")
    make_staff("Operations", username="otto")

    mara = at_the_desk(visiting, "mara", "/console/bulk/new/")
    mara.follow("Revoke")
    mara.fill("Which ones", f"{issued.purchase.called}\nCF-2026-9999\n")
    mara.is_accessible()
    mara.press("See how they stand")
    mara.shows("Revoke: 8 entitlements")
    mara.says("left as it is, unless you tick this")
    mara.page.get_by_label("Reason").select_option("mistake")
    mara.fill("Ticket (optional)", "T-1024")
    mara.picture("bulk-preview", whole=False)
    mara.press("Revoke")
    mara.says("somebody else has to approve it")

    otto = on_the_phone(visiting, "otto", "/console/approvals/")
    otto.follow("Act on many")
    otto.press("Approve")
    otto.says("Approved, and done.")

    mara.page.reload()
    mara.shows("It is being carried out")
    mara.says("0 of 6")
    work_jobs()
    mara.page.reload()
    mara.shows("What came of it")
    assert states() == {"revoked": 6, "issued": 1, "assigned": 1}
    mara.picture("bulk-done", whole=False)

    mara.press("Take it back")
    mara.shows("Reinstate: 6 entitlements")
    mara.page.get_by_label("Reason").select_option("mistake")
    mara.press("Reinstate")
    inverse = Bulk.objects.get(act="reinstate")
    otto.page.goto("/console/approvals/")
    otto.follow("Act on many")
    otto.press("Approve")
    otto.says("Approved, and done.")
    work_jobs()
    assert states() == {"issued": 7, "assigned": 1}
    assert inverse.items.filter(outcome=Outcome.DONE).count() == 6
    otto.page.goto(f"/console/bulk/{inverse.pk}/")
    otto.shows("What came of it")
    otto.picture("bulk-taken-back-phone", whole=False)
    otto.page.goto("/console/bulk/")
    otto.is_accessible()
