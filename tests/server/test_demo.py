"""The newcomer's first minute: it starts, answers, stops completely, and remembers."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from counterfoil_server.embedded import EmbeddedPostgres
from tests.server.machine import free_port


class Started:
    """A demo that is running, and what it told."""

    def __init__(self, directory: Path, *options: str) -> None:
        ports = [str(free_port()) for _ in range(3)]
        self.directory = directory
        command = [sys.executable, "-m", "counterfoil_server", "demo", "--dir", str(directory)]
        command += ["--port", ports[0], "--sim-port", ports[1], "--shopify-port", ports[2]]
        command += options
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PYTHONPATH": "src"},
        )
        self.site = f"http://127.0.0.1:{ports[0]}"
        self.told = self._read_summary()

    def _read_summary(self) -> str:
        assert self.process.stdout is not None
        told = ""
        for line in self.process.stdout:
            told += line
            if line.startswith("  Stripe"):
                return told
        raise AssertionError(f"The demo did not start:\n{told}")

    @property
    def login(self) -> str:
        found = re.search(r"^ +(\S+  \S+) +the login$", self.told, re.MULTILINE)
        assert found is not None, self.told
        return found[1]

    def end_with(self, number: signal.Signals) -> str:
        """Send it a signal and wait for the end; give what it said last."""
        self.process.send_signal(number)
        said, _ = self.process.communicate(timeout=120)
        return said


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """Give a directory for a demo, and show that its database is stopped in the end."""
    yield tmp_path / "demo"
    EmbeddedPostgres(tmp_path / "demo" / "database").remove()  # refused if anybody used it


def test_it_starts_answers_stops_and_remembers(place: Path) -> None:
    """However it ends: a killed one is no obstacle, and its data is there for the next."""
    killed = Started(place)
    killed.end_with(signal.SIGKILL)

    again = Started(place)  # the directory and its database are free again
    assert again.login == killed.login
    with urllib.request.urlopen(f"{again.site}/healthz", timeout=60) as answer:  # noqa: S310 - its own address
        assert answer.status == 200
    with urllib.request.urlopen(f"{again.site}/", timeout=60) as answer:  # noqa: S310
        assert "The shop at Shopify" in answer.read().decode()
    assert "Everything is stopped" in again.end_with(signal.SIGINT)
    assert again.process.returncode == 0

    fresh = Started(place, "--reset")
    assert fresh.login != killed.login
    assert "Everything is stopped" in fresh.end_with(signal.SIGTERM)
    assert fresh.process.returncode == 0
