"""A place where processes of ours run, as they do in production."""

import contextlib
import json
import os
import secrets
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection
from psycopg.conninfo import make_conninfo

from counterfoil.models import Entry, Job
from tests.server.test_backup import address
from tests.settings import COUNTERFOIL_KEYS

WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 10
_given: set[int] = set()
PATIENT = "-c lock_timeout=60s"  # a machine that does other things is no row that is held


class Machine:
    """A place where processes run; each is stopped at the end."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.running: list[subprocess.Popen[bytes]] = []
        self.mails = place / "mails"
        self.mails.mkdir()
        self.variables: dict[str, str] = {}

    def start(self, *command: str) -> "subprocess.Popen[bytes]":
        log = (self.place / f"{len(self.running)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "counterfoil_server", *command],
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "counterfoil_server.settings",
                "DATABASE_URL": make_conninfo(address(), options=PATIENT),
                "SECRET_KEY": "only-for-tests",
                "COUNTERFOIL_KEYS": json.dumps(COUNTERFOIL_KEYS),
                "EMAIL_FILE_PATH": str(self.mails),
                **self.variables,
            },
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a killed web leaves its own workers behind
        )
        self.running.append(process)
        return process

    def web(self, *, workers: int = 1) -> tuple["subprocess.Popen[bytes]", str]:
        port = free_port()
        process = self.start("up", "--port", str(port), "--workers", f"{workers}", "--threads", "2")
        return process, f"http://127.0.0.1:{port}"

    def mailed(self) -> set[str]:
        """Who was written to. Django may put several mails into one file."""
        written = (one.read_text() for one in self.mails.glob("*.log"))
        return {line[4:] for text in written for line in text.splitlines() if line[:4] == "To: "}

    def said(self) -> str:
        return "\n".join(one.read_text() for one in sorted(self.place.glob("*.log")))


def free_port() -> int:
    """
    Give a port for a program that is started next.

    It is none of those that the system gives away: whoever asked for any, for a server or for the
    near end of a connection, could have got it before the program is there. Nor was it given
    before, here or by another worker: that program may not be there yet either.
    """
    while True:
        port = 12_000 + 2_000 * WORKER + secrets.randbelow(2_000)  # `random` has one seed for all
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            if port not in _given:
                _given.add(port)
                return port


def until(true: Callable[[], bool], machine: Machine) -> None:
    """Wait until something is true; the database waits for us, between looks."""
    for _ in range(3_600):
        if true():
            return
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.05)")
    raise AssertionError(f"it never came true:\n{machine.said()}")


def answers(site: str, path: str = "/readyz") -> bool:
    try:
        with urllib.request.urlopen(f"{site}{path}", timeout=30) as found:  # noqa: S310
            return bool(found.status == 200)
    except OSError:
        return False


def ask(site: str, path: str, secret: str, body: Any, *, key: str) -> tuple[int, Any]:
    """Call the API, and give how it answered and what."""
    call = urllib.request.Request(  # noqa: S310
        f"{site}{path}",
        json.dumps(body).encode(),
        {
            "Authorization": f"Bearer {secret}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            "Host": "localhost",
        },
    )
    try:
        with urllib.request.urlopen(call, timeout=60) as found:  # noqa: S310
            return int(found.status), json.load(found)
    except urllib.error.HTTPError as refusal:
        return refusal.code, json.load(refusal)


def all_done() -> bool:
    return not (
        Entry.objects.filter(dispatched_at=None).exists()
        or Job.objects.filter(finished_at=None).exists()
    )
