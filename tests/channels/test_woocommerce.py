"""WooCommerce as a channel, over HTTP to a simulated site."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from counterfoil.channels.base import Envelope, Refunding, Selling, Subscribing, WritingBack
from counterfoil.channels.woocommerce import WooCommerce
from counterfoil.channels.woocommerce_messages import sign
from counterfoil.errors import Forged, Malformed, TooLarge
from counterfoil.rules.orders import PaymentStatus
from counterfoil.testing.channel_contract import ChannelContract
from counterfoil_sim.woocommerce_objects import written_order
from counterfoil_sim.woocommerce_world import TOPICS, WooCommerceSite
from tests.simulated import Clock, Shop
from tests.woocommerce_site import (
    CARD,
    OLD_SECRET,
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
    "F1": ["test_a_delivery_that_comes_twice_is_the_same_message"],
    "F4": ["test_no_message_is_too_old"],
    "F5": ["test_refuses_what_no_secret_signed"],
    "F6": ["test_gives_the_headers_of_woocommerce_no_meaning"],
    "F7": ["test_accepts_the_secret_that_is_being_replaced"],
    "F9": ["test_reads_what_may_be_odd", "test_refuses_what_is_too_large"],
    "F10": ["test_what_concerns_no_order_is_taken_and_points_nowhere"],
    "F11": ["test_the_connection_says_whether_it_is_a_test"],
}


class WooWorld:
    """A WooCommerce site with one paid order."""

    signs_time = False

    def __init__(self, channel: WooCommerce, site: WooCommerceSite, now: datetime) -> None:
        self.channel, self.site, self.now = channel, site, now
        placed = site.place([kits(2), CARD], status="processing")
        self.order, self.unknown = str(placed["id"]), "999999999"

    def message(self) -> bytes:
        written = written_order(self.site.order(self.order), refunds=[], decimals=2)
        return json.dumps(written).encode()

    def signed(self, body: bytes, *, at: datetime, secret: int = 1) -> Envelope:
        return signed(body, secret=(SECRET, OLD_SECRET)[secret - 1], at=self.now)


@pytest.fixture
def world(woo: WooCommerce, site: WooCommerceSite, clock: Clock) -> WooWorld:
    return WooWorld(woo, site, clock.now())


class TestWooCommerceContract(ChannelContract):
    """What every channel does."""


def signed(body: bytes, *, at: datetime, secret: str = SECRET, delivery: str = "d1") -> Envelope:
    headers = {
        "x-wc-webhook-topic": "order.updated",
        "x-wc-webhook-signature": sign(body, secret),
        "x-wc-webhook-delivery-id": delivery,
    }
    return Envelope(body=body, headers=headers, received_at=at)


def test_can_do_what_is_asked_of_it(woo: WooCommerce) -> None:
    assert isinstance(woo, Refunding)
    assert isinstance(woo, WritingBack)
    assert isinstance(woo, Subscribing)
    assert not isinstance(woo, Selling)


def test_a_knock_leaves_nothing(woo: WooCommerce, clock: Clock) -> None:
    knock = Envelope(body=b"webhook_id=12", headers={}, received_at=clock.now())
    assert woo.authenticate(knock) is None
    for more in (b"webhook_id=12&id=727", b"webhook_id=", b"webhook_id=12\n", b"webhook_id=1x"):
        with pytest.raises(Forged):
            woo.authenticate(replace(knock, body=more))


@pytest.mark.parametrize("given", ["", "x", "é", "=" * 44, "A" * 500, None])
def test_refuses_what_no_secret_signed(world: WooWorld, given: str | None) -> None:
    headers = {} if given is None else {"x-wc-webhook-signature": given}
    with pytest.raises(Forged):
        world.channel.authenticate(
            Envelope(body=world.message(), headers=headers, received_at=world.now)
        )


def test_nothing_fits_an_empty_secret(connect: Connect, world: WooWorld) -> None:
    body = world.message()
    for secrets in ((), ("",), (" ",)):
        with pytest.raises(Forged, match="no secret configured"):
            connect(webhook_secrets=secrets).authenticate(signed(body, at=world.now, secret=""))


def test_gives_the_headers_of_woocommerce_no_meaning(world: WooWorld) -> None:
    plain = world.signed(world.message(), at=world.now)
    wanted = world.channel.authenticate(plain)
    assert wanted is not None
    others = {
        "x-wc-webhook-topic": "order.deleted",
        "x-wc-webhook-resource": "product",
        "x-wc-webhook-event": "deleted",
        "x-wc-webhook-id": "1",
        "x-wc-webhook-source": "https://elsewhere.example/",
    }
    assert world.channel.authenticate(replace(plain, headers={**plain.headers, **others})) == wanted
    another = {**plain.headers, "x-wc-webhook-delivery-id": "another"}
    found = world.channel.authenticate(replace(plain, headers=another))
    assert found is not None
    assert found.message_id != wanted.message_id
    assert replace(found, message_id="") == replace(wanted, message_id="")


def test_a_delivery_that_comes_twice_is_the_same_message(world: WooWorld) -> None:
    body, other = b'{"id":7}', b'{"id":8}'
    ids = {
        note.message_id
        for envelope in (
            signed(body, at=world.now),
            signed(body, at=world.now + timedelta(days=1)),
            signed(other, at=world.now),  # in the same second, so with the same delivery id
            signed(body, at=world.now, delivery="d2"),  # trashed once more
        )
        if (note := world.channel.authenticate(envelope)) is not None
    }
    assert len(ids) == 3


def test_no_message_is_too_old(world: WooWorld) -> None:
    late = signed(world.message(), at=world.now + timedelta(days=400))
    assert world.channel.authenticate(late) is not None


@pytest.mark.parametrize(
    ("body", "pointer", "topic"),
    [
        (b'{"id":727}', "727", "order.deleted"),
        (b'{"id":"727"}', "727", "order.deleted"),
        (
            b'{"id":820982911946154508,"status":"wc-packed"}',
            "820982911946154508",
            "order.wc-packed",
        ),
        (b'{"id":7,"status":"<script>"}', "7", "order"),
        (b'{"id":7,"status":"processing","date_paid_gmt":"soon"}', "7", "order.processing"),
        (b'{"id":7,"status":"processing","date_paid_gmt":null}', "7", "order.processing"),
    ],
)
def test_reads_what_may_be_odd(world: WooWorld, body: bytes, pointer: str, topic: str) -> None:
    notice = world.channel.authenticate(signed(body, at=world.now))
    assert notice is not None
    assert (notice.pointer, notice.topic, notice.claims_paid) == (pointer, topic, False)


@pytest.mark.parametrize(
    "body",
    [
        b'{"code":"woocommerce_rest_cannot_view","message":"Sorry","data":{"status":401}}',
        b'{"action":"woocommerce_add_to_cart","arg":7}',
    ],
)
def test_what_concerns_no_order_is_taken_and_points_nowhere(world: WooWorld, body: bytes) -> None:
    """Refusing it would have WooCommerce switch the webhook off."""
    notice = world.channel.authenticate(signed(body, at=world.now))
    assert notice is not None
    assert notice.pointer is None


@pytest.mark.parametrize(
    "body", [b'{"id":0}', b'{"id":-3}', b'{"id":true}', b'{"id":"../1"}', b'{"id":1.5}', b'{"x":1}']
)
def test_refuses_what_names_no_order(world: WooWorld, body: bytes) -> None:
    with pytest.raises(Malformed):
        world.channel.authenticate(signed(body, at=world.now))


def test_refuses_what_is_too_large(world: WooWorld) -> None:
    for body in (b"webhook_id=" + b"1" * 2_000_000, b'{"id":"' + b"1" * 20_000_000):
        with pytest.raises(TooLarge):
            world.channel.authenticate(signed(body, at=world.now))


def test_the_connection_says_whether_it_is_a_test(connect: Connect, world: WooWorld) -> None:
    live = connect(is_test=False)
    notice = live.authenticate(signed(world.message(), at=world.now))
    order = live.read_order(world.order, as_of=world.now)
    assert notice is not None
    assert order is not None
    assert (notice.is_test, order.is_test) == (False, False)
    world.site.set_meta(world.site.order(world.order), {"_wcpay_mode": "test"})
    order = live.read_order(world.order, as_of=world.now)
    assert order is not None
    assert order.is_test


def test_what_the_site_sends_is_understood(
    world: WooWorld, site: WooCommerceSite, shop: Shop, woo_deliveries: object
) -> None:
    for topic in TOPICS:
        site.add_webhook(topic=topic, url="http://shop.test/in/woo/", secret=SECRET)
    placed = site.place([kits(1)])
    site.pay(placed["id"])
    site.trash(placed["id"])
    site.restore(placed["id"])

    woo_deliveries.deliver_now()  # type: ignore[attr-defined]

    notices = [world.channel.authenticate(envelope) for envelope in shop.received]
    assert notices.count(None) == len(TOPICS)  # a knock for each
    told = [(one.pointer, one.topic) for one in notices if one is not None]
    assert {pointer for pointer, _ in told} == {str(placed["id"])}
    assert [topic for _, topic in told] == [
        "order.processing",  # a message says how things are when it leaves
        "order.processing",
        "order.deleted",
        "order.processing",
    ]
    order = world.channel.read_order(str(placed["id"]), as_of=world.now)
    assert order is not None
    assert order.payment is PaymentStatus.PAID
