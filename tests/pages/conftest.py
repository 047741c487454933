"""The simulated Stripe, for pages that send somebody there."""

from tests.simulated import clock, deliveries, server, shop, sim

__all__ = ["clock", "deliveries", "server", "shop", "sim"]
