"""The simulated world, for every test here."""

from tests.simulated import client, clock, deliveries, server, shop, sim
from tests.simulated_shopify import app, ask, shopify, shopify_server, webhooks

__all__ = [
    "app",
    "ask",
    "client",
    "clock",
    "deliveries",
    "server",
    "shop",
    "shopify",
    "shopify_server",
    "sim",
    "webhooks",
]
