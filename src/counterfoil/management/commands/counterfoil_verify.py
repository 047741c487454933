"""Check every invariant."""

from argparse import ArgumentParser
from time import monotonic
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils import timezone

from counterfoil.effects.verifying import check
from counterfoil.queries.invariants import INVARIANTS, Invariant

COULD_NOT_CHECK = 2


class Command(BaseCommand):
    """Check that every promise about the records is kept."""

    help = (
        "Checks every invariant. Exit status 0: all kept; 1: some broken, and an exception was"
        " opened for each; 2: could not check."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Let one ask for some invariants only."""
        parser.add_argument("names", nargs="*", metavar="I01", help="only these invariants")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print a line for each, and say at the end what is broken."""
        wanted = set(options["names"]) or {one.name for one in INVARIANTS}
        if unknown := wanted - {one.name for one in INVARIANTS}:
            raise CommandError(f"There is no invariant {', '.join(sorted(unknown))}.", returncode=2)
        try:
            broken = [one for one in INVARIANTS if one.name in wanted and not self._kept(one)]
        except DatabaseError as fault:
            raise CommandError(f"Could not check: {fault}", returncode=COULD_NOT_CHECK) from fault
        if broken:
            names = ", ".join(one.name for one in broken)
            raise CommandError(f"Broken: {names}. See the exceptions in the console.")
        self.stdout.write(self.style.SUCCESS(f"All {len(wanted)} invariants are kept."))

    def _kept(self, invariant: Invariant) -> bool:
        started = monotonic()
        found = check(invariant, at=timezone.now())
        mark = self.style.ERROR("broken") if found else self.style.SUCCESS("kept  ")
        took = f"{(monotonic() - started) * 1000:7.0f} ms"
        self.stdout.write(f"{invariant.name} {mark} {took}  {invariant.says}")
        for row in found:
            self.stdout.write(f"      {row}")
        return not found
