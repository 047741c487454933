"""The pages in a real browser: on a phone, in light and dark, for everybody."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from counterfoil_sim import Deliveries, Simulator, SimulatorServer
from counterfoil_sim.shopify import Shopify, ShopifyServer, Webhooks
from tests.browsing import Visit, Visiting, visits

MAIL = b"""Subject: Your code
To: ann@example.com
MIME-Version: 1.0
Content-Type: text/html; charset=utf-8

<p>Go <a href="%s/deliveries">there</a></p>
"""


@pytest.fixture
def visiting(browser: Browser, server: SimulatorServer) -> Iterator[Visiting]:
    with visits(browser, server.url) as visiting:
        yield visiting


@pytest.fixture
def at_shopify(browser: Browser, shopify_server: ShopifyServer) -> Iterator[Visiting]:
    with visits(browser, shopify_server.url) as visiting:
        yield visiting


def look(visit: Visit, *paths: str) -> None:
    """See that pages are in order; axe needs scripts, which some of them allow nobody."""
    for path in paths:
        visit.page.goto(path)
        visit.is_accessible()


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_can_be_used_by_everybody(
    scheme: str,
    visiting: Visiting,
    server: SimulatorServer,
    sim: Simulator,
    deliveries: Deliveries,
    session: str,
    tmp_path: Path,
) -> None:
    (tmp_path / "one.eml").write_bytes(MAIL % server.url.encode())
    server.site.mail = tmp_path
    visit = visiting(color_scheme=scheme, bypass_csp=True)
    visit.refusals.add("404")
    open_page = f"/pay/{session}"
    look(visit, open_page)
    sim.pay(session)
    sim.refund(session, amount=100)
    sim.dispute(session)
    deliveries.deliver_now()
    sim.refund(session, amount=100, status="pending")
    look(visit, open_page, f"/?open={session}", "/deliveries", "/mail", "/mail/one.eml/0", "/x")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_shop_at_shopify_can_be_used_by_everybody(
    scheme: str,
    at_shopify: Visiting,
    shopify_server: ShopifyServer,
    shopify: Shopify,
    webhooks: Webhooks,
) -> None:
    visit = at_shopify(color_scheme=scheme, bypass_csp=True)
    visit.refusals.add("404")
    look(visit, "/orders", "/deliveries")
    order = shopify.place_order({"DNA-STD": 2, "MUG": 1}, attributes={"cf_gift": "true"})
    shopify.dispute(order["id"])
    webhooks.deliver_now()
    late = shopify.place_order({"DNA-STD": 1}, payment="pending")["id"]
    shopify_server.api.throttle(1)
    look(visit, "/", f"/thanks/{late}", "/orders", f"/orders/{order['id']}", f"/orders/{late}")
    look(visit, "/app", "/nothing")


def test_buys_at_shopify_with_a_gift(at_shopify: Visiting, shopify: Shopify) -> None:
    visit = at_shopify()
    visit.page.goto("/")
    ware = visit.page.locator(".ware").first
    ware.get_by_label("How many").fill("2")
    visit.unfold("These are for somebody else")
    ware.get_by_label("yes, a gift").check()
    ware.get_by_label("Their e-mail").fill("ben@example.com")
    visit.press("Pay now")

    visit.at("**/thanks/*")
    [order] = shopify.store.orders.values()
    assert order["lines"][0]["properties"]["cf_recipient_email"] == "ben@example.com"


def test_pays_with_the_enter_key_and_returns(
    visiting: Visiting, sim: Simulator, session: str
) -> None:
    visit = visiting()
    visit.page.goto(f"/pay/{session}")
    visit.page.fill("[name=email]", "ann@example.com")
    visit.enter()

    visit.at(f"**/?open={session}")
    assert sim.store.get("session", session)["payment_status"] == "paid"


def test_follows_a_link_out_of_a_mail(
    visiting: Visiting, server: SimulatorServer, tmp_path: Path
) -> None:
    (tmp_path / "one.eml").write_bytes(MAIL % server.url.encode())
    server.site.mail = tmp_path
    visit = visiting()  # with the pages' own policy in force
    visit.page.goto("/mail/one.eml/0")
    visit.go(visit.page.frame_locator("iframe").locator("a"))

    visit.at("**/deliveries")
