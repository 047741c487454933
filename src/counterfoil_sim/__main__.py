"""``python -m counterfoil_sim``: the simulator on its own."""

import argparse
import signal
import sys
import threading
from pathlib import Path

from counterfoil_sim.deliveries import Deliveries
from counterfoil_sim.server import SimulatorServer
from counterfoil_sim.simulator import Simulator


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted or terminated; 2 if the port or the state cannot be used."""
    options = _parser().parse_args(arguments)
    try:
        simulator = Simulator(state=options.state)
        simulator.store.save()
    except (OSError, ValueError) as error:
        sys.stderr.write(f"The state in {options.state} cannot be used: {error}. ")
        sys.stderr.write("Delete the file to start over.\n")
        return 2
    deliveries = Deliveries(simulator, url=options.webhook, secret=options.secret)
    try:
        server = SimulatorServer(
            deliveries,
            host=options.host,
            port=options.port,
            public_url=options.public_url,
            mail=options.mail,
        )
    except OSError as error:
        sys.stderr.write(f"Port {options.port} cannot be used: {error.strerror}.\n")
        return 2
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    deliveries.start()
    server.start()
    sys.stdout.write(f"The simulator answers at {server.url}\n")
    sys.stdout.flush()
    stopping.wait()
    server.stop()
    deliveries.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m counterfoil_sim",
        description="Simulates Stripe for development: an API, a page to pay on, webhooks.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="listen here (default: %(default)s)")
    parser.add_argument("--port", type=int, default=12111, help="default: %(default)s")
    parser.add_argument("--public-url", help="how browsers reach it, if not by host and port")
    parser.add_argument("--webhook", metavar="URL", help="where events go")
    parser.add_argument("--secret", default="whsec_simulated", help="what signs them")
    parser.add_argument("--state", type=Path, metavar="FILE", help="remember everything here")
    parser.add_argument("--mail", type=Path, metavar="FOLDER", help="show the mails in here")
    return parser


if __name__ == "__main__":
    sys.exit(main())
