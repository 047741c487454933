"""What the simulators have in common as programs of their own."""

import argparse
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from counterfoil_sim.courier import Courier
from counterfoil_sim.serving import Server
from counterfoil_sim.world import World

W = TypeVar("W", bound=World[Any])


class Impossible(Exception):
    """The program cannot start; the message says why and what to do."""


def parser(name: str, *, port: int, description: str) -> argparse.ArgumentParser:
    """Give a parser of what every simulator takes."""
    made = argparse.ArgumentParser(
        prog=f"python -m counterfoil_sim {name}", description=description
    )
    made.add_argument("--host", default="127.0.0.1", help="listen here (default: %(default)s)")
    made.add_argument("--port", type=int, default=port, help="listen there (default: %(default)s)")
    made.add_argument("--public-url", help="how browsers reach it, if not by host and port")
    made.add_argument("--webhook", metavar="URL", help="where messages go")
    made.add_argument("--state", type=Path, metavar="FILE", help="remember everything here")
    return made


def remembering(make: Callable[[], W], state: Path | None) -> W:
    """
    Make a simulator that goes on from its state, and can write it.

    :raises Impossible: if it cannot be used.
    """
    try:
        made = make()
        made.store.save()
    except (OSError, ValueError) as error:
        raise Impossible(
            f"The state in {state} cannot be used: {error}. Delete the file to start over."
        ) from error
    return made


def listening(make: Callable[[], Server], port: int) -> Server:
    """
    Make a server that has its port.

    :raises Impossible: if somebody else has it.
    """
    try:
        return make()
    except OSError as error:
        raise Impossible(f"Port {port} cannot be used: {error.strerror}.") from error


def serve(server: Server, courier: Courier[Any]) -> int:
    """Serve and deliver until interrupted or terminated."""
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    courier.start()
    server.start()
    sys.stdout.write(f"The simulator answers at {server.url}\n")
    sys.stdout.flush()
    stopping.wait()
    server.stop()
    courier.stop()
    return 0
