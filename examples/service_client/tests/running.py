"""A program that runs beside a test and is gone with it."""

import socket
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self


@dataclass(frozen=True)
class Running:
    """A program, and the address it said first."""

    address: str

    @classmethod
    @contextmanager
    def start(
        cls, command: Sequence[str], environment: Mapping[str, str], folder: Path
    ) -> Iterator[Self]:
        """Start it, wait until it says where it is, and end it afterwards."""
        program = subprocess.Popen(
            command, env=environment, cwd=folder, stdout=subprocess.PIPE, text=True
        )
        try:
            assert program.stdout is not None
            address = program.stdout.readline().strip()
            assert address, "it ended before it said where it is"
            yield cls(address)
        finally:
            program.terminate()
            program.wait(10)


def free_port() -> int:
    """Find a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
