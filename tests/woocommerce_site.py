"""A simulated WooCommerce site on a port of its own, and an adapter that talks to it."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from counterfoil.channels.woocommerce import WooCommerce
from counterfoil.channels.woocommerce_settings import WooCommerceSettings
from counterfoil_sim.woocommerce_deliveries import WooDeliveries
from counterfoil_sim.woocommerce_server import WooCommerceServer
from counterfoil_sim.woocommerce_world import WooCommerceSite
from tests.simulated import Clock, Shop

SECRET, OLD_SECRET = "woosecretone", "woosecretold"

KIT: dict[str, Any] = {"name": "Kit", "sku": "KIT-1", "price": "25.00", "product_id": 51}
CARD: dict[str, Any] = {
    "name": "Card",
    "sku": "CARD-1",
    "price": "9.50",
    "product_id": 52,
    "variation_id": 53,
}


def kits(quantity: int, **more: Any) -> dict[str, Any]:
    """Give an item of so many kits."""
    return KIT | {"quantity": quantity} | more


@pytest.fixture
def site(clock: Clock) -> WooCommerceSite:
    return WooCommerceSite(clock=clock, salt="t")


@pytest.fixture
def woo_deliveries(site: WooCommerceSite, shop: Shop) -> WooDeliveries:
    return WooDeliveries(site, send=shop)


@pytest.fixture
def woo_server(woo_deliveries: WooDeliveries) -> Iterator[WooCommerceServer]:
    server = WooCommerceServer(woo_deliveries).start()
    yield server
    server.stop()


Connect = Callable[..., WooCommerce]


@pytest.fixture
def connect(woo_server: WooCommerceServer, site: WooCommerceSite) -> Connect:
    """Give what makes an adapter for the site, with settings as wanted."""

    def made(**changes: Any) -> WooCommerce:
        given: Mapping[str, Any] = {
            "site_url": woo_server.url,
            "consumer_key": site.key,
            "consumer_secret": site.secret,
            "webhook_secrets": (SECRET, OLD_SECRET),
            "is_test": True,
            "read_seconds": 60.0,
        } | changes
        return WooCommerce(WooCommerceSettings(**given))

    return made


@pytest.fixture
def woo(connect: Connect) -> WooCommerce:
    return connect()
