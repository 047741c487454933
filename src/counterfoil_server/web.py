"""The web server: granian, in WSGI mode because the database driver is synchronous."""

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels


def serve(*, host: str, port: int, workers: int, threads: int) -> None:
    """Serve until a signal says stop; requests under way are finished first."""
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
