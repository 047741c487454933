"""
The worker: one process that does everything in the background.

Each kind of work is a loop in a thread of its own that asks the tables what is due and rests when
nothing is. Beside them Procrastinate runs the jobs, which come sooner and several at a time. None
of them needs another: a loop that fails is tried again, and the others go on.
"""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from django.db import close_old_connections, connections
from django.utils import timezone
from procrastinate import App
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from counterfoil.effects.counting import count_due
from counterfoil.effects.deliveries import send_due
from counterfoil.effects.dispatcher import dispatch
from counterfoil.effects.downstream import provision_due
from counterfoil.effects.lapsing import lapse_due
from counterfoil.effects.publishing import publish
from counterfoil.effects.queueing import QUEUE
from counterfoil.effects.sealer import seal
from counterfoil.effects.webhooks import Lane, send_webhooks

logger = logging.getLogger(__name__)

PAUSE = 0.5  # seconds between looking and looking again
LONGEST_PAUSE = 60.0  # after failing again and again
AT_ONCE = 5  # mails before asking whether to stop
JOBS_AT_ONCE = 4
PATIENCE = 10.0  # seconds for what is being done when told to stop
MOST_ROUNDS = 10_000


@dataclass(frozen=True, slots=True)
class Loop:
    """One kind of work: ``work`` does a little and gives how much it did."""

    name: str
    work: Callable[[], int]
    pause: float = PAUSE


Turn = Callable[[Loop], int]
"""How a loop has its turn: works, and gives how much it did."""


def outbox() -> int:
    """Seal a batch of entries and dispatch as many."""
    return seal() + dispatch(at=timezone.now())


def webhooks() -> int:
    """Send one event to an endpoint that takes them."""
    return send_webhooks(Lane.WELL, at=timezone.now(), limit=1)


def failing_webhooks() -> int:
    """Send one event to an endpoint that has not taken the last."""
    return send_webhooks(Lane.FAILING, at=timezone.now(), limit=1)


def provisioning() -> int:
    """Call the host for one entitlement, whose lease begins with the call."""
    return provision_due(at=timezone.now(), limit=1)


LAPSING = 5.0  # seconds; what is kept too long is usable all the same
COUNTING = 60.0  # seconds between looking whether the figures are old

LOOPS = (
    Loop("outbox", outbox),
    Loop("events", publish),
    Loop("deliveries", lambda: send_due(at=timezone.now(), limit=AT_ONCE)),
    *(Loop(f"webhooks-{number}", webhooks) for number in (1, 2, 3)),
    Loop("failing-webhooks", failing_webhooks),
    Loop("provisioning", provisioning),
    Loop("reservations", lambda: lapse_due(at=timezone.now()), pause=LAPSING),
    Loop("figures", lambda: count_due(at=timezone.now()), pause=COUNTING),
)


class Worker:
    """Runs loops and jobs until it is told to stop."""

    turn: ClassVar[Turn] = staticmethod(lambda loop: loop.work())
    """What each turn goes through; whoever runs workers may put something around it."""

    def __init__(self, loops: Sequence[Loop] = LOOPS) -> None:
        """Begin nothing yet."""
        self.loops = loops
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._jobs: tuple[asyncio.AbstractEventLoop, asyncio.Task[None]] | None = None

    def start(self) -> None:
        """Work in the background from now on."""
        work = [
            threading.Thread(target=self._run, args=[loop], name=loop.name, daemon=True)
            for loop in self.loops
        ]
        jobs = threading.Thread(target=self._run_jobs, name="jobs", daemon=True)
        self._threads = [*work, jobs]
        for thread in self._threads:
            thread.start()

    def stop(self) -> bool:
        """
        Finish what is being done, and begin nothing new; tell whether all came to an end in time.

        What did not is found again by whoever works next.
        """
        self._stopping.set()
        if self._jobs is not None:
            with contextlib.suppress(RuntimeError):  # it ended by itself
                self._jobs[0].call_soon_threadsafe(self._jobs[1].cancel)
        deadline = time.monotonic() + PATIENCE
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def run_once(self) -> int:
        """Work until nothing is due, in this thread, and give how much was done."""
        done = 0
        for _ in range(MOST_ROUNDS):
            progress = sum(Worker.turn(loop) for loop in self.loops)
            asyncio.run(_work_off_jobs())
            if not progress:
                break
            done += progress
        return done

    def _run(self, loop: Loop) -> None:
        pause = loop.pause
        while not self._stopping.is_set():
            done = 0
            try:
                done = Worker.turn(loop)
                pause = loop.pause
            except Exception:
                logger.exception("%s failed and is tried again in %.1f s", loop.name, pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            finally:
                close_old_connections()
            if not done:
                self._stopping.wait(pause)
        connections.close_all()

    def _run_jobs(self) -> None:
        pause = PAUSE
        while not self._stopping.is_set():
            try:
                asyncio.run(self._work_on_jobs())
            except asyncio.CancelledError:
                break
            except Exception:
                logger.exception("jobs failed and are tried again in %.1f s", pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            self._stopping.wait(pause)

    async def _work_on_jobs(self) -> None:
        async with _procrastinate().open_async() as working:
            jobs = asyncio.create_task(_work(working, wait=True))
            self._jobs = asyncio.get_running_loop(), jobs
            if self._stopping.is_set():  # told before there was anything to be told
                jobs.cancel()
            await jobs


async def _work_off_jobs() -> None:
    async with _procrastinate().open_async() as working:
        await _work(working, wait=False)


def _procrastinate() -> App:
    """
    Give the application over connections of its own.

    The one everybody knows stays as it is: the dispatcher, in another thread of this process,
    enqueues in Django's transaction.
    """
    connector = cast(DjangoConnector, app.connector).get_worker_connector()
    return app.with_connector(connector)


async def _work(working: App, *, wait: bool) -> None:
    await working.run_worker_async(
        queues=[QUEUE],
        wait=wait,
        concurrency=JOBS_AT_ONCE,
        delete_jobs="successful",
        install_signal_handlers=False,
        shutdown_graceful_timeout=PATIENCE - 2,
    )
