"""The web server: granian, in WSGI mode because the database driver is synchronous."""

import atexit
import os
import shutil
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


def serve(*, host: str, port: int, workers: int, threads: int) -> None:
    """Serve until a signal says stop; requests under way are finished first."""
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
