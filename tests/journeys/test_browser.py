"""From paying to my purchases in a real browser: on a phone, in the dark, without JavaScript."""

import re

import pytest
from django.core import mail
from playwright.sync_api import Browser, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from counterfoil.effects.settling import settle
from counterfoil.models import Assignment, Connection, Entitlement, Entry, SignIn
from counterfoil.rules.codes import display
from counterfoil.rules.lifecycle import State
from counterfoil.testing.builders import issue_many, make_connection, make_product
from tests.arriving import digits, sign_in
from tests.browsing import DESK, SIZES, Visit, Visiting

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("a_shop"),
]

TYPED = re.compile(r"\b(?:[0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}\b")


@pytest.fixture
def a_shop(browser: Browser, live_server: LiveServer, settings: Settings) -> None:
    """Put one product on sale, to be paid with the test payment."""
    settings.COUNTERFOIL_SITE_URL = live_server.url
    make_connection(make_product(), slug="test", channel="native")


def buy(visit: Visit) -> str:
    """Buy one unit with the test payment, and give the code the page shows."""
    visit.page.goto("/checkout/")
    visit.fill("Quantity", "1")
    visit.fill("Your e-mail address", "ann@example.com")
    visit.press("Pay with the test payment")
    visit.shows("Test payment")
    visit.press("Pay")
    visit.shows("Thank you. Here is your code")
    return visit.code()


def test_a_code_goes_from_buyer_to_user_without_javascript(visiting: Visiting) -> None:
    buyer = visiting(java_script_enabled=False)
    code = buy(buyer)
    assert TYPED.fullmatch(code)

    friend = visiting(java_script_enabled=False, color_scheme="dark")
    friend.page.goto("/c")
    friend.fill("Your code", code.lower().replace("-", " "))
    friend.press("Show what it is")
    friend.shows("This is what you have")
    sign_in(friend, "friend@example.com")
    friend.shows("Is this for you?")
    friend.press("Claim")
    friend.shows("It is yours")
    friend.go(friend.page.get_by_role("link", name="Say who it is for"))
    friend.fill("Name", "Miso")
    friend.press("Save")
    friend.shows("It is being set up")
    settle()
    friend.go(friend.page.get_by_role("link", name="My purchases").first)
    friend.shows("What I use")
    friend.says("Miso")
    friend.says("Ready to use")

    assert Entitlement.objects.get().state == State.FULFILLED
    visited = [*buyer.addresses, *friend.addresses]
    plain = code.replace("-", "")
    assert [url for url in visited if code in url or plain in url] == []


def test_the_link_in_the_mail_is_claimed_with_a_press(visiting: Visiting) -> None:
    buyer = visiting(viewport=DESK)
    buy(buyer)
    settle()
    [body] = [str(sent.body) for sent in mail.outbox if "/c#" in str(sent.body)]
    [link] = re.findall(r"http\S+/c#\w+", body)

    friend = visiting()
    friend.page.goto(link)
    friend.shows("This is what you have")
    expect(friend.page).to_have_url(re.compile("^[^#]+$"))
    assert Entitlement.objects.get().state == State.ISSUED
    sign_in(friend, "friend@example.com")
    friend.shows("Is this for you?")
    friend.press("Claim")
    friend.shows("It is yours")

    assert Assignment.objects.get().account.person is not None
    token = link.partition("#")[2]
    assert [url for url in friend.addresses if token in url] == []


def test_a_scanner_that_runs_scripts_and_clicks_changes_nothing(visiting: Visiting) -> None:
    buy(visiting())
    settle()
    [body] = [str(sent.body) for sent in mail.outbox if "/c#" in str(sent.body)]
    before = list(Entry.objects.order_by("seq").values_list("pk", flat=True))

    for link in re.findall(r"http[^\s,]+", body):
        scanner = visiting()
        for button in range(buttons_of(scanner, link)):
            buttons_of(scanner, link)
            scanner.go(scanner.page.get_by_role("button").nth(button))

    assert Entitlement.objects.get().state == State.ISSUED
    assert list(Entry.objects.order_by("seq").values_list("pk", flat=True)) == before
    assert not SignIn.objects.exists()


def buttons_of(scanner: Visit, link: str) -> int:
    """Open a link as if for the first time, and count what can be pressed there."""
    scanner.page.goto("about:blank")
    scanner.context.clear_cookies()  # one of the buttons chooses another language
    scanner.page.goto(link)
    if "#" in link:
        scanner.shows("This is what you have")
    return len(scanner.read(scanner.page.get_by_role("button")))


def test_the_qr_code_of_the_page_leads_to_the_claim(visiting: Visiting) -> None:
    buyer = visiting()
    code = buy(buyer)
    expect(buyer.page.locator(".qr-box svg")).to_have_count(1)

    friend = visiting()
    friend.page.goto(f"/c#{code.replace('-', '')}")

    friend.shows("This is what you have")


def test_a_link_that_is_of_no_use_is_answered_neutrally(visiting: Visiting) -> None:
    friend = visiting()

    friend.page.goto("/c#0123456789ABCDEFGHJKMNPQRS")

    friend.shows("This code cannot be used here")


def test_the_buyer_sees_the_code_again_another_day(visiting: Visiting) -> None:
    code = buy(visiting())

    another_day = visiting()
    another_day.page.goto("/my/")
    sign_in(another_day, "ann@example.com")
    another_day.shows("What I bought")
    another_day.says_not(code)
    another_day.go(another_day.page.get_by_role("button", name="Show code"))

    assert another_day.code() == code


@pytest.mark.parametrize("size", SIZES)
def test_everybody_can_use_every_page(visiting: Visiting, size: str) -> None:
    issued = issue_many(2, Connection.objects.get())
    visit = visiting(**SIZES[size])
    visit.page.goto("/checkout/")
    visit.is_accessible()
    visit.fill("Quantity", "0")
    visit.press("Pay with the test payment")
    visit.is_accessible()
    buy(visit)
    visit.is_accessible()
    visit.page.goto("/c")
    visit.is_accessible()
    visit.fill("Your code", "7K3M")
    visit.press("Show what it is")
    visit.is_accessible()
    visit.fill("Your code", "0123-4567-89AB-CDE4")
    visit.press("Show what it is")
    visit.shows("This code cannot be used here")
    visit.is_accessible()
    claim_by_link(visit, f"/c#{issued.codes[0]}")
    visit.go(visit.page.get_by_role("link", name="Say who it is for"))
    visit.is_accessible()
    visit.press("Save")
    visit.is_accessible()
    visit.page.goto("/my/")
    visit.is_accessible()
    visit.go(visit.page.get_by_role("button", name="Show code"))
    visit.code()
    visit.is_accessible()
    visit.press("Sign out")
    visit.shows("You are signed out")
    visit.is_accessible()
    visit.page.goto("/sign-in/")
    visit.is_accessible()


def claim_by_link(visit: Visit, link: str) -> None:
    """Claim what a link gives, looking at each page on the way."""
    visit.page.goto(link)
    visit.shows("This is what you have")
    visit.is_accessible()
    visit.fill("Your e-mail address", "ann.buyer@example.com")
    visit.press("Send me the digits")
    visit.is_accessible()
    visit.fill("The six digits from our mail", digits())
    visit.press("Continue")
    visit.shows("Is this for you?")
    visit.is_accessible()
    visit.press("Claim")
    visit.shows("It is yours")
    visit.is_accessible()


def test_codes_are_written_as_everywhere(visiting: Visiting) -> None:
    code = buy(visiting())

    assert code == display(code.replace("-", ""))
