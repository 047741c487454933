"""The Shopify adapter, against a shop on a port of its own."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from counterfoil.channels.base import Envelope, Refunding, Subscribing, WritingBack
from counterfoil.channels.shopify import Shopify, ShopifySettings
from counterfoil.testing.channel_contract import ChannelContract
from tests.shopify_double import SHOP, TOKEN, ShopDouble, ShopServer
from tests.shopify_messages import NEW_SECRET, OLD_SECRET, SHOP_SECRET, headers_of, order_body
from tests.shopify_orders import ORDER, Order


def settings_of(url: str, **changes: object) -> ShopifySettings:
    """Give the settings of a shop that listens there."""
    return replace(
        ShopifySettings(
            shop=SHOP,
            access_token=TOKEN,
            app_secrets=(OLD_SECRET, NEW_SECRET),
            shop_secret=SHOP_SECRET,
            is_test=False,
            api_base=url,
            read_seconds=60.0,
        ),
        **changes,
    )


def envelope(body: bytes, **given: str) -> Envelope:
    """Receive a body as if it came just now."""
    headers = {name.lower(): value for name, value in headers_of(body, **given).items()}
    return Envelope(body=body, headers=headers, received_at=datetime.now(UTC))


@dataclass
class ShopifyWorld:
    """A shop with one paid order."""

    double: ShopDouble
    channel: Shopify
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    order: str = str(ORDER)
    unknown: str = str(ORDER + 1)
    signs_time: bool = False

    def message(self) -> bytes:
        """See ``ChannelWorld``."""
        return order_body()

    def signed(self, body: bytes, *, at: datetime, secret: int = 1) -> Envelope:
        """See ``ChannelWorld``."""
        del at  # Shopify signs no time
        return envelope(body, secret=(OLD_SECRET, NEW_SECRET)[secret - 1])


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
    return Shopify(settings_of(server.url))


@pytest.fixture
def world(double: ShopDouble, channel: Shopify) -> ShopifyWorld:
    return ShopifyWorld(double, channel)


class TestContract(ChannelContract):
    """Shopify keeps the contract of every channel."""


def test_can_do_all_that_a_channel_may(channel: Shopify) -> None:
    assert isinstance(channel, Refunding)
    assert isinstance(channel, WritingBack)
    assert isinstance(channel, Subscribing)


def test_keeps_its_secrets_out_of_sight(channel: Shopify) -> None:
    shown = repr(channel.settings) + repr(channel._api.settings)
    for secret in (TOKEN, OLD_SECRET, NEW_SECRET, SHOP_SECRET):
        assert secret not in shown


def test_sweeps_every_page_each_order_once(channel: Shopify, double: ShopDouble) -> None:
    for number in range(250):
        double.add(Order(number=1000 + number))

    changed = list(channel.changed_since(datetime.now(UTC)))  # an hour's overlap finds them all

    assert len(changed) == len(set(changed)) == 251
    assert double.names() == ["CounterfoilChanged"] * 3


def test_sweeps_nothing_older_than_the_overlap(channel: Shopify) -> None:
    later = datetime.now(UTC) + timedelta(hours=1, minutes=1)
    assert list(channel.changed_since(later)) == []
