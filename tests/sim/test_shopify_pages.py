"""The shop and its staff's pages, pressed as a browser presses them."""

import http.client
from collections.abc import Callable
from urllib.parse import urlencode

import pytest

from counterfoil_sim.shopify import Shopify, ShopifyServer, Webhooks
from counterfoil_sim.shopify.sums import current, financial_status
from tests.simulated_shopify import TOKEN, App

Answer = tuple[int, str, str]
Visit = Callable[..., Answer]


@pytest.fixture
def visit(shopify_server: ShopifyServer) -> Visit:
    host, port = shopify_server.server_address[:2]

    def visit(path: str, form: dict[str, str] | None = None, **headers: str) -> Answer:
        connection = http.client.HTTPConnection(str(host), int(port), timeout=60)
        method = "GET" if form is None else "POST"
        connection.request(method, path, urlencode(form or {}), headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, answer.headers.get("Location", ""), text

    return visit


@pytest.fixture
def order(shopify: Shopify) -> str:
    return str(shopify.place_order({"DNA-STD": 3, "MUG": 1})["id"])


def named(shopify: Shopify, sku: str) -> str:
    return f"v{shopify.store.variant(sku)['id']}"


def test_shows_what_is_on_sale(visit: Visit, shopify: Shopify) -> None:
    shopify.sell("X", "<b>Bold</b>", 5, description="<script>")
    status, _, text = visit("/")
    assert status == 200
    assert "Breed test" in text
    assert "&lt;b&gt;Bold" in text
    assert "<script>" not in text
    assert "This is not Shopify" in text


@pytest.mark.parametrize(
    ("act", "standing"), [("pay", "paid"), ("pay_later", "pending"), ("authorize", "authorized")]
)
def test_buys(visit: Visit, shopify: Shopify, act: str, standing: str) -> None:
    dna, mug = named(shopify, "DNA-STD"), named(shopify, "MUG")
    form = {
        "act": act,
        "email": "ann@example.com",
        "name": "Ann Buyer",
        f"{dna}[quantity]": "3",
        f"{dna}[cf_gift]": "true",
        f"{dna}[cf_recipient_email]": "ben@example.com",
        f"{dna}[cf_send_at]": "2026-12-24T08:00",
        f"{mug}[quantity]": "0",
        "cf_recipient_email": "nobody@example.com",  # typed in, but it is no gift
    }
    status, location, _ = visit("/buy", form)

    [bought] = shopify.store.orders.values()
    assert (status, location) == (303, f"/thanks/{bought['id']}")
    assert financial_status(bought) == standing
    assert [(line["sku"], line["quantity"]) for line in bought["lines"]] == [("DNA-STD", 3)]
    assert bought["lines"][0]["properties"] == {
        "cf_gift": "true",
        "cf_recipient_email": "ben@example.com",
        "cf_send_at": "2026-12-24T08:00:00Z",
    }
    assert (bought["attributes"], bought["test"]) == ({}, True)
    assert "order #1001" in visit(location)[2]


def test_buys_at_the_till_a_gift_of_everything(visit: Visit, shopify: Shopify) -> None:
    form = {f"{named(shopify, 'MUG')}[quantity]": "1", "live": "1", "act": "pay"}
    visit("/buy", form | {"cf_gift": "true", "cf_gift_message": "For you"})
    [bought] = shopify.store.orders.values()
    assert (bought["email"], bought["test"]) == (None, False)
    assert bought["attributes"] == {"cf_gift": "true", "cf_gift_message": "For you"}


def test_orders_nothing_from_an_empty_cart(visit: Visit, shopify: Shopify) -> None:
    form = {"email": "ann@example.com", f"{named(shopify, 'MUG')}[quantity]": "0"}
    status, _, text = visit("/buy", form)
    assert (status, shopify.store.orders) == (400, {})
    assert "Choose how many" in text
    assert 'value="ann@example.com"' in text  # what was typed is still there
    assert visit("/buy", {f"{named(shopify, 'MUG')}[quantity]": "many"})[0] == 400


def test_does_everything_to_an_order(visit: Visit, shopify: Shopify, order: str) -> None:
    dna = shopify.order(order)["lines"][0]["id"]

    def press(act: str, **more: str) -> None:
        status, location, _ = visit("/act", {"act": act, "of": order, **more})
        assert (status, location) == (303, f"/orders/{order}"), act
        assert visit(location)[0] == 200

    press("refund", **{f"units[l{dna}]": "1"}, restock="return")
    press("refund_amount", amount="5.50")
    press("edit", **{f"units[l{dna}]": "1"}, added="MUG", added_quantity="2", as_refund="1")
    press("dispute")
    press("dispute_won")
    press("inquiry")
    press("dispute_lost")
    press("ask_for_data")
    press("redact_customer")
    press("cancel", reason="fraud", with_refund="1")

    left = shopify.order(order)
    assert [current(line) for line in left["lines"]] == [0, 0, 0]
    assert (financial_status(left), left["cancel_reason"]) == ("refunded", "fraud")
    assert [one["status"] for one in left["disputes"]] == ["won", "lost"]
    assert "cancelled" in visit("/orders")[2]


def test_takes_the_money_later(visit: Visit, shopify: Shopify) -> None:
    late = str(shopify.place_order({"MUG": 1}, payment="authorized")["id"])
    assert "Capture: 9.00 USD" in visit(f"/orders/{late}")[2]
    visit("/act", {"act": "fail_payment", "of": late})
    visit("/act", {"act": "pay", "of": late})
    assert financial_status(shopify.order(late)) == "paid"
    visit("/act", {"act": "refund", "of": late, "units[l1]": "0", "no_money": "1"})
    visit("/act", {"act": "refund_all", "of": late, "restock": "no_restock"})
    assert financial_status(shopify.order(late)) == "refunded"


def test_says_why_nothing_happened(visit: Visit, shopify: Shopify, order: str) -> None:
    before = shopify.order(order)
    for act, more in (
        ("refund", {}),
        ("refund_amount", {"amount": "all"}),
        ("refund_amount", {"amount": "9999"}),
        ("edit", {}),
        ("refund_all", {"restock": "burn"}),
        ("edit", {"added": "CAR"}),
        ("cancel", {"reason": "weather"}),
        ("dispute_won", {}),
        ("pay", {}),
        ("dance", {}),
    ):
        status, _, text = visit("/act", {"act": act, "of": order, **more})
        assert status in (400, 404), act
        assert 'role="alert"' in text
    for form in ({"act": "pay", "of": "7"}, {"act": "revoke_secret"}, {"act": "subscribe"}):
        assert visit("/act", form)[0] in (400, 404)
    assert shopify.order(order) == before


def test_lets_the_app_in_and_out(visit: Visit, shopify: Shopify) -> None:
    def press(act: str, **more: str) -> None:
        assert visit("/act", {"act": act, **more})[:2] == (303, "/app"), act

    press("revoke_token")
    assert shopify.app["tokens"] == []
    press("revoke_token")
    press("accept_token")
    press("rotate_secret")
    press("revoke_secret")
    assert (shopify.app["tokens"], len(shopify.app["secrets"])) == ([TOKEN], 1)
    press("hide_buyers")
    assert "Show buyers to the app" in visit("/app")[2]
    press("show_buyers")
    press("unsubscribe", of=next(iter(shopify.store.subscriptions)))
    assert len(shopify.store.subscriptions) == 8
    press("subscribe", topic="orders/paid", address="http://app.test/by-hand/")
    press("unsubscribe_all")
    assert [one["by_app"] for one in shopify.store.subscriptions.values()] == [False]
    press("redact_shop")
    press("uninstall")
    assert "revoked" in visit("/app")[2]
    press("accept_token")
    assert visit("/act", {"act": "accept_token"})[0] == 400


def test_switches_faults_and_delivers(
    visit: Visit, shopify_server: ShopifyServer, webhooks: Webhooks, app: App, order: str
) -> None:
    visit("/act", {"act": "api_faults", "too_many": "1"})
    assert shopify_server.api.faults.switched_on() == ("too_many",)
    visit("/act", {"act": "faults", "wrong_topic": "1"})
    assert "Deliveries are faulty: wrong topic" in visit("/orders")[2]
    assert "Waiting (2)" in visit("/deliveries")[2]
    visit("/act", {"act": "deliver"})
    assert "Nothing waits" in visit("/deliveries")[2]
    visit("/act", {"act": "redeliver", "of": next(iter(webhooks.shop.store.deliveries))})
    assert app.topics() == ["orders/cancelled"] * 3
    assert visit("/act", {"act": "redeliver", "of": "gone"})[0] == 400


def test_changes_nothing_by_looking_or_from_elsewhere(
    visit: Visit, shopify: Shopify, order: str
) -> None:
    before = shopify.order(order)
    visit(f"/act?act=cancel&of={order}")
    form = {"act": "cancel", "of": order}
    for origin in ("https://evil.example", "null"):
        assert visit("/act", form, Origin=origin)[0] == 403
    assert visit("/", Host="evil.example")[0] == 421
    for path in ("/nothing", "/orders/7", "/thanks/7"):
        assert visit(path)[0] == 404
    assert visit("/nothing", form)[0] == 404
    assert shopify.order(order) == before
