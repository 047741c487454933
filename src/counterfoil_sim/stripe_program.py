"""``python -m counterfoil_sim stripe``: the simulated Stripe on its own."""

import argparse
from pathlib import Path

from counterfoil_sim import program
from counterfoil_sim.bouncing import Provider
from counterfoil_sim.deliveries import Deliveries
from counterfoil_sim.server import SimulatorServer
from counterfoil_sim.simulator import Simulator


def main(arguments: list[str]) -> int:
    """
    Serve until interrupted or terminated.

    :raises Impossible: if the port or the state cannot be used.
    """
    given = options().parse_args(arguments)
    simulator = program.remembering(lambda: Simulator(state=given.state), given.state)
    deliveries = Deliveries(simulator, url=given.webhook, secret=given.secret)
    server = program.listening(
        lambda: SimulatorServer(
            deliveries,
            host=given.host,
            port=given.port,
            public_url=given.public_url,
            mail=given.mail,
            provider=Provider(given.bounces, given.bounce_key) if given.bounces else None,
        ),
        given.port,
    )
    return program.serve(server, deliveries)


def options() -> argparse.ArgumentParser:
    """Say what it can be asked for."""
    parser = program.parser(
        "stripe",
        port=12111,
        description="Simulates Stripe for development: an API, a page to pay on, webhooks.",
    )
    parser.add_argument("--secret", default="whsec_simulated", help="what signs them")
    parser.add_argument("--mail", type=Path, metavar="FOLDER", help="show the mails in here")
    parser.add_argument("--bounces", metavar="URL", help="where mails that come back are told")
    parser.add_argument("--bounce-key", default="", help="the API key for that")
    return parser
