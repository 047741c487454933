"""A present: bought as a guest, given on a day, corrected, opened, claimed; and a card to print."""

import pytest
from django.core import mail
from playwright.sync_api import Browser, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from counterfoil.effects.settling import settle
from counterfoil.models import Assignment, Delivery, Entitlement, Entry, Gift, GiftEnd
from counterfoil.rules.lifecycle import State
from counterfoil.testing.builders import make_connection, make_product, now
from tests.arriving import link_in, newest_mail, sign_in
from tests.browsing import DESK, Visit, Visiting
from tests.giving import in_days

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("a_shop")]


@pytest.fixture
def a_shop(browser: Browser, live_server: LiveServer, settings: Settings) -> None:
    """Put one product on sale, to be paid with the test payment."""
    settings.COUNTERFOIL_SITE_URL = live_server.url
    make_connection(make_product(), slug="test", channel="native")


def buy(visit: Visit) -> None:
    """Buy one unit as a guest, and go to the page on which it is given away."""
    visit.page.goto("/checkout/")
    visit.fill("Quantity", "1")
    visit.fill("Your e-mail address", "ann@example.com")
    visit.press("Pay with the test payment")
    visit.shows("Test payment")
    visit.press("Pay")
    visit.shows("Thank you. Here is your code")


def write(visit: Visit, address: str) -> None:
    """Fill in whom it is for and what is said."""
    visit.fill("Recipient's e-mail address", address)
    visit.fill("Recipient's name", "Eva")
    visit.fill("Your message", "Merry Christmas, little one!")
    visit.fill("From (optional)", "Grandma Ann")


def test_a_gift_goes_from_a_guest_to_whoever_it_is_for(visiting: Visiting) -> None:
    ann = visiting(java_script_enabled=False)
    buy(ann)
    ann.follow("Make it a gift")
    ann.shows("Give it away")
    write(ann, "ewa@example.com")
    ann.press("Make it a gift")
    ann.shows("Your gift is on its way")
    old = link_in(newest_mail("ewa@example.com"))
    Delivery.objects.filter(kind="gift").update(bounced_at=now())
    ann.page.reload()
    ann.shows("Your gift did not arrive")
    ann.fill("Correct the address", "eva@example.com")
    ann.press("Send to this address")
    ann.shows("Your gift is on its way")

    stranger = visiting()
    stranger.page.goto(old)
    stranger.shows("This code cannot be used here")

    eva = visiting()
    eva.page.goto(link_in(newest_mail("eva@example.com", about="present")))
    eva.shows("A present from Grandma Ann")
    eva.picture("gift-claim-phone")
    assert Gift.objects.get(ended_at=None).opened_at is None
    sign_in(eva, "eva.otter@example.com")
    eva.shows("A present from Grandma Ann")
    assert Gift.objects.get(ended_at=None).opened_at is not None
    eva.press("Claim")
    eva.shows("It is yours")

    assert "another address" in newest_mail("ann@example.com", about="claimed")
    ann.page.reload()
    ann.shows("Your gift was claimed")
    assert Gift.objects.get(ended_because=GiftEnd.CLAIMED).recipient is not None


def test_a_gift_waits_for_its_day_and_can_be_called_off(visiting: Visiting) -> None:
    ann = visiting(viewport=DESK)
    buy(ann)
    ann.is_accessible()
    ann.follow("Make it a gift")
    write(ann, "eva@example.com")
    ann.page.get_by_label("By e-mail, on a day").check()
    ann.page.get_by_label("Day", exact=True).fill("2020-01-01")
    ann.press("Make it a gift")
    ann.says("This day is over")
    ann.is_accessible()
    ann.page.get_by_label("Day", exact=True).fill(in_days(9).date().isoformat())
    ann.is_accessible()
    ann.press("Make it a gift")
    ann.shows("Your gift waits for its day")
    ann.picture("gift-scheduled-desk")
    ann.follow("Change")
    ann.fill("Your message", "Happy Easter")
    ann.press("Save the gift")
    ann.shows("Your gift waits for its day")
    settle()
    ann.press("Call it off")
    ann.shows("Give it away")
    settle(at=in_days(10))
    assert not [sent for sent in mail.outbox if "eva@example.com" in sent.to]


def test_another_day_the_guest_proves_the_address_and_prints_a_card(visiting: Visiting) -> None:
    buy(visiting())
    handle = Entitlement.objects.get().handle
    ann = visiting(color_scheme="dark")
    ann.page.goto(f"/my/{handle}/gift/")
    sign_in(ann, "ann@example.com")
    ann.shows("Give it away")
    ann.page.get_by_label("I hand it over myself, as a printed card").check()
    expect(ann.page.get_by_label("Recipient's e-mail address")).to_be_hidden()
    ann.fill("Recipient's name", "Eva")
    ann.fill("Your message", "With love")
    ann.picture("gift-editor-dark")
    ann.press("Make it a gift")
    ann.shows("Your card is ready to print")
    ann.press("Show the card")
    ann.shows("Your gift card")
    expect(ann.page.locator(".card-page .qr-box svg")).to_have_count(1)
    ann.picture("gift-card-phone")
    assert Entry.objects.filter(act_name="reveal_code").count() == 1


def test_a_scanner_that_runs_scripts_and_clicks_opens_no_gift(visiting: Visiting) -> None:
    ann = visiting()
    buy(ann)
    ann.follow("Make it a gift")
    write(ann, "eva@example.com")
    ann.press("Make it a gift")
    link = link_in(newest_mail("eva@example.com"))

    scanner = visiting()
    scanner.page.goto(link)
    scanner.shows("A present from Grandma Ann")
    for button in range(len(scanner.read(scanner.page.get_by_role("button")))):
        scanner.page.goto("about:blank")
        scanner.context.clear_cookies()  # one of the buttons chooses another language
        scanner.page.goto(link)
        scanner.shows("A present from Grandma Ann")
        scanner.go(scanner.page.get_by_role("button").nth(button))

    assert Gift.objects.get().opened_at is None
    assert Entitlement.objects.get().state == State.ISSUED
    assert not Assignment.objects.exists()
