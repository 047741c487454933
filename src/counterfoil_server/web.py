"""The web server: granian, in WSGI mode because the database driver is synchronous."""

import atexit
import os
import shutil
import socket
import tempfile
from pathlib import Path

from django.conf import settings
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

SHARED = "PROMETHEUS_MULTIPROC_DIR"


def _share_figures() -> None:
    """
    Let the processes add up what they count; each would tell of itself alone otherwise.

    What is counted goes on where a process has ended, since a counter must not fall. It begins
    anew with this one: in a directory of its own, also where the operator says in which.
    """
    if settings.METRICS_TOKEN:
        if given := os.environ.get(SHARED):
            Path(given).mkdir(parents=True, exist_ok=True)
        place = tempfile.mkdtemp(prefix="counterfoil-metrics-", dir=os.environ.get(SHARED))
        atexit.register(shutil.rmtree, place, ignore_errors=True)
        os.environ[SHARED] = place


class CannotListen(RuntimeError):
    """An address that cannot be listened on; the message says which, and why."""


def _check_address(host: str, port: int) -> None:
    """
    Try the address: the processes of the server would fail one after the other, for ever.

    :raises CannotListen: if it is taken, or not of this machine.
    """
    try:
        kind = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(kind) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind((host, port))
            tried.listen()
    except (OSError, OverflowError) as fault:
        why = getattr(fault, "strerror", None) or str(fault)
        raise CannotListen(
            f"Cannot listen on {host}:{port} ({why}); --host and --port change that."
        ) from fault


def serve(*, host: str, port: int, workers: int, threads: int) -> None:
    """Serve until a signal says stop; requests under way are finished first."""
    _check_address(host, port)
    _share_figures()
    Granian(
        "counterfoil_server.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
    ).serve()
