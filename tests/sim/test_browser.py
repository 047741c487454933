"""The pages in a real browser: on a phone, in light and dark, for everybody."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from counterfoil_sim import Deliveries, Simulator, SimulatorServer

PHONE = {"width": 390, "height": 800}
MAIL = b"""Subject: Your code
To: ann@example.com
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<p>Go <a href="%s/deliveries">there</a></p>
"""


@pytest.fixture(scope="module")
def browser(chromium_path: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture(params=["light", "dark"])
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(
        color_scheme=request.param, viewport=PHONE, java_script_enabled=True, bypass_csp=True
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def session(sim: Simulator, server: SimulatorServer) -> str:
    price = {"currency": "eur", "unit_amount": "2500", "product_data": {"name": "Kit"}}
    made = sim.create_session(
        {
            "mode": "payment",
            "success_url": f"{server.url}/?open={{CHECKOUT_SESSION_ID}}",
            "line_items": [{"quantity": "2", "price_data": price}],
        }
    )
    return str(made["id"])


def test_can_be_used_by_everybody(
    page: Page,
    server: SimulatorServer,
    sim: Simulator,
    deliveries: Deliveries,
    session: str,
    tmp_path: Path,
) -> None:
    (tmp_path / "one.eml").write_bytes(MAIL % server.url.encode())
    server.site.mail = tmp_path
    open_page = f"/pay/{session}"
    findings = {"before paying": _look(page, server.url + open_page)}
    sim.pay(session)
    sim.refund(session, amount=100)
    sim.dispute(session)
    deliveries.deliver_now()
    sim.refund(session, amount=100, status="pending")
    for path in (open_page, f"/?open={session}", "/deliveries", "/mail", "/mail/one.eml/0", "/x"):
        findings[path] = _look(page, server.url + path)

    assert {path: found for path, found in findings.items() if found} == {}


def test_pays_with_the_enter_key_and_returns(
    page: Page, server: SimulatorServer, sim: Simulator, session: str
) -> None:
    page.goto(f"{server.url}/pay/{session}")
    page.fill("[name=email]", "ann@example.com")
    page.press("[name=email]", "Enter")

    page.wait_for_url(f"**/?open={session}")
    assert sim.store.get("session", session)["payment_status"] == "paid"


def test_follows_a_link_out_of_a_mail(
    browser: Browser, server: SimulatorServer, tmp_path: Path
) -> None:
    (tmp_path / "one.eml").write_bytes(MAIL % server.url.encode())
    server.site.mail = tmp_path
    page = browser.new_page()  # with the pages' own policy in force
    page.goto(f"{server.url}/mail/one.eml/0")
    page.frame_locator("iframe").locator("a").click()

    page.wait_for_url("**/deliveries")


def _look(page: Page, url: str) -> list[str]:
    page.goto(url)
    found = [violation["id"] for violation in Axe().run(page).response["violations"]]
    if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
        found.append("wider than a phone")
    return found
