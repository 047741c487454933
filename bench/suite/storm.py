"""
A storm: every channel sells at once, messages come twice or not at all, and the worker is killed.

Afterwards one sweep must leave exactly what was sold. The figures say how long people would have
waited; the check at the end, whether anything was lost or given twice.
"""

import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from time import monotonic, sleep

from django.db import connections
from django.db.models import Count

from bench.suite.figures import Figure, Sizes, percentile
from bench.suite.fronts import OPENINGS, Front
from bench.suite.stock import make_key
from bench.suite.web import served
from counterfoil.intake.converging import Outcome
from counterfoil.intake.sweep import sweep
from counterfoil.models import Entitlement, Message, Purchase
from counterfoil.queries.invariants import INVARIANTS, broken
from counterfoil.testing.builders import make_product, now

RATE = 50  # orders a second, over all channels
SECONDS, QUICK_SECONDS = 60.0, 4.0
KILLED = (0.35, 0.7)
PATIENCE = 900.0


def storm(sizes: Sizes) -> Iterator[Figure]:
    """Sell through every channel, kill the worker twice, sweep once, and count."""
    chance = random.Random(20261121)  # noqa: S311 - the same storm every time
    product = make_product("STORM")
    seconds = QUICK_SECONDS if sizes.quick else SECONDS
    began = now()
    with served(workers=sizes.workers, threads=sizes.threads, key=make_key()) as site:
        address = f"http://127.0.0.1:{site.port}"
        fronts = [
            opening(product, site=address, key=site.key, chance=random.Random(chance.random()))  # noqa: S311
            for opening in OPENINGS
        ]
        try:
            worker = Worker(address)
            _sell(fronts, seconds, chance, worker)
            waited = _wait_until_worked()
            worker.stop()
            missed = sum(_difference(front).total() for front in fronts)
            for front in fronts:
                front.tell_again()
                sweep(connection=front.connection, since=began - timedelta(hours=1))
            wrong = {front.connection.slug: _difference(front) for front in fronts}
        finally:
            for front in fronts:
                front.close()
    _refuse_what_is_wrong(wrong)
    yield from _figures(fronts, seconds, waited, missed)


class Worker:
    """The worker as an installation runs it, and as machines lose it."""

    def __init__(self, site: str) -> None:
        """Start it, knowing under which address the channels are to call."""
        self.kills = 0
        self._environment = {**os.environ, "SITE_URL": site}
        self._start()

    def kill(self) -> None:
        """End it without a word, as a power cut does."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def lose(self) -> None:
        """Kill it, and start another."""
        self.kill()
        self.kills += 1
        self._start()

    def stop(self) -> None:
        """End it properly."""
        self._process.terminate()
        self._process.wait()

    def _start(self) -> None:
        command = [sys.executable, "-m", "counterfoil_server", "worker"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=self._environment)


def _sell(fronts: Sequence[Front], seconds: float, chance: random.Random, worker: Worker) -> None:
    """Let every shop sell its share, evenly over the time, and lose the worker on the way."""
    orders = int(seconds * RATE)
    share: dict[int, list[tuple[float, int]]] = {number: [] for number in range(len(fronts))}
    for number in range(orders):
        share[chance.randrange(len(fronts))].append((number / RATE, chance.randint(1, 3)))
    started = monotonic()

    def sell(front: Front, wanted: list[tuple[float, int]]) -> None:
        for at, quantity in wanted:
            sleep(max(0.0, started + at - monotonic()))
            front.sell(quantity)
        connections.close_all()

    threads = [
        threading.Thread(target=sell, args=[front, share[number]])
        for number, front in enumerate(fronts)
    ]
    for thread in threads:
        thread.start()
    for moment in KILLED:
        sleep(max(0.0, started + seconds * moment - monotonic()))
        worker.lose()
    for thread in threads:
        thread.join()


def _wait_until_worked() -> float:
    """Wait until no message is left to be worked, and give how long that took."""
    started = monotonic()
    while Message.objects.filter(handled_at=None, parked_at=None).exists():
        if monotonic() - started > PATIENCE:
            raise RuntimeError("The inbox is never empty.")
        sleep(0.1)
    return monotonic() - started


def _difference(front: Front) -> Counter[str]:
    """Give by how much each order of a shop is wrong here, in units."""
    live = Entitlement.objects.exclude(state="revoked")
    have = Counter(
        dict(
            live.filter(purchase__connection=front.connection)
            .values_list("purchase__external_reference")
            .annotate(count=Count("pk"))
        )
    )
    wanted = front.sold.units
    return Counter(
        {
            order: abs(wanted[order] - have[order])
            for order in wanted.keys() | have.keys()
            if wanted[order] != have[order]
        }
    )


def _refuse_what_is_wrong(wrong: dict[str, Counter[str]]) -> None:
    if any(wrong.values()):
        raise RuntimeError(f"After the storm these orders are wrong: {wrong}")
    # The worker was stopped with mails to send, and there is nobody here to take them.
    if found := broken((one for one in INVARIANTS if not one.after_work), grace=timedelta(0)):
        raise RuntimeError(f"Broken: {found}")


def _figures(
    fronts: Sequence[Front], seconds: float, waited: float, missed: int
) -> Iterator[Figure]:
    told: Counter[str] = Counter()
    for front in fronts:
        told += front.sold.told
    took = [one for front in fronts for one in front.sold.took]
    handled = Message.objects.filter(outcome=Outcome.CONVERGED.value)
    issued = [
        (done - came).total_seconds()
        for came, done in handled.values_list("acked_at", "handled_at")
        if done is not None
    ]
    orders = sum(len(front.sold.units) for front in fronts)
    yield Figure(
        name="storm: message answered",
        measured=f"p99.9 of {len(took):,} answers, {orders:,} orders in {seconds:.0f} s",
        value=percentile(took, 0.999),
        unit="s",
        target=1,
        at_most=True,
        numbers={"lost": told["lost"], "answered": told["200"], "channels": len(fronts)},
    )
    yield Figure(
        name="storm: message to entitlements",
        measured="p99, one worker, killed twice",
        value=percentile(issued, 0.99),
        unit="s",
        target=5,
        at_most=True,
        numbers={
            "p50": percentile(issued, 0.5),
            "left at the end, s": waited,
            "units healed by the sweep": missed,
            "units": Purchase.objects.filter(
                connection__in=[front.connection for front in fronts]
            ).aggregate(units=Count("entitlements"))["units"],
        },
    )
