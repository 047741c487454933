"""Shopify says no in many ways, and each is understood."""

import logging
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from counterfoil.channels.shopify import Shopify
from counterfoil.channels.shopify_api import ANSWER_LIMIT
from counterfoil.errors import AccessLost, ChannelRefused, ChannelUnavailable
from tests.channels.test_shopify import settings_of
from tests.shopify_double import TOKEN, Fault, ShopDouble, ShopServer, fault
from tests.shopify_orders import ORDER, Order

COVERS = {
    "F7": ["test_a_closed_door_is_told_apart_from_silence"],
    "F9": ["test_an_answer_that_is_none_is_silence"],
}

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def double() -> ShopDouble:
    found = ShopDouble()
    found.add(Order())
    return found


@pytest.fixture
def server(double: ShopDouble) -> Iterator[ShopServer]:
    server = ShopServer(double)
    yield server
    server.stop()


@pytest.fixture
def channel(server: ShopServer) -> Shopify:
    return Shopify(settings_of(server.url, patience_seconds=0.5))


def read(channel: Shopify) -> object:
    return channel.read_order(str(ORDER), as_of=NOW)


def throttled(available: float = 999.0) -> Fault:
    status = {"maximumAvailable": 2000.0, "currentlyAvailable": available, "restoreRate": 100.0}
    return fault(
        200,
        {
            "errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}],
            "extensions": {"cost": {"requestedQueryCost": 1009, "throttleStatus": status}},
        },
    )


def error(code: str, message: str = "no") -> Fault:
    return fault(200, {"errors": [{"message": message, "extensions": {"code": code}}]})


@pytest.mark.parametrize("status", [401, 402, 403, 404, 423])
def test_a_closed_door_is_told_apart_from_silence(
    channel: Shopify, double: ShopDouble, status: int
) -> None:
    double.faults.append(fault(status, {"errors": "Unavailable Shop"}))
    with pytest.raises(AccessLost) as caught:
        read(channel)
    assert str(status) in str(caught.value)
    assert TOKEN not in str(caught.value)
    assert read(channel) is not None


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(fault(500), id="broken"),
        pytest.param(fault(503, b"<html>"), id="down"),
        pytest.param(fault(301, Location="https://elsewhere.example/"), id="moved"),
        pytest.param(fault(200, b"<html>hello</html>"), id="a page"),
        pytest.param(fault(200, b""), id="nothing"),
        pytest.param(fault(200, b"[]"), id="a list"),
        pytest.param(fault(200, b"{}"), id="empty"),
        pytest.param(fault(200, b'{"data": NaN}'), id="not a number"),
        pytest.param(fault(200, b"[" * 100_000), id="a bomb"),
        pytest.param(fault(200, b"\xff\xfe"), id="not UTF-8"),
        pytest.param(fault(200, {"errors": "what?"}), id="an error that is a text"),
        pytest.param(fault(200, {"errors": [7]}), id="an error that is a number"),
        pytest.param(error("INTERNAL_SERVER_ERROR"), id="their fault"),
        pytest.param(error("MAX_COST_EXCEEDED"), id="too dear"),
        pytest.param(fault(200, b" " * (ANSWER_LIMIT + 1)), id="endless"),
    ],
)
def test_an_answer_that_is_none_is_silence(
    channel: Shopify, double: ShopDouble, answer: Fault
) -> None:
    double.faults.append(answer)
    with pytest.raises(ChannelUnavailable) as caught:
        read(channel)
    assert not isinstance(caught.value, AccessLost)


def test_nobody_there_is_silence(channel: Shopify, server: ShopServer) -> None:
    server.stop()
    asks: list[Callable[[], object]] = [
        lambda: read(channel),
        lambda: list(channel.changed_since(NOW)),
        lambda: channel.check("https://shop.example/in/shopify/"),
    ]
    for ask in asks:
        with pytest.raises(ChannelUnavailable):
            ask()


def test_whoever_is_slow_is_not_waited_for(server: ShopServer, double: ShopDouble) -> None:
    impatient = Shopify(settings_of(server.url, read_seconds=0.2))
    answered = threading.Event()
    double.before = lambda _: answered.wait(60) and None
    with pytest.raises(ChannelUnavailable, match="Timeout"):
        read(impatient)
    answered.set()


def test_waits_a_little_for_the_bucket_and_passes_on_a_long_wait(
    channel: Shopify, double: ShopDouble
) -> None:
    double.faults += [throttled(), throttled()]  # ten points are missing: a tenth of a second
    assert read(channel) is not None

    double.faults.append(throttled(available=0.0))
    with pytest.raises(ChannelUnavailable) as caught:
        read(channel)
    assert caught.value.retry_after == pytest.approx(10.09)

    double.faults += [throttled()] * 100
    with pytest.raises(ChannelUnavailable):
        read(channel)
    assert len(double.faults) > 90


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("2.0", 2.0), ("120", 120.0), ("soon", 2.0), ("nan", 2.0), ("-5", 0.0), ("1e9", 3600.0)],
)
def test_passes_on_how_long_shopify_asks_us_to_wait(
    channel: Shopify, double: ShopDouble, header: str, seconds: float
) -> None:
    double.faults += [fault(429, Retry_After=header)] * 20
    with pytest.raises(ChannelUnavailable) as caught:
        read(channel)
    assert caught.value.retry_after == seconds


def test_a_part_that_is_not_for_us_leaves_the_rest(channel: Shopify, double: ShopDouble) -> None:
    whole = channel.read_order(str(ORDER), as_of=NOW)
    double.orders[ORDER].dispute()
    double.denied |= {"disputes", "email", "customer"}

    order = channel.read_order(str(ORDER), as_of=NOW)

    assert whole is not None
    assert order is not None
    assert (order.lines, order.payment) == (whole.lines, whole.payment)
    assert (order.buyer_email, order.buyer_name, order.disputes) == (None, "", ())


def test_an_order_we_may_not_see_at_all(channel: Shopify, double: ShopDouble) -> None:
    double.faults.append(error("ACCESS_DENIED", "Access denied for order field."))
    with pytest.raises(AccessLost):
        read(channel)


def test_user_errors_with_status_200_are_refusals(channel: Shopify, double: ShopDouble) -> None:
    double.refusals["webhookSubscriptionCreate"] = [
        {"field": ["webhookSubscription"], "message": "Address is not allowed"}
    ]
    health = channel.check("https://shop.example/in/shopify/")
    assert [one for one in health.troubles if "Address is not allowed" in one]
    assert ChannelRefused.code == "channel_refused"


def test_a_list_that_leads_in_a_circle_ends(channel: Shopify, double: ShopDouble) -> None:
    page = {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": "again"}}
    double.faults += [fault(200, {"data": {"orders": page}})] * 10
    with pytest.raises(ChannelUnavailable, match="circle"):
        list(channel.changed_since(NOW))


def test_writes_no_secret_into_the_log(
    channel: Shopify,
    double: ShopDouble,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Whatever another test, or the server's own settings, did about what httpx tells.
    monkeypatch.setattr(logging.getLogger("httpx"), "disabled", False)
    with caplog.at_level(logging.DEBUG), caplog.at_level(logging.DEBUG, logger="httpx"):
        read(channel)
        double.faults.append(fault(401))
        with pytest.raises(AccessLost):
            read(channel)
    assert caplog.text
    assert TOKEN not in caplog.text
