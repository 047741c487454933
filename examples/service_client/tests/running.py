"""A program that runs beside a test and is gone with it."""

import secrets
import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def running(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> Iterator[str]:
    """Start it, wait until it says where it is, and end it afterwards; gives the address."""
    program = subprocess.Popen(
        command, env=environment, cwd=folder, stdout=subprocess.PIPE, text=True
    )
    try:
        assert program.stdout is not None
        address = program.stdout.readline().strip()
        assert address, "it ended before it said where it is"
        yield address
    finally:
        program.terminate()
        program.wait(120)  # a busy machine is no fault of its own


def free_port() -> int:
    """Find a port that nobody listens at, and that the system gives to nobody meanwhile."""
    while True:
        port = 12_000 + secrets.randbelow(20_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
