"""A code is kept for somebody: strangers learn nothing, whoever it is for has it, staff may too."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from playwright.sync_api import Browser
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from counterfoil.models import Assignment, Entitlement, Reservation
from counterfoil.operations.reserve import reserve
from counterfoil.rules.codes import display
from counterfoil.rules.lifecycle import State
from counterfoil.testing.builders import (
    OPERATOR,
    Issued,
    issue_many,
    make_account,
    make_connection,
    make_product,
    now,
)
from tests.arriving import sign_in
from tests.browsing import DESK, Visit, Visiting
from tests.console.conftest import make_staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site")]


@pytest.fixture
def site(browser: Browser, live_server: LiveServer, settings: Settings) -> None:
    """Let mails lead to the server of the test."""
    settings.COUNTERFOIL_SITE_URL = live_server.url


def kept_for(address: str, count: int = 1) -> tuple[Issued, Reservation]:
    """Sell some, and keep them for whoever reads an address."""
    issued = issue_many(count, make_connection(make_product()))
    reservation = reserve(
        owner="operator:operator-1",
        key=str(uuid4()),
        entitlement_ids=issued.entitlement_ids,
        until=now() + timedelta(days=3),
        account_id=make_account(address).pk,
        label="Dog fair, hall 3",
        by=OPERATOR,
        at=now(),
    )
    return issued, reservation


def staff(visit: Visit, role: str = "Support 2") -> Visit:
    """Let somebody of the staff be signed in there."""
    client = Client()
    client.force_login(make_staff(role))
    cookie = client.cookies["sessionid"].value
    visit.context.add_cookies([{"name": "sessionid", "value": cookie, "url": visit.site}])
    return visit


def enter(visit: Visit, code: str) -> None:
    """Type a code."""
    visit.page.goto("/c")
    visit.fill("Your code", display(code))
    visit.press("Show what it is")


def test_a_stranger_learns_nothing_and_whoever_it_is_kept_for_has_it(visiting: Visiting) -> None:
    issued, reservation = kept_for("ana@example.com")

    stranger = visiting()
    enter(stranger, issued.code)
    stranger.shows("This code cannot be used here")
    stranger.says_not("kept until")
    stranger.picture("reserved-stranger")
    assert Entitlement.objects.get().state == State.RESERVED

    ana = visiting(color_scheme="dark")
    ana.page.goto("/sign-in/")
    sign_in(ana, "ana@example.com")
    enter(ana, issued.code)
    ana.shows("Is this for you?")
    ana.picture("reserved-for-me-dark")
    ana.press("Claim")
    ana.shows("It is yours")

    assert Assignment.objects.get().account_id == make_account("ana@example.com").pk
    assert reservation.items.get().ended_because == "used"


def test_staff_see_what_is_kept_take_one_over_and_release_the_rest(visiting: Visiting) -> None:
    issued, reservation = kept_for("ana@example.com", 3)
    visit = staff(visiting(viewport=DESK))
    visit.page.goto("/console/reservations/")
    visit.shows("Reservations")
    visit.picture("reserved-list", whole=False)
    visit.follow("Dog fair, hall 3")
    visit.shows("Dog fair, hall 3")

    visit.go(visit.page.get_by_role("link", name=issued.entitlement().handle))
    first = visit.page.locator(f"#{issued.entitlement().handle}")
    visit.go(first.get_by_role("link", name="Release or take over"))
    visit.shows("Release it, or take it over")
    visit.page.get_by_label("Reason").select_option("customer_asked")
    visit.fill("Give it to whoever reads this address", "bob@example.com")
    visit.picture("reserved-take-over")
    visit.go(visit.page.locator("main form button").last)
    visit.says("Taken over, and assigned to")

    assert Assignment.objects.get().account_id == make_account("bob@example.com").pk
    visit.page.goto(f"/console/reservations/{reservation.pk}/")
    visit.page.get_by_label("Reason").select_option("mistake")
    visit.press("Release")
    visit.says("What was left is free again.")
    visit.picture("reserved-over")
    ends = reservation.items.values_list("ended_because", flat=True)
    assert sorted(ends) == ["released", "released", "taken_over"]


def test_staff_reserve_on_the_trace_for_nobody_yet(visiting: Visiting) -> None:
    issued = issue_many(1, make_connection(make_product()))
    visit = staff(visiting(viewport=DESK))
    visit.page.goto(f"/console/{issued.entitlement().handle}/act/reserve/")
    visit.page.get_by_label("Reason").select_option("support_case")
    visit.fill("Until the end of", (now() + timedelta(days=2)).date().isoformat())
    visit.go(visit.page.locator("main form button").last)
    visit.says("It is reserved until")

    visit.says("nobody yet")
    assert Entitlement.objects.get().state == State.RESERVED
