"""The web server: granian, in WSGI mode because the database driver is synchronous."""

import atexit
import os
import shutil
import tempfile

from django.conf import settings
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels


def _share_figures() -> None:
    """Let the processes add up what they count; each would tell of itself alone otherwise."""
    if settings.METRICS_TOKEN and "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        place = tempfile.mkdtemp(prefix="counterfoil-metrics-")
        atexit.register(shutil.rmtree, place, ignore_errors=True)
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = place


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
