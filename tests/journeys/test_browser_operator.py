"""On the phone: support assigns to an address that has no account, and says why."""

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from counterfoil.effects.settling import settle
from counterfoil.models import Assignment, Entry, Person
from counterfoil.testing.builders import issue_one
from tests.arriving import newest_mail, sign_in
from tests.browsing import DESK, Visiting
from tests.console.conftest import PASSWORD, make_staff

pytestmark = pytest.mark.django_db(transaction=True)
EVA = "eva@example.com"


def test_assigned_on_the_phone_to_somebody_without_an_account(
    visiting: Visiting, live_server: LiveServer, settings: Settings
) -> None:
    settings.COUNTERFOIL_SITE_URL = live_server.url
    issued = issue_one(reference="CF-2026-0107")
    settle()
    make_staff("Support 2", username="mara")
    handle = issued.entitlement().handle

    staff = visiting(viewport=DESK)
    staff.page.goto(f"/console/trace/{handle}/")
    staff.fill("User name", "mara")
    staff.fill("Password", PASSWORD)
    staff.press("Sign in")
    staff.page.goto(f"/console/{handle}/act/assign/")
    staff.fill("E-mail address", EVA)
    staff.page.get_by_label("Reason").select_option("customer_asked")
    staff.picture("operator-assign")
    staff.press("Assign")
    staff.says("Assigned to e•••@example.com.")
    staff.picture("operator-trace", whole=False)
    entry = Entry.objects.latest("recorded_at")
    assert (entry.act_name, entry.reason) == ("assign", "customer_asked")
    assert "gave it to you" not in newest_mail(EVA, about="who is it for?")

    eva = visiting()
    eva.page.goto("/my/")
    sign_in(eva, EVA)
    eva.shows("What I use")
    eva.picture("operator-customer")
    eva.follow("Say who it is for")
    eva.fill("Name", "Miso")
    eva.press("Save")
    eva.shows("It is being set up")

    held = Assignment.objects.select_related("account__person").get()
    assert held.account.person == Person.objects.reading(EVA).get()
