"""Buying as a guest, and using it later: the purchase waits for whoever proves the address."""

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from counterfoil.effects.settling import settle
from counterfoil.models import Account, Entitlement
from counterfoil.rules.lifecycle import State
from counterfoil.testing.builders import make_connection, make_product
from tests.arriving import sign_in
from tests.browsing import Visit, Visiting
from tests.scenes import history

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("a_shop")]
ANN = "ann@example.com"


@pytest.fixture
def a_shop(live_server: LiveServer, settings: Settings) -> None:
    """Put one product on sale, to be paid with the test payment."""
    settings.COUNTERFOIL_SITE_URL = live_server.url
    make_connection(make_product(), slug="test", channel="native")


def buy(visit: Visit) -> None:
    visit.page.goto("/checkout/")
    visit.fill("Quantity", "1")
    visit.fill("Your e-mail address", ANN)
    visit.press("Pay with the test payment")
    visit.shows("Test payment")
    visit.press("Pay")
    visit.shows("Thank you. Here is your code")


def test_bought_as_a_guest_and_used_by_oneself_another_day(visiting: Visiting) -> None:
    buy(visiting())
    settle()

    later = visiting(java_script_enabled=False)
    later.page.goto("/my/")
    sign_in(later, ANN)
    later.shows("What I bought")
    later.go(later.page.get_by_role("link", name="Use or give away"))
    later.shows("What would you like to do with it?")
    later.press("Use it myself")
    later.shows("It is yours")
    later.follow("Say who it is for")
    later.fill("Name", "Miso")
    later.press("Save")
    later.shows("It is being set up")
    settle()
    later.page.goto("/my/")
    later.shows("What I use")

    later.says("for Miso")
    later.says("Ready to use")
    assert Entitlement.objects.get().state == State.FULFILLED
    assert Account.objects.count() == 1


def test_going_back_and_pressing_again_uses_it_once(visiting: Visiting) -> None:
    buy(visiting())
    settle()
    later = visiting()
    later.page.goto("/my/")
    sign_in(later, ANN)
    later.shows("What I bought")
    later.picture("self-purchases")
    later.go(later.page.get_by_role("link", name="Use or give away"))
    later.picture("self-what-to-do")
    later.press("Use it myself")
    later.shows("It is yours")
    later.back()
    later.page.reload()
    later.shows("Dog DNA test")

    later.says_not("Use it myself")
    assert history(Entitlement.objects.get().pk) == ["issue", "assign"]


def test_whoever_else_signs_in_finds_nothing(visiting: Visiting) -> None:
    buy(visiting())
    settle()
    other = visiting()
    other.page.goto("/my/")
    sign_in(other, "bob@example.com")
    other.says("Nothing was bought with")
    other.picture("self-nothing-bought")

    other.says_not("DNA")
