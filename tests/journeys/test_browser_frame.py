"""The frame of all pages: any language and direction, light and dark, narrow, in a theme."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Browser, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from counterfoil.testing.builders import make_connection, make_product
from tests.arriving import sign_in
from tests.browsing import Visit, Visiting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("a_shop")]
NARROW = {"width": 320, "height": 640}
OPEN = ("/c", "/checkout/", "/sign-in/", "/signed-out/", "/preferences/")
OWN = ("/my/", "/account/", "/account/address/", "/account/erasure/")
WRONG = (("/c", "code", "7K3M"), ("/sign-in/", "email", "nobody"))


@pytest.fixture
def a_shop(browser: Browser, live_server: LiveServer, settings: Settings) -> None:
    """Put one product on sale."""
    settings.COUNTERFOIL_SITE_URL = live_server.url
    make_connection(make_product(), slug="test", channel="native")


def speaking(visit: Visit, language: str) -> None:
    cookie = {"name": django_settings.LANGUAGE_COOKIE_NAME, "value": language}
    visit.context.add_cookies([{**cookie, "url": visit.site}])  # type: ignore[typeddict-item]


def states(visit: Visit) -> Iterator[str]:
    """Go through pages and their errors, as a stranger and then signed in."""
    for address in OPEN:
        visit.page.goto(address)
        yield address
    for address, field, nonsense in WRONG:
        visit.page.goto(address)
        visit.page.locator(f"main [name={field}]").fill(nonsense)
        visit.go(visit.page.locator(f"main form:has([name={field}]) button").first)
        visit.page.locator(".field-error").first.wait_for()
        yield f"{address} with an error"


@pytest.mark.parametrize(
    ("language", "direction", "scheme"), [("en", "ltr", "light"), ("ar", "rtl", "dark")]
)
def test_pages_are_accessible_and_fit_a_narrow_screen(
    visiting: Visiting, language: str, direction: str, scheme: str
) -> None:
    visit = visiting(viewport=NARROW, color_scheme=scheme)
    speaking(visit, language)
    for state in states(visit):
        html = visit.page.locator("html")
        expect(html, state).to_have_attribute("lang", language)
        expect(html, state).to_have_attribute("dir", direction)
        visit.is_accessible()


def test_own_pages_are_too(visiting: Visiting) -> None:
    visit = visiting(viewport=NARROW)
    visit.page.goto("/sign-in/")
    sign_in(visit, "ann.buyer@example.com")
    visit.shows("My purchases")
    for language in ("en", "ar"):
        speaking(visit, language)
        for address in OWN:
            visit.page.goto(address)
            expect(visit.page.locator("html")).to_have_attribute("lang", language)
            visit.is_accessible()


def test_a_theme_sets_colours_and_a_logo_stands_for_the_mark(
    visiting: Visiting, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "mine.css").write_text(":root { --cf-accent: rgb(122, 46, 142); }")
    settings.STATICFILES_DIRS = [tmp_path]
    settings.COUNTERFOIL_THEME_URL = "/static/mine.css"
    settings.COUNTERFOIL_LOGO_URL = "/static/counterfoil/mark.svg"
    visit = visiting()
    visit.page.goto("/c")

    button = visit.page.locator("main .button").first
    expect(button).to_have_css("background-color", "rgb(122, 46, 142)")
    logo = visit.page.locator("img.brand-logo")
    expect(logo).to_have_attribute("alt", "Counterfoil")
