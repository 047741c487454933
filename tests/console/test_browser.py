"""The console in a real browser: on a desk and a phone, in light and dark, for everybody."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, sync_playwright
from pytest_django.live_server_helper import LiveServer
from tests.console.conftest import PASSWORD, make_staff
from tests.queries.builders import Storied, live_a_life

from counterfoil.models import ExceptionCase
from counterfoil.models.ids import handle_of
from counterfoil.testing.builders import (
    a_line,
    an_order,
    converge,
    issue_many,
)

SIZES = {
    "desk": ViewportSize(width=1280, height=900),
    "phone": ViewportSize(width=390, height=844),
}
SHOTS = os.environ.get("COUNTERFOIL_SHOTS")  # a folder to keep pictures in


@contextmanager
def browsing(program: Path, size: str, scheme: str) -> Iterator[Page]:
    """Open a browser; all rows must be there before, since its loop is no place for the ORM."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        context = browser.new_context(
            viewport=SIZES[size], color_scheme="dark" if scheme == "dark" else "light"
        )
        yield context.new_page()
        browser.close()


def look(page: Page, name: str) -> list[str]:
    """Tell what is wrong with the page as it stands: for assistive technology, or too wide."""
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)
    wrong = [
        f"{name}: {one['id']} {[node['html'][:120] for node in one['nodes'][:3]]}"
        for one in Axe().run(page).response["violations"]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    return wrong + ([f"{name}: {wide} pixels too wide"] if wide > 0 else [])


@pytest.fixture
def storied() -> Storied:
    """Make a shop in which something has happened."""
    storied = live_a_life()
    connection = storied.issued.purchase.connection
    assert connection is not None
    issue_many(2, reference="CF-2026-0108")
    order = an_order(a_line(1, sku="DNA-PLUS"), reference="CF-2026-0109")
    converge(connection, replace(order, buyer_email="bob@example.org"))
    make_staff("Support 2", username="mara")
    return storied


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("phone", "dark")])
def test_can_be_used_by_everybody(
    size: str, scheme: str, storied: Storied, live_server: LiveServer, chromium_path: Path
) -> None:
    issued, case, wrong, errors = storied.issued, ExceptionCase.objects.latest("pk"), [], []
    handle = handle_of(issued.entitlement_ids[1])
    with browsing(chromium_path, size, scheme) as page:
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)

        def seen(name: str) -> None:
            wrong.extend(look(page, f"{name}-{size}-{scheme}"))

        page.goto(f"{live_server.url}/console/exceptions/")
        seen("sign-in")
        page.get_by_label("User name").fill("mara")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        assert page.url.endswith("/console/exceptions/")
        seen("exceptions")
        page.goto(f"{live_server.url}/console/exceptions/{case.pk}/")
        seen("exception")
        page.keyboard.press("/")
        page.keyboard.type("ann.buyer@example.com")
        page.keyboard.press("Enter")
        page.wait_for_url("**/search/")
        seen("search")
        page.goto(f"{live_server.url}/console/")
        seen("home")
        page.keyboard.type(issued.codes[1])
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/trace/{handle}/**")
        seen("trace")
        page.goto(f"{live_server.url}/console/{handle}/act/lift_hold/")
        seen("act")
        page.get_by_role("button", name="Lift hold").click()
        seen("act-refused")
        page.get_by_label("Reason").select_option("investigated")
        page.get_by_role("button", name="Lift hold").click()
        page.wait_for_url(f"**/trace/{handle}/**")
        assert "The hold is lifted." in page.content()
        page.goto(f"{live_server.url}/console/{handle}/act/reveal_code/")
        page.get_by_label("Reason").select_option("support_case")
        page.get_by_role("button", name="Reveal code").click()
        assert page.locator(".shown-code").count() == 1
        assert page.url.endswith(f"#{handle}")
        seen("revealed")
        page.goto(f"{live_server.url}/console/grant/")
        seen("grant")

    assert wrong == []
    assert [text for text in errors if "409" not in text] == []
