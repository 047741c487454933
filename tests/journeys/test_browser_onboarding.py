"""Claim first, finish later: on a phone, put down, taken up on a desk, declined and agreed."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from counterfoil.effects.settling import settle
from counterfoil.models import Assignment, ConsentText, Entitlement, OnboardingStep, Provisioning
from counterfoil.operations.publish_consent import publish_consent
from counterfoil.rules.codes import display
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import Issued, issue_one, now
from counterfoil.testing.shop_kinds import KINDS
from counterfoil.testing.shop_onboarding import DOCUMENT, STEPS, publish_texts
from tests.arriving import sign_in
from tests.browsing import DESK, Visit, Visiting

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "What we do with your dog's sample"


@pytest.fixture
def sold(browser: Browser, live_server: LiveServer, settings: Settings) -> Issued:
    """Sell a test that asks for consent, a dog and an address."""
    settings.COUNTERFOIL_SITE_URL = live_server.url
    settings.COUNTERFOIL_SUBJECT_KINDS = KINDS
    publish_texts(at=now() - timedelta(days=2))
    return issue_one(terms=Terms(subject_kind="dog", onboarding=STEPS, valid_days=730))


def claim(visit: Visit, sold: Issued) -> None:
    """Claim with the code, as Friend."""
    visit.page.goto("/c")
    visit.fill("Your code", display(sold.code))
    visit.press("Show what it is")
    sign_in(visit, "friend@example.com")
    visit.shows("Is this for you?")
    visit.press("Claim")
    visit.shows("It is yours")


def fill_address(visit: Visit) -> None:
    """Say where to send it."""
    page = visit.page
    page.get_by_label("Name", exact=True).fill("Fay Friend")
    page.get_by_label("Street and number").fill("Elm Road 7")
    page.get_by_label("Town or city").fill("Springfield")
    page.get_by_label("Country").fill("USA")


def test_claimed_on_a_phone_and_finished_on_a_desk(visiting: Visiting, sold: Issued) -> None:
    phone = visiting()
    claim(phone, sold)
    phone.says("Still 3 steps")
    phone.says("after you have agreed")
    phone.picture("onboarding-phone")

    phone.follow(f"Go on: {TEXT}")
    phone.shows(TEXT)
    phone.picture("onboarding-consent-phone")
    phone.press("I agree")
    phone.shows("Who is it for?")
    phone.follow("Do this later")

    desk = visiting(viewport=DESK, color_scheme="dark")
    desk.page.goto("/my/")
    sign_in(desk, "friend@example.com")
    held = Assignment.objects.get()
    desk.page.goto(f"/c/claimed/{held.pk}/")
    desk.shows("It is yours")
    desk.says("Still 2 steps")
    desk.picture("onboarding-resumed-dark")
    desk.follow("Go on: Say who or what it is for")
    desk.fill("Your dog's name", "Miso")
    desk.press("Save and go on")
    desk.shows("Say where to send it")
    desk.press("Save and go on")
    expect(desk.page).to_have_title(re.compile("Please check"))
    desk.picture("onboarding-errors-dark")
    fill_address(desk)
    desk.press("Save and go on")
    desk.shows("It is being set up")
    settle()
    desk.page.reload()
    desk.shows("Ready for Miso")
    desk.picture("onboarding-ready-dark", whole=False)

    phone.back()  # the form of the subject, as it was on the phone
    phone.page.goto(f"/c/step/{held.pk}/address/")
    phone.shows("Say where to send it")
    phone.says("It is being set up with it")
    assert Entitlement.objects.get().state == State.FULFILLED
    assert OnboardingStep.objects.get(key="address").answers()["city"] == "Springfield"


def test_declined_it_waits_and_is_taken_up_later(visiting: Visiting, sold: Issued) -> None:
    visit = visiting(viewport=DESK)
    claim(visit, sold)
    visit.follow(f"Go on: {TEXT}")
    visit.picture("onboarding-consent")
    visit.press("I do not agree")
    visit.shows("It is yours")
    visit.says("nothing is set up")
    visit.picture("onboarding-declined")
    settle()
    assert not Provisioning.objects.exists()
    assert Entitlement.objects.get().state == State.ASSIGNED

    visit.follow("Read it again")
    publish_consent(
        document=DOCUMENT,
        texts={"en": (TEXT, "We keep the sample for 60 days now.")},
        by=SYSTEM,
        at=now(),
    )
    visit.press("I agree")
    visit.says("This text has changed while you were reading")
    assert OnboardingStep.objects.get().status == "declined"
    visit.picture("onboarding-text-changed")
    visit.press("I agree")
    visit.shows("Who is it for?")

    newest = ConsentText.objects.shown(DOCUMENT, "en")
    assert newest is not None
    assert newest.version == 2
    assert OnboardingStep.objects.get().text == newest


def test_a_session_that_ended_loses_neither_claim_nor_answers(
    visiting: Visiting, sold: Issued
) -> None:
    visit = visiting(java_script_enabled=False)
    claim(visit, sold)
    visit.follow(f"Go on: {TEXT}")
    visit.press("I agree")
    visit.fill("Your dog's name", "Miso")
    visit.press("Save and go on")
    visit.shows("Say where to send it")
    fill_address(visit)
    visit.context.clear_cookies(name="sessionid")
    visit.press("Save and go on")
    sign_in(visit, "friend@example.com")
    visit.shows("Say where to send it")

    expect(visit.page.get_by_label("Town or city")).to_have_value("Springfield")
    visit.press("Save and go on")
    visit.shows("It is being set up")
    visit.back()
    visit.shows("Say where to send it")


def test_it_reads_from_right_to_left(visiting: Visiting, sold: Issued) -> None:
    visit = visiting()
    claim(visit, sold)
    visit.go(visit.page.locator("footer").get_by_text("العربيّة"))
    visit.page.wait_for_selector("html[dir=rtl]")
    held = Assignment.objects.get()
    visit.page.goto(f"/c/step/{held.pk}/consent/")
    visit.says("عينة كلبك", within="h1")
    visit.picture("onboarding-arabic")
