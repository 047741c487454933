"""What a WooCommerce site may answer instead of what was asked, and writing to it."""

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from counterfoil.channels.base import OrderReport, RefundRequest, ReportedUnit
from counterfoil.channels.woocommerce import WooCommerce
from counterfoil.channels.woocommerce_api import seconds_to_wait
from counterfoil.channels.woocommerce_settings import settings_of
from counterfoil.errors import (
    AccessLost,
    ChannelRefused,
    ChannelUnavailable,
    ConnectionIncomplete,
    OrderInvalid,
)
from counterfoil.rules.orders import RefundedLine
from counterfoil_sim.woocommerce_deliveries import WooDeliveries
from counterfoil_sim.woocommerce_world import TOPICS, WooCommerceSite
from tests.channels.test_woocommerce_orders import NOW, read
from tests.simulated import Clock, Shop
from tests.woocommerce_site import (
    SECRET,
    Connect,
    connect,
    kits,
    site,
    woo,
    woo_deliveries,
    woo_server,
)

__all__ = ["connect", "site", "woo", "woo_deliveries", "woo_server"]

COVERS = {
    "F5": ["test_secrets_that_wordpress_changes_are_refused"],
    "F7": ["test_a_key_that_was_revoked_is_lost_access"],
    "F9": ["test_what_no_site_should_answer"],
    "F12": [
        "test_a_webhook_that_was_switched_off_is_switched_on",
        "test_webhooks_that_are_missing_are_made",
        "test_what_cannot_be_mended_is_told",
    ],
}

ADDRESS = "https://codes.example/in/woo/"


@pytest.mark.parametrize(
    ("trouble", "retry_after"),
    [
        ("maintenance", 120.0),
        ("throttled", 30.0),
        ("error_page", None),
        ("moved", None),
        ("endless", None),
    ],
)
def test_a_site_in_trouble_is_asked_again_later(
    woo: WooCommerce, site: WooCommerceSite, trouble: str, retry_after: float | None
) -> None:
    order = site.place([kits(1)], status="processing")
    site.trouble = trouble

    for ask in (
        lambda: woo.read_order(str(order["id"]), as_of=NOW),
        lambda: list(woo.changed_since(NOW)),
        lambda: woo.check(ADDRESS),
    ):
        with pytest.raises(ChannelUnavailable) as refused:
            ask()
        assert not isinstance(refused.value, AccessLost)
        assert refused.value.retry_after == retry_after
        assert site.secret not in str(refused.value)

    site.trouble = ""
    assert read(woo, order).lines


def test_a_key_that_was_revoked_is_lost_access(woo: WooCommerce, site: WooCommerceSite) -> None:
    site.trouble = "revoked"
    with pytest.raises(AccessLost, match="401 woocommerce_rest_cannot_view"):
        woo.read_order("1", as_of=NOW)


def test_nobody_listens_there(connect: Connect) -> None:
    with pytest.raises(ChannelUnavailable):
        connect(site_url="http://127.0.0.1:1").read_order("1", as_of=NOW)


Answer = tuple[int, dict[str, str], bytes]
Answering = Callable[[Answer], WooCommerce]


@pytest.fixture
def answering(connect: Connect) -> Iterator[Answering]:
    """Give what makes an adapter for a site that always answers the same."""
    servers = []

    def made(answer: Answer) -> WooCommerce:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, headers, body = answer
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        return connect(site_url=f"http://127.0.0.1:{server.server_address[1]}", read_seconds=60.0)

    yield made
    for server in servers:
        server.shutdown()
        server.server_close()


NOTICE = b"<br />\n<b>Warning</b>: Undefined variable in plugin.php<br />\n"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        pytest.param((200, {}, b""), "no JSON", id="nothing"),
        pytest.param((200, {}, NOTICE + b'{"id":1}'), "no JSON", id="a plugin's warning"),
        pytest.param((200, {}, b'{"id":NaN}'), "no JSON", id="not a number"),
        pytest.param((200, {}, b'{"id":"\xff"}'), "no JSON", id="not UTF-8"),
        pytest.param((200, {}, b"[" * 100_000), "no JSON", id="a bomb"),
        pytest.param((200, {}, b"[1]"), "no object", id="a list"),
        pytest.param((404, {}, b"<h1>Not found</h1>"), "permalinks", id="no WordPress"),
        pytest.param((404, {}, b'{"code":"rest_no_route"}'), "permalinks", id="no WooCommerce"),
        pytest.param((400, {}, b'{"code":"rest_invalid_param"}'), "rest_invalid_param", id="400"),
        pytest.param((500, {}, b'{"code":"internal_server_error"}'), "500", id="500"),
        pytest.param((502, {}, b"Bad Gateway"), "502", id="502"),
        pytest.param((204, {}, b""), "no JSON", id="204"),
        pytest.param((302, {"Location": "/login"}, b""), "elsewhere", id="a login page"),
        pytest.param((302, {"Location": "https://b.example/x?y"}, b""), "b.example", id="moved"),
        pytest.param((200, {"Content-Length": "99"}, b"{"), "ProtocolError", id="cut short"),
        pytest.param(
            (200, {"Content-Encoding": "gzip"}, b"x" * 99), "DecodingError", id="not gzip"
        ),
    ],
)
def test_what_no_site_should_answer(answering: Answering, answer: Answer, said: str) -> None:
    with pytest.raises(ChannelUnavailable, match=said) as refused:
        answering(answer).read_order("1", as_of=NOW)
    assert not isinstance(refused.value, AccessLost)


def test_a_firewall_in_front_of_the_site_is_lost_access(answering: Answering) -> None:
    page = (403, {"Content-Type": "text/html"}, b"<title>Blocked</title>")
    with pytest.raises(AccessLost, match="403 text/html"):
        answering(page).read_order("1", as_of=NOW)


@pytest.mark.parametrize(
    ("wanted", "said", "seconds"),
    [
        ("7", "", 7.0),
        ("-7", "", None),
        ("soon", "", None),
        ("Sat, 21 Nov 2026 09:02:00 GMT", "Sat, 21 Nov 2026 09:00:00 GMT", 120.0),
        ("Sat, 21 Nov 2026 08:02:00 GMT", "Sat, 21 Nov 2026 09:00:00 GMT", 0.0),
        ("Sat, 21 Nov 2026 09:02:00 GMT", "", None),
    ],
)
def test_says_when_to_come_back(wanted: str, said: str, seconds: float | None) -> None:
    assert seconds_to_wait(httpx.Headers({"Retry-After": wanted, "Date": said})) == seconds


def test_a_byte_order_mark_does_no_harm(answering: Answering) -> None:
    marked = b'\xef\xbb\xbf{"id":2}'
    with pytest.raises(OrderInvalid, match="another order"):
        answering((200, {}, marked)).read_order("1", as_of=NOW)


def test_a_list_without_an_end_has_one(answering: Answering) -> None:
    """Some lists come whole, say nothing of pages, and are the same on every page."""
    rows = json.dumps([{"id": number + 1} for number in range(100)]).encode()
    assert len(list(answering((200, {}, rows)).changed_since(NOW))) == 100


@pytest.mark.parametrize(
    ("site_url", "is_right"),
    [
        ("https://shop.example", True),
        ("https://shop.example/store/", True),
        ("http://127.0.0.1:8080", True),
        ("http://localhost", True),
        ("http://shop.example", False),
        ("http://127.0.0.1.shop.example", False),
        ("https://key:secret@shop.example", False),
        ("https://shop.example/?rest_route=/", False),
        ("shop.example", False),
        ("", False),
        (None, False),
    ],
)
def test_a_key_travels_only_encrypted(site_url: str | None, is_right: bool) -> None:
    secrets = {"consumer_key": "ck_x", "consumer_secret": "cs_x", "webhook_secrets": [SECRET]}
    if is_right:
        assert settings_of(secrets, {"site_url": site_url}, is_test=False).site_url
    else:
        with pytest.raises(ConnectionIncomplete):
            settings_of(secrets, {"site_url": site_url}, is_test=False)


@pytest.mark.parametrize(
    "secret", ["Tom&amp;Jerry1", "a<b>cdefgh", 'say"please"', "it's me now", "", " ", "short", 7]
)
def test_secrets_that_wordpress_changes_are_refused(secret: object) -> None:
    secrets = {"consumer_key": "ck_x", "consumer_secret": "cs_x", "webhook_secrets": [secret]}
    with pytest.raises(ConnectionIncomplete) as refused:
        settings_of(secrets, {"site_url": "https://shop.example"}, is_test=False)
    assert not (isinstance(secret, str) and len(secret) > 5 and secret in str(refused.value))


def test_settings_that_lack_something_are_refused() -> None:
    options = {"site_url": "https://shop.example"}
    whole = {"consumer_key": "ck_x", "consumer_secret": "cs_x", "webhook_secrets": "abcdefgh12"}
    assert "cs_x" not in repr(settings_of(whole, options, is_test=False))
    for missing in whole:
        with pytest.raises(ConnectionIncomplete):
            settings_of(whole | {missing: ""}, options, is_test=False)
    for statuses in ("paid", {"x": "unknown"}, ["x"]):
        with pytest.raises(ConnectionIncomplete):
            settings_of(whole, options | {"statuses": statuses}, is_test=False)


def test_webhooks_that_are_missing_are_made(
    woo: WooCommerce, site: WooCommerceSite, woo_deliveries: WooDeliveries, shop: Shop
) -> None:
    made = woo.check(ADDRESS)

    assert [line.partition(":")[0] for line in made.mended] == list(TOPICS)
    assert made.troubles == ()
    hooks = site.store.webhooks.values()
    assert {(hook["topic"], hook["delivery_url"], hook["secret"]) for hook in hooks} == {
        (topic, ADDRESS, SECRET) for topic in TOPICS
    }
    again = woo.check(ADDRESS)
    assert (again.mended, again.troubles) == ((), ())
    woo_deliveries.deliver_now()
    assert [woo.authenticate(envelope) for envelope in shop.received] == [None] * len(TOPICS)


def test_a_webhook_that_was_switched_off_is_switched_on(
    woo: WooCommerce, site: WooCommerceSite, woo_deliveries: WooDeliveries, shop: Shop
) -> None:
    woo.check(ADDRESS)
    woo_deliveries.deliver_now()
    shop.answer = 500
    order = site.place([kits(1)])
    for _ in range(7):
        site.touch(order)
    woo_deliveries.deliver_now()
    status = {hook["topic"]: hook["status"] for hook in site.store.webhooks.values()}
    assert status["order.updated"] == "disabled"
    assert status["order.created"] == "active"
    site.touch(order)
    assert woo_deliveries.waiting() == []  # it is not even queued

    health = woo.check(ADDRESS)

    assert health.mended == ("order.updated: was disabled, and is active again.",)
    site.touch(order)
    assert [one.topic for one in woo_deliveries.waiting()] == ["ping", "order.updated"]


def test_an_address_without_its_slash_is_put_right(woo: WooCommerce, site: WooCommerceSite) -> None:
    hook = site.add_webhook(topic="order.updated", url=ADDRESS.rstrip("/"), secret="unknown")
    woo.check(ADDRESS)
    assert (hook["delivery_url"], hook["secret"]) == (ADDRESS, SECRET)
    assert len(site.store.webhooks) == len(TOPICS)


def test_what_cannot_be_mended_is_told(woo: WooCommerce, site: WooCommerceSite) -> None:
    old = "https://old.example/in/woo/"
    site.add_webhook(topic="order.updated", url=old, secret=SECRET, name="Counterfoil old")
    site.may_write = False

    health = woo.check(ADDRESS)

    assert health.mended == ()
    assert len(health.troubles) == len(TOPICS) + 1
    assert old in health.troubles[0]
    assert "Webhooks" in health.troubles[1]
    assert len(site.store.webhooks) == 1


def refund_request(order: dict[str, object], **changes: object) -> RefundRequest:
    given: dict[str, object] = {
        "payment_reference": str(order["id"]),
        "amount": 2500,
        "currency": "USD",
        "idempotency_key": "refund-1",
        "reason": "Did not like it",
    }
    return RefundRequest(**(given | changes))  # type: ignore[arg-type]


def test_money_goes_back_once_per_key(woo: WooCommerce, site: WooCommerceSite) -> None:
    order = site.place([kits(2)], status="processing", tax_percent="20")
    line = str(order["line_items"][0]["id"])
    request = refund_request(order, line=line, quantity=1, amount=3000)

    first = woo.refund(request)
    again = woo.refund(request)

    assert first == again
    assert (first.amount, first.reason) == (3000, "Did not like it")
    assert first.lines == (RefundedLine(line=line, quantity=1, amount=3000),)
    [item] = site.store.refunds[str(order["id"])][0]["line_items"]
    assert (item["total"], item["total_tax"], item["quantity"]) == ("-25.00", "-5.00", -1)
    assert read(woo, order).refunds == (first,)
    other = woo.refund(refund_request(order, idempotency_key="refund-2", amount=500))
    assert (other.money_only, other.reference != first.reference) == (True, True)


def test_a_refund_whose_answer_was_lost_is_found_by_its_reason(
    woo: WooCommerce, site: WooCommerceSite
) -> None:
    """The data of a refund is written only after the money has moved."""
    order = site.place([kits(2)], status="processing")
    made = woo.refund(refund_request(order))
    site.store.refunds[str(order["id"])][0]["meta_data"] = []

    assert woo.refund(refund_request(order)) == made
    assert len(site.store.refunds[str(order["id"])]) == 1


def test_a_refund_can_name_the_entitlements(woo: WooCommerce, site: WooCommerceSite) -> None:
    order = site.place([kits(2)], status="processing")
    woo.refund(refund_request(order, units=("ent_a1", "ent_b2")))
    [refund] = read(woo, order).refunds
    assert (refund.units, refund.lines, refund.money_only) == (("ent_a1", "ent_b2"), (), False)


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": 99_999},
        {"currency": "EUR"},
        {"line": "1"},
        {"payment_reference": "999999"},
        {"payment_reference": "pi_x"},
    ],
)
def test_a_refund_that_cannot_be_is_refused(
    woo: WooCommerce, site: WooCommerceSite, changes: dict[str, object]
) -> None:
    order = site.place([kits(2)], status="processing")
    with pytest.raises(ChannelRefused):
        woo.refund(refund_request(order, **changes))
    assert site.store.refunds == {}


REPORT = (
    ReportedUnit(line="701", handle="ent_one", state="issued"),
    ReportedUnit(line="701", handle="ent_two", state="assigned"),
)


def test_shows_at_the_order_how_things_stand(
    woo: WooCommerce, site: WooCommerceSite, clock: Clock
) -> None:
    order = site.place([kits(2)], status="processing")
    report = OrderReport(
        reference=str(order["id"]), units=REPORT, claim_url="https://codes.example/c/"
    )

    woo.write_back(report)
    written_at = order["date_modified"]
    clock.time += 60
    woo.write_back(report)

    assert order["date_modified"] == written_at  # or it would be told of for ever
    told = {entry["key"]: entry["value"] for entry in order["meta_data"]}
    assert json.loads(told["_counterfoil_status"]) == {
        "v": 1,
        "units": [
            {"line": "701", "state": "issued", "ref": "ent_one"},
            {"line": "701", "state": "assigned", "ref": "ent_two"},
        ],
    }
    assert told["_counterfoil_claim_url"] == "https://codes.example/c/"
    [note] = site.store.notes[str(order["id"])]
    assert (note["note"], note["customer_note"]) == ("Counterfoil: 1 assigned, 1 issued.", False)

    woo.write_back(OrderReport(reference=str(order["id"]), units=()))
    assert [note["note"] for note in site.store.notes[str(order["id"])]][1:] == [
        "Counterfoil: nothing issued."
    ]


def test_a_report_that_was_cut_short_is_completed(woo: WooCommerce, site: WooCommerceSite) -> None:
    order = site.place([kits(2)], status="processing")
    report = OrderReport(reference=str(order["id"]), units=REPORT)
    woo.write_back(report)
    order["meta_data"] = []
    woo.write_back(report)
    assert len(site.store.notes[str(order["id"])]) == 1
    assert order["meta_data"]


def test_a_status_that_would_make_the_order_unreadable_is_summed_up(
    woo: WooCommerce, site: WooCommerceSite
) -> None:
    order = site.place([kits(2)], status="processing")
    units = tuple(
        ReportedUnit(line="701", handle=f"ent_{number:026d}", state="issued")
        for number in range(2_000)
    )

    woo.write_back(OrderReport(reference=str(order["id"]), units=units))

    told = {entry["key"]: entry["value"] for entry in order["meta_data"]}
    assert json.loads(told["_counterfoil_status"]) == {
        "v": 1,
        "lines": [{"line": "701", "states": {"issued": 2_000}}],
    }


def test_nothing_is_shown_where_there_is_no_order(woo: WooCommerce) -> None:
    for reference in ("999999", "x", ""):
        with pytest.raises(ChannelRefused):
            woo.write_back(OrderReport(reference=reference, units=REPORT))


def test_a_sweep_survives_no_trouble_unseen(woo: WooCommerce, site: WooCommerceSite) -> None:
    """An answer that breaks off between two pages is no end of the list."""
    for _ in range(120):
        site.place([kits(1)])
    found = woo.changed_since(NOW - timedelta(days=3650))
    next(found)
    site.trouble = "maintenance"
    with pytest.raises(ChannelUnavailable):
        list(found)
