"""From nothing to the first answer: what a newcomer waits for."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.suite.figures import Figure, Sizes
from bench.suite.web import free_port, wait_for

INHERITED = {"PATH", "HOME", "LANG", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR"}


def cold_start(sizes: Sizes) -> Iterator[Figure]:
    """Start the demo in an empty directory until it answers."""
    took = [_start() for _ in range(1 if sizes.quick else 3)]
    yield Figure(
        name="cold start of the demo",
        measured="seconds from the command to the first answer",
        value=median(took),
        unit="s",
        target=6,
        at_most=True,
    )


def _start() -> float:
    with tempfile.TemporaryDirectory(prefix="counterfoil-bench-") as place:
        Path(place).chmod(0o711)  # as root, the server's account has to pass it
        port, sim_port = free_port(), free_port()
        command = [sys.executable, "-m", "counterfoil_server", "demo", "--dir", f"{place}/demo"]
        command += ["--port", str(port), "--sim-port", str(sim_port)]
        environment = {name: it for name, it in os.environ.items() if name in INHERITED}
        started = perf_counter()
        demo = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
        try:
            wait_for(port)
            return perf_counter() - started
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait()
