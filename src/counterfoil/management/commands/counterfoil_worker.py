"""Do everything that happens in the background."""

import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from counterfoil.effects import verifying
from counterfoil.effects.reminders import remind
from counterfoil.effects.staff_news import PAUSE_SECONDS, tell_staff
from counterfoil.effects.worker import AT_ONCE, LOOPS, Loop, Worker
from counterfoil.effects.write_backs import write_back_due
from counterfoil.intake import refusals, rounds
from counterfoil.intake.registry import adapter_for
from counterfoil.intake.worker import work_messages
from counterfoil.jobs.running import work_jobs
from counterfoil.playbooks import watching

MESSAGES_AT_ONCE = 8  # most of the time each waits for its channel to answer
LONG_WORK = Loop("long work", lambda: work_jobs(limit=1))
REFUSALS = Loop("refusals", refusals.watch_refusals, refusals.WATCH_SECONDS)
PROMISES = Loop("promises", verifying.check_all, verifying.PAUSE_SECONDS)
WRITE_BACKS = Loop(
    "write-backs",
    lambda: write_back_due(at=timezone.now(), channel_of=adapter_for, limit=AT_ONCE),
)
CASES = Loop("cases", lambda: watching.watch(at=timezone.now()), watching.PAUSE_SECONDS)
REMINDERS = Loop("reminders", lambda: remind(at=timezone.now()), 600.0)
STAFF_NEWS = Loop("staff news", lambda: tell_staff(at=timezone.now()), PAUSE_SECONDS)
STOP = {signal.SIGTERM, signal.SIGINT}


class Command(BaseCommand):
    """Work the inbox, mails, provisioning, seals and jobs until told to stop."""

    help = (
        "Works in the background: messages, mails, provisioning, what channels show, the seals of "
        "the ledger, jobs; "
        "every minute what playbooks look for, every five minutes lost messages, every hour the "
        "promises, in the morning reminders. "
        "Any number of workers may run. SIGTERM or Ctrl-C lets it finish what it is doing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say how it may be called."""
        parser.add_argument("--once", action="store_true", help="stop when nothing is due any more")
        parser.add_argument(
            "--messages",
            type=int,
            default=MESSAGES_AT_ONCE,
            help=f"worked at the same time (default: {MESSAGES_AT_ONCE})",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Work."""
        if options["once"]:
            done = Worker(
                (*_inbox(1), LONG_WORK, *LOOPS, WRITE_BACKS, REMINDERS, CASES, STAFF_NEWS)
            ).run_once()
            self.stdout.write(f"Nothing is due any more; {done} done.")
            return
        # Blocked in every thread, so that this one can wait for them without interrupting any.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP)
        looking_round = Loop("rounds", rounds.Rounds(), rounds.PAUSE_SECONDS)
        inbox = _inbox(max(options["messages"], 1))
        rest = (looking_round, REFUSALS, PROMISES, REMINDERS, CASES, STAFF_NEWS)
        worker = Worker((*inbox, LONG_WORK, *LOOPS, WRITE_BACKS, *rest))
        worker.start()
        self.stdout.write("Working. Ctrl-C stops.")
        signal.sigwait(STOP)
        self.stdout.write("Finishing what is being done.")
        if not worker.stop():
            self.stdout.write("Some work did not end in time; it will be found again.")


def _inbox(messages: int) -> list[Loop]:
    return [
        Loop(f"inbox {number}", lambda: work_messages(limit=AT_ONCE))
        for number in range(1, messages + 1)
    ]
