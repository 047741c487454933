"""The pages in a real browser: on a phone, in light and dark, for everybody."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from counterfoil_sim import Deliveries, Simulator, SimulatorServer
from counterfoil_sim.shopify import Shopify, ShopifyServer, Webhooks

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


def test_the_shop_at_shopify_can_be_used_by_everybody(
    page: Page, shopify_server: ShopifyServer, shopify: Shopify, webhooks: Webhooks
) -> None:
    empty = {path: _look(page, shopify_server.url + path) for path in ("/orders", "/deliveries")}
    order = shopify.place_order({"DNA-STD": 2, "MUG": 1}, attributes={"cf_gift": "true"})
    shopify.dispute(order["id"])
    webhooks.deliver_now()
    late = shopify.place_order({"DNA-STD": 1}, payment="pending")["id"]
    shopify_server.api.throttle(1)
    paths = ["/", f"/thanks/{late}", "/orders", f"/orders/{order['id']}", f"/orders/{late}"]
    found = {path: _look(page, shopify_server.url + path) for path in [*paths, "/app", "/nothing"]}

    assert {path: what for path, what in (found | empty).items() if what} == {}


def test_buys_at_shopify_with_a_gift(
    page: Page, shopify_server: ShopifyServer, shopify: Shopify
) -> None:
    page.goto(shopify_server.url)
    ware = page.locator(".ware").first
    ware.get_by_label("How many").fill("2")
    ware.get_by_text("These are for somebody else").click()
    ware.get_by_label("yes, a gift").check()
    ware.get_by_label("Their e-mail").fill("ben@example.com")
    page.get_by_role("button", name="Pay now").click()

    page.wait_for_url("**/thanks/*")
    [order] = shopify.store.orders.values()
    assert order["lines"][0]["properties"]["cf_recipient_email"] == "ben@example.com"


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
