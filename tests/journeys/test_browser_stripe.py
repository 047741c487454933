"""Paying at Stripe in a real browser, over our own page in between and back."""

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from counterfoil.models import Entitlement
from tests.journeys.browsing import PHONE, browser
from tests.stripe_world import StripeWorld

__all__ = ["browser"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_goes_there_and_comes_back_for_the_code(
    browser: Browser, live_server: LiveServer, stripe_world: StripeWorld, *, scripts: bool
) -> None:
    context = browser.new_context(
        base_url=live_server.url, viewport=PHONE, java_script_enabled=scripts
    )
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto("/checkout/")
    page.locator("[name=quantity_DNA-STD]").fill("1")
    page.get_by_label("Your e-mail address").fill("ann@example.com")
    page.get_by_role("button", name="Pay by card").click()
    page.wait_for_url(f"{stripe_world.sim.base_url}/**")
    page.locator("[name=email]").press("Enter")
    page.wait_for_url(f"{live_server.url}/checkout/**")
    if not scripts:  # with them, the page presses the button itself
        page.get_by_role("button", name="Check now").click()
    page.get_by_role("heading", name="Thank you. Here is your code").wait_for()

    assert "-".join(page.locator(".code-group").all_inner_texts())
    assert Entitlement.objects.count() == 1
    assert [text for text in complaints if "Content Security Policy" in text] == []
    context.close()
