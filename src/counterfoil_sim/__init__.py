"""
The outside world, for development, demos and tests.

Simulates Stripe as far as a Checkout integration can see it: the official ``stripe`` library talks
to it over HTTP, it has a page to pay on, sends signed webhooks, and can be made to deliver them
badly. It never talks to Stripe, moves no money, and takes no live keys.
"""

from counterfoil_sim.courier import Attempt, Faults
from counterfoil_sim.deliveries import Deliveries
from counterfoil_sim.server import SimulatorServer
from counterfoil_sim.simulator import Simulator

__all__ = ["Attempt", "Deliveries", "Faults", "Simulator", "SimulatorServer"]
