"""Fuzz a served instance: ``make fuzz``, for ``FUZZ_SECONDS`` seconds in all."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

SERVE = "from counterfoil_server.web import serve; serve(host='127.0.0.1', port={}, {})"
WORKERS = "workers=2, threads=4"
READY_WITHIN = 60
MOST_COLD = 8
PARTS = (
    ("partner", "examples,fuzzing", 0.1),
    ("bound", "examples,fuzzing", 0.1),
    ("till", "fuzzing", 0.05),
    ("house", "examples,coverage", 0.25),
    ("house", "fuzzing", 0.25),
    ("house", "stateful", 0.25),
)
"""Whose key makes which calls, and for how much of the time; the house may end the others."""


def main() -> int:
    """Make a database, a world and a server; call with each key in turn; say what was found."""
    seconds = int(os.environ.get("FUZZ_SECONDS", "600"))
    place = Path(tempfile.mkdtemp(prefix="counterfoil-fuzz-"))
    os.environ["FUZZ_LOG"] = str(place / "server.log")
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.fuzz.settings"
    import django

    django.setup()
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    from tests.fuzz.run import fuzz
    from tests.fuzz.world import make_world

    before = setup_databases(verbosity=0, interactive=False)
    found = 0
    try:
        world = make_world()
        with served(connection.settings_dict["NAME"]) as url:
            for name, phases, share in PARTS:
                options = ["--phases", phases, "--max-time", str(max(int(seconds * share), 1))]
                done = fuzz(url, world.keys[name], world.known, place, *options, *sys.argv[1:])
                sys.stdout.write(f"\n##### {name}: {phases}\n{done.stdout}{done.stderr}")
                sys.stdout.flush()
                found |= done.returncode
        sys.stdout.write(f"\nThe server's errors are in {place / 'server.log'}.\n")
    finally:
        connection.close()
        teardown_databases(before, verbosity=0)
    return found


@contextmanager
def served(database: str) -> Iterator[str]:
    """Serve the instance as in production, from this database."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE.format(port, WORKERS)],
        env={**os.environ, "DATABASE_URL": f"{address}/{database}"},
    )
    try:
        _wait(server, port)
        for _ in range(MOST_COLD):
            _warm(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def _warm(port: int) -> None:
    """Have one process import what it answers with, which no later call is to wait for."""
    line = HTTPConnection("127.0.0.1", port, timeout=READY_WITHIN)
    line.request("GET", "/v1/products")
    line.getresponse().read()
    line.close()


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    """
    Wait until the server listens.

    :raises TimeoutError: if it does not, or has ended.
    """
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until:
        with socket.socket() as line:
            if line.connect_ex(("127.0.0.1", port)) == 0:
                return
        with suppress(subprocess.TimeoutExpired):
            server.wait(0.1)
            break
    raise TimeoutError("the server did not come up")


if __name__ == "__main__":
    sys.exit(main())
