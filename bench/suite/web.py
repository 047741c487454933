"""The web server as `counterfoil up` runs it, and requests to it."""

import contextlib
import json
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import monotonic, sleep

_READY_WITHIN = 60.0


@dataclass(frozen=True, slots=True)
class Answers:
    """What came of a number of requests."""

    seconds: float
    statuses: Counter[str]
    took: list[float]

    @property
    def rate(self) -> float:
        """Give answers a second."""
        return len(self.took) / self.seconds

    def only(self, status: str) -> "Answers":
        """
        Give the answers, if all of them are as they should be.

        :raises RuntimeError: if one is not; what is refused quickly is not fast.
        """
        if set(self.statuses) != {status}:
            raise RuntimeError(f"Wanted {status} only, got {dict(self.statuses)}.")
        return self


@dataclass(frozen=True, slots=True)
class Site:
    """A server that answers on this port."""

    port: int
    key: str = ""

    def get(self, path: str) -> str:
        """Write a GET request."""
        return f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"

    def post(self, path: str, body: object) -> str:
        """Write a POST request with the API key."""
        text = json.dumps(body)
        return (
            f"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {self.key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(text.encode())}\r\n\r\n{text}"
        )

    def send(self, requests: Iterable[str], *, clients: int) -> Answers:
        """Send every request once, over so many connections, from a process of its own."""
        given = {
            "host": "127.0.0.1",
            "port": self.port,
            "connections": clients,
            "requests": list(requests),
        }
        done = subprocess.run(
            [sys.executable, "-m", "bench.load"],
            input=json.dumps(given),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        said = json.loads(done.stdout)
        return Answers(said["seconds"], Counter(said["statuses"]), said["took"])


@contextlib.contextmanager
def served(*, workers: int, threads: int, key: str) -> Iterator[Site]:
    """Serve Counterfoil on a free port."""
    port = free_port()
    command = [sys.executable, "-m", "counterfoil_server", "up", "--port", str(port)]
    command += ["--workers", str(workers), "--threads", str(threads)]
    with _running(command, port):
        yield Site(port, key)


@contextlib.contextmanager
def served_empty(*, workers: int, threads: int) -> Iterator[Site]:
    """Serve the least that can be served, in the same way."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)]
    command += ["--workers", str(workers), "--blocking-threads", str(threads), "--no-ws"]
    command += ["--log-level", "warning", "bench.empty:application"]
    with _running(command, port):
        yield Site(port)


@contextlib.contextmanager
def _running(command: list[str], port: int) -> Iterator[None]:
    server = subprocess.Popen(command)
    try:
        wait_for(port)
        yield
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    """Find a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for(port: int) -> None:
    """Wait until somebody listens, and has answered once."""
    until = monotonic() + _READY_WITHIN
    while True:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=_READY_WITHIN) as line:
                line.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                if line.recv(16):
                    return
        except OSError:
            if monotonic() > until:
                raise
        sleep(0.02)
