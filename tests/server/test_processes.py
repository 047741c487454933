"""Several web processes and workers on one PostgreSQL, as they run: told twice, issued once."""

import os
import signal
import threading
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client

from counterfoil.models import Entitlement, Job, JobStatus, Purchase
from counterfoil.testing.builders import make_product
from tests.api.partners import a_line, an_order, make_teller
from tests.records import assert_kept
from tests.server.machine import Machine, all_done, answers, ask, until

pytestmark = pytest.mark.django_db(transaction=True)
ORDERS = 8
LARGE = 600  # units: more than are issued while anybody waits


def tell(site: str, secret: str, body: Any, key: str) -> int:
    return ask(site, "/v1/purchases", secret, body, key=key)[0]


def waiting_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees the first one only
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


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


def test_what_workers_count_is_added_up_and_never_falls(machine: Machine, tmp_path: Path) -> None:
    shared = tmp_path / "figures"
    machine.variables |= {"METRICS_TOKEN": "a-token", "PROMETHEUS_MULTIPROC_DIR": str(shared)}
    (shared / "of-another-time").mkdir(parents=True)
    web, site = machine.web(workers=2)
    until(lambda: answers(site, "/healthz"), machine)
    asked = 1

    def counted_by(number: int) -> set[int]:
        """Ask until so many workers have counted."""
        nonlocal asked
        while True:
            found = {int(one.stem.split("_")[1]) for one in shared.glob("*/counter_*.db")}
            if len(found) >= number:
                return found
            asked += answers(site, "/healthz")

    def counted() -> float:
        request = urllib.request.Request(  # noqa: S310
            f"{site}/metrics", headers={"Authorization": "Bearer a-token"}
        )
        with urllib.request.urlopen(request, timeout=30) as found:  # noqa: S310
            lines = found.read().decode().splitlines()
        assert "counterfoil_database_answers 1.0" in lines
        return sum(
            float(line.rsplit(" ", 1)[1])
            for line in lines
            if line.startswith("counterfoil_requests_total{")
        )

    one, other = counted_by(2)
    assert counted() == asked
    os.kill(one, signal.SIGKILL)
    assert {one, other} < counted_by(3)
    assert counted() == asked

    web.send_signal(signal.SIGTERM)
    assert web.wait(120) == 0
    assert [it.name for it in shared.iterdir()] == ["of-another-time"]
