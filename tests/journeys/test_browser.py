"""From paying to my purchases in a real browser: on a phone, in the dark, without JavaScript."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from playwright.sync_api import Browser, Page
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from counterfoil.effects.settling import settle
from counterfoil.models import Assignment, Connection, Entitlement, Entry, SignIn
from counterfoil.rules.codes import display
from counterfoil.rules.lifecycle import State
from counterfoil.testing.builders import issue_many, make_connection, make_product
from tests.journeys.browsing import DESK, PHONE, Visit, Visiting, browser, digits, sign_in, visiting

__all__ = ["browser", "visiting"]

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
    visit.page.get_by_label("Quantity").fill("1")
    visit.page.get_by_label("Your e-mail address").fill("ann@example.com")
    visit.press("Pay with the test payment")
    visit.shows("Test payment")
    visit.press("Pay")
    visit.shows("Thank you. Here is your code")
    groups = visit.page.locator(".code-group").all_inner_texts()
    return "-".join(groups)


def test_a_code_goes_from_buyer_to_user_without_javascript(visiting: Visiting) -> None:
    buyer = visiting(java_script_enabled=False)
    code = buy(buyer)
    assert TYPED.fullmatch(code)

    friend = visiting(java_script_enabled=False, color_scheme="dark")
    friend.page.goto("/c")
    friend.page.get_by_label("Your code").fill(code.lower().replace("-", " "))
    friend.press("Show what it is")
    friend.shows("This is what you have")
    sign_in(friend, "friend@example.com")
    friend.shows("Is this for you?")
    friend.press("Claim")
    friend.shows("It is yours")
    friend.page.get_by_role("link", name="Say who it is for").click()
    friend.page.get_by_label("Name").fill("Miso")
    friend.press("Save")
    friend.shows("It is being set up")
    settle()
    friend.page.get_by_role("link", name="My purchases").first.click()
    friend.shows("What I use")
    assert "Miso" in friend.page.inner_text("main")
    assert "Ready to use" in friend.page.inner_text("main")

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
    assert "#" not in friend.page.url
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
    before = list(Entry.objects.values_list("pk", flat=True))

    for link in re.findall(r"http[^\s,]+", body):
        scanner = visiting()
        scanner.page.goto(link)
        scanner.page.wait_for_load_state("networkidle")
        for button in range(scanner.page.get_by_role("button").count()):
            scanner.page.goto(link)
            scanner.page.reload()
            scanner.page.wait_for_load_state("networkidle")
            scanner.page.get_by_role("button").nth(button).click()

    assert Entitlement.objects.get().state == State.ISSUED
    assert list(Entry.objects.values_list("pk", flat=True)) == before
    assert not SignIn.objects.exists()


def test_the_qr_code_of_the_page_leads_to_the_claim(visiting: Visiting) -> None:
    buyer = visiting()
    code = buy(buyer)
    assert buyer.page.locator(".qr-box svg").count() == 1

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
    assert code not in another_day.page.content()
    another_day.page.get_by_role("button", name="Show code").click()
    another_day.page.locator(".code-group").first.wait_for()

    assert "-".join(another_day.page.locator(".code-group").all_inner_texts()) == code


@pytest.mark.parametrize(
    ("scheme", "viewport"), [("light", DESK), ("dark", PHONE)], ids=["desk", "phone"]
)
def test_everybody_can_use_every_page(
    visiting: Visiting, scheme: str, viewport: dict[str, int]
) -> None:
    issued = issue_many(2, Connection.objects.get())
    visit = visiting(color_scheme=scheme, viewport=viewport)
    page, findings = visit.page, {}

    def look(name: str) -> None:
        findings[name] = _findings(page)

    page.goto("/checkout/")
    look("checkout")
    page.get_by_label("Quantity").fill("0")
    visit.press("Pay with the test payment")
    look("checkout with errors")
    buy(visit)
    look("thank you")
    page.goto("/c")
    look("claim")
    page.get_by_label("Your code").fill("7K3M")
    visit.press("Show what it is")
    look("claim, mistyped")
    page.get_by_label("Your code").fill("0123-4567-89AB-CDE4")
    visit.press("Show what it is")
    look("claim, refused")
    page.goto(f"/c#{issued.codes[0]}")
    visit.shows("This is what you have")
    look("claim, address")
    page.get_by_label("Your e-mail address").fill("ann.buyer@example.com")
    visit.press("Send me the digits")
    page.get_by_label("The six digits from our mail").wait_for()
    look("claim, digits")
    page.get_by_label("The six digits from our mail").fill(digits())
    visit.press("Continue")
    visit.shows("Is this for you?")
    look("claim, confirm")
    visit.press("Claim")
    visit.shows("It is yours")
    look("claimed")
    page.get_by_role("link", name="Say who it is for").click()
    look("subject")
    visit.press("Save")
    look("subject with errors")
    page.goto("/my/")
    look("my purchases")
    page.get_by_role("button", name="Show code").click()
    page.locator(".code-group").first.wait_for()
    look("my purchases, revealed")
    visit.press("Sign out")
    visit.shows("You are signed out")
    look("signed out")
    page.goto("/sign-in/")
    look("sign in")

    assert {name: found for name, found in findings.items() if found} == {}


def _findings(page: Page) -> list[str]:
    """Give what axe finds, and whether the page is wider than the screen."""
    found = [f"{one['id']}: {one['help']}" for one in Axe().run(page).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append("wider than the screen")
    return found


def test_codes_are_written_as_everywhere(visiting: Visiting) -> None:
    code = buy(visiting())

    assert code == display(code.replace("-", ""))
