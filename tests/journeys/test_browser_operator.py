"""On the phone: support assigns to an address that has no account, and says why."""

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from counterfoil.effects.settling import settle
from counterfoil.models import Assignment, Entry, Person
from counterfoil.testing.builders import issue_one
from tests.console.conftest import PASSWORD, make_staff
from tests.journeys.browsing import DESK, Visiting, browser, newest_mail, sign_in, visiting

__all__ = ["browser", "visiting"]

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
    staff.page.get_by_label("User name").fill("mara")
    staff.page.get_by_label("Password").fill(PASSWORD)
    staff.press("Sign in")
    staff.page.goto(f"/console/{handle}/act/assign/")
    staff.page.get_by_label("E-mail address").fill(EVA)
    staff.page.get_by_label("Reason").select_option("customer_asked")
    staff.picture("operator-assign")
    staff.press("Assign")
    staff.page.get_by_text("Assigned to e•••@example.com.").wait_for()
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
    eva.page.get_by_label("Name").fill("Miso")
    eva.press("Save")
    eva.shows("It is being set up")

    held = Assignment.objects.select_related("account__person").get()
    assert held.account.person == Person.objects.reading(EVA).get()
