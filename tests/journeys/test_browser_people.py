"""People in a real browser: another address, two accounts made one, being erased; any language."""

import pytest
from playwright.sync_api import Browser, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from counterfoil.models import Account, ExceptionCase, Person
from counterfoil.operations.erase_person import erase_person
from counterfoil.operations.redeem import redeem
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import (
    ORIGIN,
    customer,
    issue_one,
    make_account,
    make_assignee,
    make_connection,
    make_product,
    now,
)
from tests.arriving import digits, newest_mail, sign_in
from tests.browsing import DESK, Visit, Visiting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("a_shop")]
ANN, NEW, WORK = "ann.buyer@example.com", "ann.new@example.com", "ann@work.example"


@pytest.fixture
def a_shop(browser: Browser, live_server: LiveServer, settings: Settings) -> None:
    """Sell one unit to Ann, who uses it."""
    settings.COUNTERFOIL_SITE_URL = live_server.url
    make_connection(make_product())
    issue_one(reference="A-10077")


def arrive(visit: Visit, address: str) -> None:
    visit.page.goto("/sign-in/?next=/account/")
    sign_in(visit, address)
    visit.shows("My account")


def test_another_address_without_javascript(visiting: Visiting) -> None:
    ann = visiting(java_script_enabled=False)
    arrive(ann, ANN)
    ann.follow("Change the address, or join two accounts")
    ann.shows("Another address")
    ann.fill("Your new e-mail address", NEW)
    ann.press("Send me the digits")
    ann.shows("Look into your mail")
    ann.fill("The six digits from our mail", digits())
    ann.press("Use this address")
    ann.shows("My account")
    ann.says(NEW)
    assert "If this was not you" in newest_mail(ANN, about="another address")

    ann.follow("My purchases")
    ann.says("A-10077")


def test_two_accounts_are_made_one(visiting: Visiting) -> None:
    work = make_assignee(WORK)
    redeem(code=issue_one().code, to=work, by=customer(work), at=now(), origin=ORIGIN)
    ann = visiting(viewport=DESK)
    arrive(ann, ANN)
    ann.page.goto("/account/address/")
    ann.fill("Your new e-mail address", WORK)
    ann.press("Send me the digits")
    ann.fill("The six digits from our mail", digits())
    ann.press("Use this address")
    ann.shows("This address has an account too")
    ann.picture("people-join")
    ann.press("Join the two accounts")
    ann.shows("My account")
    ann.says(WORK)
    assert Account.objects.exclude(merged_into=None).count() == 1


def test_somebody_asks_to_be_erased_and_comes_again_as_somebody_new(visiting: Visiting) -> None:
    ann = visiting(color_scheme="dark")
    arrive(ann, ANN)
    ann.follow("Have my data erased")
    ann.shows("Have my data erased")
    ann.picture("people-erasure-phone-dark")
    ann.press("Ask for erasure")
    ann.says("Tick this if you are sure.")
    ann.is_accessible()
    ann.page.get_by_label("I know that it cannot be undone.").check()
    ann.press("Ask for erasure")
    ann.shows("You asked to be erased")
    assert ExceptionCase.objects.filter(resolved_at=None).count() == 1

    person = Person.objects.get(account=make_account(ANN))
    erase_person(person_id=person.pk, by=SYSTEM, at=now())
    ann.page.goto("/account/")
    ann.shows("Sign in")
    sign_in(ann, ANN)
    ann.shows("My account")
    ann.follow("My purchases")
    ann.says_not("A-10077")


def test_any_language_and_zone_is_chosen(visiting: Visiting) -> None:
    ann = visiting()
    arrive(ann, ANN)
    ann.picture("people-account-phone", whole=False)
    ann.press("العربيّة")
    expect(ann.page.locator("html")).to_have_attribute("dir", "rtl")
    ann.picture("people-account-arabic", whole=False)
    ann.press("Deutsch")
    expect(ann.page.locator("html")).to_have_attribute("lang", "de")
    ann.picture("people-account-german", whole=False)
    ann.press("English")
    ann.page.goto("/preferences/")
    ann.page.get_by_label("Time zone").select_option("Asia/Dubai")
    ann.press("Use this time zone")
    ann.says("UTC+04")
    ann.picture("people-preferences")


def test_a_browser_says_in_which_zone_it_is(visiting: Visiting) -> None:
    ann = visiting(timezone_id="America/Lima")
    ann.page.goto("/preferences/")
    ann.page.goto("/preferences/")

    ann.says("America/Lima", within="footer")
