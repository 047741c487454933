"""
What can go wrong, made to go wrong in a demo: one mishap for each kind of case.

Each is brought about as it comes about in earnest: at a simulated channel, by a customer, by a
system that does not answer. What takes days in earnest (ten tries, seventy-two hours) is wound
forward. See :class:`counterfoil.testing.mishaps.world.Mishap`.
"""

from counterfoil.testing.mishaps.channels import CHANNELS
from counterfoil.testing.mishaps.customers import CUSTOMERS
from counterfoil.testing.mishaps.machinery import MACHINERY
from counterfoil.testing.mishaps.orders import ORDERS
from counterfoil.testing.mishaps.world import Mishap, World

__all__ = ["MISHAPS", "Mishap", "World"]

MISHAPS: tuple[Mishap, ...] = (*ORDERS, *CUSTOMERS, *CHANNELS, *MACHINERY)
