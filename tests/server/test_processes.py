"""Several web processes and workers on one PostgreSQL, as they run: told twice, issued once."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from counterfoil.models import Entitlement, Entry, Job, JobStatus, Purchase
from counterfoil.testing.builders import make_product
from tests.api.partners import a_line, an_order, make_teller
from tests.records import assert_kept
from tests.server.test_backup import address
from tests.settings import COUNTERFOIL_KEYS

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = 8
LARGE = 600  # units: more than are issued while anybody waits


class Machine:
    """A place where processes run; each is stopped at the end."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.running: list[subprocess.Popen[bytes]] = []

    def start(self, *command: str) -> "subprocess.Popen[bytes]":
        log = (self.place / f"{len(self.running)}.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "counterfoil_server", *command],
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "counterfoil_server.settings",
                "DATABASE_URL": address(),
                "SECRET_KEY": "only-for-tests",
                "COUNTERFOIL_KEYS": json.dumps(COUNTERFOIL_KEYS),
                "EMAIL_FILE_PATH": str(self.place),
            },
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # a killed web leaves its own workers behind
        )
        self.running.append(process)
        return process

    def web(self) -> tuple["subprocess.Popen[bytes]", str]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        process = self.start("up", "--port", str(port), "--workers", "1", "--threads", "2")
        return process, f"http://127.0.0.1:{port}"

    def said(self) -> str:
        return "\n".join(one.read_text() for one in sorted(self.place.glob("*.log")))


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    made = Machine(tmp_path)
    yield made
    for process in made.running:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def until(true: Callable[[], bool], machine: Machine) -> None:
    """Wait until something is true; the database waits for us, between looks."""
    for _ in range(1_200):
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


def tell(site: str, secret: str, body: Any, key: str) -> int:
    told = urllib.request.Request(  # noqa: S310
        f"{site}/v1/purchases",
        json.dumps(body).encode(),
        {
            "Authorization": f"Bearer {secret}",
            "Content-Type": "application/json",
            "Idempotency-Key": key,
            "Host": "localhost",
        },
    )
    try:
        with urllib.request.urlopen(told, timeout=120) as found:  # noqa: S310
            return int(found.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code


def waiting_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees the first one only
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def all_done() -> bool:
    return not (
        Entry.objects.filter(dispatched_at=None).exists()
        or Job.objects.filter(finished_at=None).exists()
    )


def test_two_webs_and_two_workers_issue_each_order_once(machine: Machine, client: Client) -> None:
    vets = make_teller(client, make_product())
    (_, one), (_, other) = machine.web(), machine.web()
    for _ in range(2):
        machine.start("worker", "--messages", "1")
    until(lambda: answers(one) and answers(other), machine)
    orders = [an_order(**a_line(quantity=2), reference=f"burst-{n}") for n in range(ORDERS)]

    with ThreadPoolExecutor(8) as pool:  # each order to both at the same time
        calls = [
            pool.submit(tell, site, vets.secret, order, f"{site[-5:]}-{number}")
            for number, order in enumerate(orders)
            for site in (one, other)
        ]
        codes = [call.result() for call in calls]

    assert set(codes) <= {200, 201, 409}, machine.said()
    assert codes.count(201) == ORDERS
    until(all_done, machine)
    assert Purchase.objects.count() == ORDERS
    assert Entitlement.objects.count() == 2 * ORDERS
    assert_kept()


def test_told_to_stop_in_the_middle_nothing_is_lost(machine: Machine, client: Client) -> None:
    """A request is finished and answered; a job is finished, or found by the next worker."""
    vets = make_teller(client, make_product())
    web, site = machine.web()
    until(lambda: answers(site), machine)
    assert (
        tell(site, vets.secret, an_order(**a_line(quantity=LARGE), reference="large"), "l") == 202
    )
    code: list[int] = []
    small = an_order(**a_line(quantity=1), reference="small")

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE counterfoil_entitlement IN SHARE MODE")
        asking = threading.Thread(
            target=lambda: code.append(tell(site, vets.secret, small, "s")), daemon=True
        )
        asking.start()
        until(waiting_for_a_lock, machine)
        web.send_signal(signal.SIGTERM)
    asking.join(120)
    assert web.wait(120) == 0
    assert code == [201], machine.said()

    worker = machine.start("worker", "--messages", "1")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE counterfoil_entitlement IN SHARE MODE")
        until(waiting_for_a_lock, machine)
        worker.send_signal(signal.SIGTERM)
    assert worker.wait(120) == 0, machine.said()
    Job.objects.filter(status=JobStatus.WAITING).update(next_attempt_at="2026-01-01T00:00Z")
    machine.start("worker", "--messages", "1")
    until(all_done, machine)

    assert Entitlement.objects.filter(purchase__lines__isnull=False).distinct().count() == LARGE + 1
    assert_kept()
