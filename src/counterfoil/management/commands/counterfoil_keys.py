"""Say which keys are needed, and have what older ones keep made anew."""

from argparse import ArgumentParser
from itertools import groupby
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from counterfoil.jobs.running import work_jobs
from counterfoil.models import Job, JobStatus
from counterfoil.operations.request_renewal import request_renewal
from counterfoil.queries.kept_keys import idle_keys, key_uses
from counterfoil.rules.people import SYSTEM


class Command(BaseCommand):
    """Show what the keys of the ring are needed for, or renew what older ones keep."""

    help = (
        "status: says how many rows need which key, and which keys can be taken away. renew: has"
        " everything that older keys keep made anew under the current ones, by a worker or, with"
        " --here, at once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say which of the two."""
        parser.add_argument("what", choices=("status", "renew"))
        parser.add_argument("--here", action="store_true", help="do it now, without a worker")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it."""
        if options["what"] == "status":
            self._status()
            return
        job = request_renewal(by=SYSTEM, at=timezone.now())
        if not options["here"]:
            self.stdout.write("A worker does it; `counterfoil keys status` says how far it is.")
            return
        while Job.objects.filter(pk=job.pk, finished_at=None).exists():
            if not work_jobs(limit=1):
                raise CommandError("A worker has it in hand just now; see the console, Long work.")
        job.refresh_from_db()
        if job.status != JobStatus.DONE:
            raise CommandError(f"It did not come to its end: {job.status} {job.last_error}")
        for part, count in job.result.get("renewed", {}).items():
            self.stdout.write(f"{count:>10}  {part}")
        self.stdout.write(self.style.SUCCESS(f"{job.done} rows were made anew."))
        if job.problems:
            raise CommandError(f"{job.problems} rows could not be opened, and were left.")

    def _status(self) -> None:
        uses = key_uses()
        for (purpose, number), rows in groupby(uses, key=lambda it: (it.purpose, it.number)):
            found = list(rows)
            if not found[0].in_ring:
                mark = self.style.ERROR("MISSING from the ring")
            else:
                mark = "current" if found[0].is_current else self.style.WARNING("older, needed")
            self.stdout.write(f"{purpose.value}/{number}  {mark}")
            for one in found:
                how = "" if one.is_current or one.renewable else "  (goes with time)"
                self.stdout.write(f"{one.rows:>10}  {one.what}{how}")
        for purpose, number in idle_keys(uses):
            self.stdout.write(
                self.style.SUCCESS(f"{purpose.value}/{number}  can be taken away: nothing needs it")
            )
        if any(not one.in_ring for one in uses):
            raise CommandError("Keys are missing: what they keep can neither be found nor read.")
