"""The simulated WooCommerce site: its API, its deliveries, and the pages of its staff."""

import base64
import hashlib
import hmac
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from counterfoil_sim.woocommerce_deliveries import MOST_FAILURES, WooDeliveries
from counterfoil_sim.woocommerce_server import WooCommerceServer
from counterfoil_sim.woocommerce_world import WooCommerceSite
from tests.simulated import Clock, Shop
from tests.woocommerce_site import CARD, kits, site, woo_deliveries, woo_server

__all__ = ["site", "woo_deliveries", "woo_server"]

Ask = Callable[..., httpx.Response]


@pytest.fixture
def ask(woo_server: WooCommerceServer, site: WooCommerceSite) -> Ask:
    """Give what asks the API as somebody with the key does."""

    def asked(method: str, path: str, body: Any = None, **params: str) -> httpx.Response:
        url = f"{woo_server.url}/wp-json/wc/v3/{path}"
        auth = (site.key, site.secret)
        return httpx.request(method, url, json=body, params=params, auth=auth)

    return asked


@pytest.fixture
def press(woo_server: WooCommerceServer) -> Ask:
    """Give what presses a button of the pages."""

    def pressed(act: str, **form: str) -> httpx.Response:
        return httpx.post(f"{woo_server.url}/act", data={"act": act, **form})

    return pressed


def test_nobody_gets_in_without_the_key(woo_server: WooCommerceServer, ask: Ask) -> None:
    for auth in (None, ("ck_simulated", "wrong"), ("", "")):
        answer = httpx.get(f"{woo_server.url}/wp-json/wc/v3/orders", auth=auth)
        assert (answer.status_code, answer.json()["data"]) == (401, {"status": 401})
    assert ask("GET", "orders").status_code == 200


def test_the_api_by_itself(ask: Ask) -> None:
    body = {
        "line_items": [kits(2), CARD],
        "billing": {"email": "a@example.com"},
        "set_paid": True,
        "meta_data": [{"key": "cf_gift", "value": "yes"}],
    }
    order = ask("POST", "orders", body).json()
    assert (order["status"], order["total"], order["line_items"][0]["price"]) == (
        "processing",
        "59.50",
        25.0,
    )
    assert order["date_paid_gmt"] < order["date_paid"]  # the site is ahead of Greenwich
    line = order["line_items"][0]["id"]
    refund = {
        "amount": "25.00",
        "line_items": [{"id": line, "quantity": 1, "refund_total": 25}],
        "meta_data": [{"key": "k", "value": "v"}],
    }
    made = ask("POST", f"orders/{order['id']}/refunds", refund)
    assert made.status_code == 201
    [item] = made.json()["line_items"]
    assert (item["quantity"], item["total"]) == (-1, "-25.00")
    assert {"key": "_refunded_item_id", "value": str(line)}.items() <= item["meta_data"][0].items()
    again = ask("GET", f"orders/{order['id']}", dp="0").json()
    assert (again["line_items"][0]["quantity"], again["total"]) == (2, "60")
    assert again["refunds"][0]["total"] == "-25"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "code"),
    [
        ("GET", "orders/1", None, 404, "woocommerce_rest_shop_order_invalid_id"),
        ("GET", "nothing", None, 404, "rest_no_route"),
        ("POST", "orders", [1], 400, "rest_invalid_json"),
        ("PUT", "webhooks/1", {}, 404, "woocommerce_rest_shop_webhook_invalid_id"),
    ],
)
def test_refuses_in_the_words_of_wordpress(
    ask: Ask, method: str, path: str, body: Any, status: int, code: str
) -> None:
    answer = ask(method, path, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_lists_come_in_pages(ask: Ask, site: WooCommerceSite) -> None:
    placed = [site.place([CARD])["id"] for _ in range(25)]
    site.trash(placed[0])
    first = ask("GET", "orders", per_page="10", order="asc", _fields="id")
    assert (first.headers["X-WP-Total"], first.headers["X-WP-TotalPages"]) == ("24", "3")
    assert [one["id"] for one in first.json()] == placed[1:11]
    assert ask("GET", "orders", page="4", per_page="10").json() == []
    assert [one["id"] for one in ask("GET", "orders", status="trash").json()] == placed[:1]


def test_more_than_is_left_is_not_given_back(ask: Ask, site: WooCommerceSite) -> None:
    order = site.place([kits(1)], status="processing")
    for amount in ("25.01", "-1"):
        answer = ask("POST", f"orders/{order['id']}/refunds", {"amount": amount})
        assert answer.status_code == 500
        assert answer.json()["code"] == "woocommerce_rest_cannot_create_order_refund"
    assert ask("POST", f"orders/{order['id']}/refunds", {}).status_code == 400
    assert site.store.refunds == {}


def test_signs_the_bytes_it_sends(
    site: WooCommerceSite, woo_deliveries: WooDeliveries, shop: Shop
) -> None:
    site.add_webhook(topic="order.created", url="http://shop.test/in/", secret="s3cret")
    order = site.place([kits(1)])
    woo_deliveries.deliver_now()

    knock, told = shop.received
    assert knock.body.startswith(b"webhook_id=")
    assert "x-wc-webhook-signature" not in knock.headers
    assert json.loads(told.body)["id"] == order["id"]
    digest = hmac.new(b"s3cret", told.body, hashlib.sha256).digest()
    assert told.headers["x-wc-webhook-signature"] == base64.b64encode(digest).decode()
    assert told.headers["x-wc-webhook-topic"] == "order.created"


def test_tells_once_and_gives_up_after_failures(
    site: WooCommerceSite, woo_deliveries: WooDeliveries, shop: Shop
) -> None:
    hook = site.add_webhook(topic="order.updated", url="http://shop.test/in/", secret="s")
    order = site.place([kits(1)])
    shop.answer = 503
    woo_deliveries.deliver_now()
    for failure in range(1, MOST_FAILURES + 2):
        site.touch(order)
        woo_deliveries.deliver_now()
        assert woo_deliveries.waiting() == []
        assert (hook["failures"], hook["status"]) == (failure, "active")
    site.touch(order)
    woo_deliveries.deliver_now()
    assert hook["status"] == "disabled"
    site.touch(order)
    assert woo_deliveries.waiting() == []


def test_a_success_forgets_the_failures(
    site: WooCommerceSite, woo_deliveries: WooDeliveries, shop: Shop
) -> None:
    hook = site.add_webhook(topic="order.updated", url="http://shop.test/in/", secret="s")
    order = site.place([kits(1)])
    for shop.answer, failures in ((500, 1), (0, 2), (200, 0), (500, 1)):
        site.touch(order)
        woo_deliveries.deliver_now()
        assert hook["failures"] == failures


def test_staff_press_every_button(
    press: Ask, site: WooCommerceSite, woo_server: WooCommerceServer
) -> None:
    placed = press("place", product_0="3", product_1="0", email="<b>@example.com")
    assert placed.status_code == 303
    [order] = site.store.orders.values()
    of, item = str(order["id"]), str(order["line_items"][0]["id"])
    assert placed.headers["Location"] == f"/?open={of}#order-{of}"
    for act, form, status in (
        ("hold", {}, "on-hold"),
        ("pay", {}, "processing"),
        ("edit", {"item": item, "quantity": "4"}, "processing"),
        ("complete", {}, "completed"),
        ("refund", {"item": item, "quantity": "1"}, "completed"),
        ("refund_amount", {"amount": "5.50"}, "completed"),
        ("trash", {}, "trash"),
        ("restore", {}, "completed"),
        ("cancel", {}, "cancelled"),
    ):
        assert press(act, of=of, **form).status_code == 303, act
        assert order["status"] == status
    assert str(site.refunded(order["id"])) == "119.50"
    page = httpx.get(f"{woo_server.url}/?open={of}").text
    assert "&lt;b&gt;@example.com" in page
    assert "<b>@example.com" not in page
    assert "This is not WooCommerce" in page


@pytest.mark.parametrize(
    ("act", "form"),
    [
        ("place", {"email": "a@example.com"}),
        ("place", {"product_0": "many", "email": "a@example.com"}),
        ("refund_amount", {"amount": "a lot"}),
        ("refund_amount", {"amount": "999999"}),
        ("edit", {"item": "1", "quantity": "1"}),
        ("edit", {"quantity": "-1"}),
        ("restore", {}),
        ("fly", {}),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(
    press: Ask, site: WooCommerceSite, act: str, form: dict[str, str]
) -> None:
    order = site.place([kits(1)], status="processing")
    before = json.dumps(site.store.orders)
    answer = press(act, **({"of": str(order["id"])} | form))
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert json.dumps(site.store.orders) == before


def test_faults_and_troubles_are_switched(
    press: Ask, site: WooCommerceSite, woo_deliveries: WooDeliveries, woo_server: WooCommerceServer
) -> None:
    hook = site.add_webhook(topic="order.updated", url="http://shop.test/in/", secret="s")
    assert press("faults", drop="1", reorder="1").headers["Location"] == "/deliveries"
    assert woo_deliveries.faults.switched_on() == ("reorder", "drop")
    press("trouble", trouble="maintenance")
    assert site.trouble == "maintenance"
    press("trouble", trouble="nonsense")
    assert site.trouble == ""
    press("switch_webhook", of=str(hook["id"]))
    assert hook["status"] == "disabled"
    for path in ("/", "/deliveries", "/webhooks", "/sim.css"):
        assert httpx.get(woo_server.url + path).status_code == 200
    assert httpx.get(f"{woo_server.url}/nothing").status_code == 404


def test_no_page_of_the_web_presses_its_buttons(woo_server: WooCommerceServer) -> None:
    for headers, status in (
        ({"Origin": "https://evil.example"}, 403),
        ({"Host": "evil.example"}, 421),
    ):
        answer = httpx.post(f"{woo_server.url}/act", data={"act": "deliver"}, headers=headers)
        assert answer.status_code == status


def test_goes_on_from_its_state(tmp_path: Path, clock: Clock) -> None:
    state = tmp_path / "woo.json"
    first = WooCommerceSite(state=state, clock=clock)
    first.add_webhook(topic="order.updated", url="http://shop.test/in/", secret="s")
    order = first.place([kits(2)], status="processing")
    first.refund(order["id"], amount="1.00")

    second = WooCommerceSite(state=state, clock=clock)

    assert second.store.orders == first.store.orders
    assert second.store.refunds == first.store.refunds
    assert second.place([kits(1)])["id"] > order["id"]


def test_runs_as_a_program(tmp_path: Path) -> None:
    given = ["--state", str(tmp_path / "s.json"), "--webhook", "http://127.0.0.1:1/in/woo/"]
    program = subprocess.Popen(
        [sys.executable, "-m", "counterfoil_sim", "woocommerce", "--port", "0", *given],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert program.stdout is not None
        url = program.stdout.readline().rpartition(" ")[2].strip()
        assert "order.restored" in httpx.get(f"{url}/webhooks").text
    finally:
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=120) == 0
