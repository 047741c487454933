"""The simulated world, for every test here."""

from tests.simulated import client, clock, deliveries, server, shop, sim

__all__ = ["client", "clock", "deliveries", "server", "shop", "sim"]
