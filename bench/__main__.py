"""
`python -m bench`: measure everything, print a table, and keep the figures.

It starts a PostgreSQL of its own that waits for the disk as a real one does, and removes it
afterwards. The workloads run in a process of their own, because Django reads its settings once.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from counterfoil_server import keys
from counterfoil_server.embedded import EmbeddedPostgres

ROOT = Path(__file__).parents[1]


def main() -> int:
    """Run the suite and give its exit status."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("workloads", nargs="*", help="only these (default: all)")
    parser.add_argument("--quick", action="store_true", help="tiny sizes, under a minute")
    parser.add_argument("--rounds", type=int, help="of each pair (default: 5; quick: 2)")
    parser.add_argument("--clients", type=int, default=16, help="at once (default: 16)")
    parser.add_argument("--sizes", help="entitlements to trace among (default: 10000,100000)")
    parser.add_argument("--bulk", type=int, help="units of the bulk issue (default: 50000)")
    parser.add_argument("--workers", type=int, default=2, help="of the web server (default: 2)")
    parser.add_argument("--threads", type=int, default=2, help="in each worker (default: 2)")
    parser.add_argument("--keep-as-baseline", action="store_true", help="accept these figures")
    parser.parse_args()
    return measure(sys.argv[1:])


def measure(arguments: Sequence[str]) -> int:
    """Run the workloads on a PostgreSQL that is made for them, and removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="counterfoil-bench-") as place:
        Path(place).chmod(0o711)  # as root, the server's account has to pass it
        server = EmbeddedPostgres(Path(place, "database"), settings={"max_connections": "200"})
        with server:
            environment = {
                **os.environ,
                **keys.fresh(),
                "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]),
                "DJANGO_SETTINGS_MODULE": "counterfoil_server.settings",
                "DATABASE_URL": server.url,
                "ALLOWED_HOSTS": "*",
                "DEBUG": "0",
                "RATE_LIMITS": '{"key": 0, "partner": 0}',
                "LOG_LEVEL": "WARNING",
                "WEBHOOKS_ALLOW_LOOPBACK": "1",
                "EMAIL_FILE_PATH": str(Path(place, "mails")),
                "BENCH_PLACE": place,
            }
            command = [sys.executable, "-m", "bench.suite", *arguments]
            status = subprocess.call(command, env=environment, cwd=ROOT)
        if server.guard is not None:
            server.guard.wait()
    return status


if __name__ == "__main__":
    sys.exit(main())
