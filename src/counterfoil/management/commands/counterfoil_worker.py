"""Do everything that happens in the background."""

import signal
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from counterfoil.effects import verifying
from counterfoil.effects.worker import AT_ONCE, LOOPS, Loop, Worker
from counterfoil.intake import refusals, rounds
from counterfoil.intake.worker import work_messages
from counterfoil.jobs.running import work_jobs

INBOX = Loop("inbox", lambda: work_messages(limit=AT_ONCE))
LONG_WORK = Loop("long work", lambda: work_jobs(limit=1))
REFUSALS = Loop("refusals", refusals.watch_refusals, refusals.WATCH_SECONDS)
PROMISES = Loop("promises", verifying.check_all, verifying.PAUSE_SECONDS)
STOP = {signal.SIGTERM, signal.SIGINT}


class Command(BaseCommand):
    """Work the inbox, mails, provisioning, seals and jobs until told to stop."""

    help = (
        "Works in the background: messages, mails, provisioning, the seals of the ledger, jobs; "
        "every five minutes lost messages, every hour the promises. "
        "Any number of workers may run. SIGTERM or Ctrl-C lets it finish what it is doing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say how it may be called."""
        parser.add_argument("--once", action="store_true", help="stop when nothing is due any more")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work."""
        if options["once"]:
            done = Worker((INBOX, LONG_WORK, *LOOPS)).run_once()
            self.stdout.write(f"Nothing is due any more; {done} done.")
            return
        # Blocked in every thread, so that this one can wait for them without interrupting any.
        signal.pthread_sigmask(signal.SIG_BLOCK, STOP)
        looking_round = Loop("rounds", rounds.Rounds(), rounds.PAUSE_SECONDS)
        worker = Worker((INBOX, LONG_WORK, *LOOPS, looking_round, REFUSALS, PROMISES))
        worker.start()
        self.stdout.write("Working. Ctrl-C stops.")
        signal.sigwait(STOP)
        self.stdout.write("Finishing what is being done.")
        if not worker.stop():
            self.stdout.write("Some work did not end in time; it will be found again.")
