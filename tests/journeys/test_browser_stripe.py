"""Paying at Stripe in a real browser, over our own page in between and back."""

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from counterfoil.models import Entitlement
from tests.browsing import answered, visits
from tests.stripe_world import StripeWorld

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_goes_there_and_comes_back_for_the_code(
    browser: Browser, live_server: LiveServer, stripe_world: StripeWorld, *, scripts: bool
) -> None:
    stripe = stripe_world.sim.base_url
    with answered(), visits(browser, live_server.url, stripe) as visiting:
        visit = visiting(java_script_enabled=scripts)
        visit.page.goto("/checkout/")
        visit.page.locator("[name=quantity_DNA-STD]").fill("1")
        visit.fill("Your e-mail address", "ann@example.com")
        visit.go(visit.page.get_by_role("button", name="Pay by card"))
        visit.at(f"{stripe}/**")
        visit.page.locator("[name=email]").focus()
        visit.enter()
        visit.at(f"{live_server.url}/checkout/**")
        if not scripts:  # with them, the page presses the button itself
            visit.go(visit.page.get_by_role("button", name="Check now"))
        visit.shows("Thank you. Here is your code")

        assert visit.code()
        assert Entitlement.objects.count() == 1
