"""A partner hands out what it has, in a browser: to one, to a list, on cards, to a sub-partner."""

import re
from pathlib import Path

import pytest
from django.core import mail
from playwright.sync_api import Browser, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from counterfoil.effects.settling import settle
from counterfoil.jobs.running import work_jobs
from counterfoil.models import Entitlement, Gift, Suspension
from counterfoil.operations.suspend_partner import suspend_partner
from counterfoil.testing.builders import OPERATOR, now
from tests.arriving import link_in, newest_mail, sign_in
from tests.browsing import DESK, Visit, Visiting
from tests.partnership import Clinic, make_clinic

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("site")]

LIST = """email;name;message;send_on
ann@example.com;Ann Lee;Welcome to the club
bob@example.com;Bob;
nobody at all;;
ANN@example.com;Ann again;
cy@example.com;Cy;;2020-01-01
dora@example.com;Dora;
"""


@pytest.fixture
def site(browser: Browser, live_server: LiveServer, settings: Settings) -> None:
    """Let mails lead to the server of the test."""
    settings.COUNTERFOIL_SITE_URL = live_server.url


def entered(visit: Visit, who: str = "admin@clinic.example") -> Visit:
    """Sign in to the portal."""
    visit.page.goto("/portal/")
    visit.shows("Partner portal")
    sign_in(visit, who)
    visit.shows("Overview")
    return visit


def test_a_partner_hands_out_one_and_takes_it_back(visiting: Visiting) -> None:
    make_clinic(quantity=30)
    visit = visiting()
    visit.page.goto("/portal/")
    visit.shows("Partner portal")
    visit.picture("portal-sign-in")
    sign_in(visit, "operator@clinic.example")
    visit.shows("Overview")
    visit.picture("portal-overview-phone")

    visit.go(visit.page.get_by_role("link", name="Hand out one").first)
    visit.shows("Hand out one")
    visit.fill("E-mail address", "friend@example.com")
    visit.fill("Name", "Frida")
    visit.fill("Message", "Welcome to the club.")
    visit.picture("portal-hand-out")
    visit.press("Hand out")
    visit.shows("Dog DNA test")
    visit.says("It is handed out")

    link = link_in(newest_mail("friend@example.com"))
    visit.page.reload()
    visit.picture("portal-handed-out")
    visit.fill("Another address", "frida@example.com")
    visit.press("Correct the address")
    visit.says("The address is corrected")
    second = link_in(newest_mail("frida@example.com"))
    for dead in (link, ""):
        friend = visiting()
        friend.page.goto(dead or second)
        friend.shows("This code cannot be used here" if dead else "Dog DNA test")
    visit.press("Take it back")
    visit.says("It was taken back")

    friend.page.goto("/c")
    friend.page.goto(second)
    friend.shows("This code cannot be used here")
    assert not Gift.objects.filter(ended_at=None).exists()


def test_a_partner_sends_to_a_list_without_javascript(visiting: Visiting, tmp_path: Path) -> None:
    make_clinic(quantity=30)
    path = tmp_path / "members.csv"
    path.write_text(LIST, encoding="cp1252")
    visit = entered(visiting(viewport=DESK, java_script_enabled=False))
    visit.follow("Send to a list")
    visit.shows("Send to a list")
    visit.page.get_by_label("File with the recipients").set_input_files(path)
    visit.press("Look at the list")
    visit.shows("members.csv")
    visit.shows("3 rows are good, 3 are not")
    visit.says("not an e-mail address", "stands further up", "This day is over")
    assert not Gift.objects.exists()

    visit.press("Hand out to the good rows only")
    visit.says("0 of 3 are done")
    work_jobs()
    settle()
    visit.follow("Look again")
    visit.says("3 were handed out")

    friend = visiting(java_script_enabled=True)
    friend.page.goto(link_in(newest_mail("ann@example.com")))
    friend.says("Dog DNA test")
    sign_in(friend, "anywhere@example.com")
    friend.press("Claim")
    friend.shows("It is yours")
    visit.page.reload()
    visit.says("claimed")

    visit.page.goto("/portal/clinic/lists/new/")
    visit.page.get_by_label("File with the recipients").set_input_files(path)
    visit.press("Look at the list")
    visit.says("nothing is sent twice")
    assert Gift.objects.count() == 3


def test_the_pictures_of_a_list(visiting: Visiting, tmp_path: Path) -> None:
    make_clinic(quantity=30)
    path = tmp_path / "members.csv"
    path.write_text(LIST)
    visit = entered(visiting(viewport=DESK))
    visit.page.goto("/portal/clinic/lists/new/")
    visit.page.get_by_label("File with the recipients").set_input_files(path)
    visit.picture("portal-list-new")
    visit.press("Look at the list")
    visit.shows("members.csv")
    visit.picture("portal-list-preview")
    visit.press("Hand out to the good rows only")
    visit.shows("members.csv")
    visit.picture("portal-list-progress")
    work_jobs()
    settle()
    visit.page.reload()
    visit.picture("portal-list-done")
    visit.page.goto("/portal/clinic/")
    visit.picture("portal-overview")
    visit.page.goto("/portal/clinic/stock/?standing=sent")
    visit.picture("portal-stock")
    dark = entered(visiting(viewport=DESK, color_scheme="dark"))
    dark.picture("portal-overview-dark")


def test_a_partner_prints_cards_and_reserves_for_an_event(visiting: Visiting) -> None:
    make_clinic(quantity=30)
    visit = entered(visiting(viewport=DESK))
    visit.page.goto("/portal/clinic/reservations/")
    visit.fill("How many", "12")
    visit.fill("For what", "Spring fair")
    visit.fill("Until", f"{now().year + 1}-01-05")
    visit.press("Reserve")
    visit.page.get_by_role("heading", name="Spring fair").wait_for()
    visit.picture("portal-reservations")
    visit.go(visit.page.get_by_role("link", name="Print cards"))
    visit.shows("Print cards")
    visit.fill("How many cards", "8")
    visit.fill("A line on every card", "Good luck at the spring fair")
    visit.picture("portal-cards")
    visit.press("Make the cards")
    visit.shows("Cards to print")
    expect(visit.page.locator(".gift-card")).to_have_count(8)
    code = visit.code(".gift-card").replace("-", "")
    visit.picture("portal-sheet")

    friend = visiting()
    friend.page.goto(f"/c#{code}")
    friend.says("Dog DNA test")
    assert [url for url in visit.addresses if code in url] == []
    visit.page.goto("/portal/clinic/reservations/")
    visit.says("4 of 12 left")
    visit.go(visit.page.get_by_role("button", name="Let go Spring fair"))
    visit.says("Nothing is reserved.")
    assert Entitlement.objects.filter(state="reserved").count() == 0


def test_a_partner_hands_on_and_is_suspended(visiting: Visiting) -> None:
    clinic = make_clinic(quantity=30)
    visit = entered(visiting())
    hand_on_some(visit, clinic)
    visit.page.goto("/portal/clinic/members/")
    visit.fill("E-mail address", "new@clinic.example")
    visit.page.get_by_label("Role").select_option("operator")
    visit.press("Invite")
    visit.picture("portal-members")
    assert newest_mail("new@clinic.example")

    suspend_partner(
        partner_id=clinic.partner.pk,
        mode=Suspension.HANDING_OUT,
        reason="Audit",
        by=OPERATOR,
        at=now(),
    )
    visit.page.goto("/portal/clinic/")
    visit.says("Handing out is suspended")
    expect(visit.page.get_by_role("link", name="Hand out one")).to_have_count(0)
    visit.picture("portal-suspended")
    visit.refusals.add("403")
    visit.page.goto("/portal/clinic/hand-out/")
    visit.shows("Handing out is suspended")


def hand_on_some(visit: Visit, clinic: Clinic) -> None:
    """Hand five on, and take two of them back."""
    visit.page.goto("/portal/clinic/sub-partners/")
    visit.page.get_by_label("To", exact=True).select_option(label="Branch")
    visit.page.get_by_label("Of what").select_option(index=1)
    visit.page.get_by_label("How many", exact=True).fill("5")
    visit.press("Hand on")
    visit.says("They were handed on.")
    visit.picture("portal-sub-partners")
    visit.fill("How many to take back", "2")
    visit.go(visit.page.get_by_role("button", name="Take back"))
    visit.says("They were taken back.")
    assert Entitlement.objects.filter(partner=clinic.branch).count() == 3


@pytest.mark.parametrize("language", ["ar", "de"])
def test_everybody_can_use_every_page(visiting: Visiting, language: str) -> None:
    make_clinic(quantity=3)
    visit = visiting(locale=language, color_scheme="dark")
    visit.page.goto("/portal/")
    visit.is_accessible()
    visit.page.locator("#id_email").fill("admin@clinic.example")
    visit.go(visit.page.locator("main .button").first)
    visit.page.locator("#id_one_time_code").wait_for()
    visit.is_accessible()
    settle()
    visit.page.locator("#id_one_time_code").fill(six_digits())
    visit.go(visit.page.locator("main .button").first)
    visit.page.locator(".figures").wait_for()
    for place in (
        "",
        "stock/",
        "hand-out/",
        "lists/",
        "lists/new/",
        "cards/",
        "reservations/",
        "sub-partners/",
        "members/",
    ):
        visit.page.goto(f"/portal/clinic/{place}")
        visit.is_accessible()


def six_digits() -> str:
    """Read the newest six digits, whatever the language of their mail."""
    return str(re.findall(r"\b\d{6}\b", str(mail.outbox[-1].body))[0])
