"""
A shop at Shopify, for development, demos and tests.

It answers the Admin API with Shopify's own schema, has a small shop to buy in and pages for its
staff, and sends signed webhooks. It never talks to Shopify and moves no money.
"""

from counterfoil_sim.shopify.ordering import Wanted
from counterfoil_sim.shopify.server import ShopifyServer
from counterfoil_sim.shopify.shop import Shopify
from counterfoil_sim.shopify.webhooks import ShopifyFaults, Webhooks

__all__ = ["Shopify", "ShopifyFaults", "ShopifyServer", "Wanted", "Webhooks"]
