"""Bring the tables up to date while the site is open."""

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from psycopg import errors, sql

LOCK = 6_043_871_132  # any number nobody else uses
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0  # seconds
IN_THE_WAY = (errors.LockNotAvailable, errors.DeadlockDetected)
HALF_BUILT = """
SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
 WHERE NOT i.indisvalid AND c.relname LIKE 'counterfoil\\_%%'
"""


class Command(BaseCommand):
    """Apply migrations, each of which waits a moment for a lock, lets go, and tries again."""

    help = (
        "Applies migrations while the site is open. A change of a table has to wait until nobody"
        " uses it, and everybody who comes later waits behind it; so none waits longer than"
        " --lock-timeout, and it is tried again instead. One of these runs at a time."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say for how long to wait, and how often."""
        parser.add_argument(
            "--lock-timeout",
            type=float,
            default=2.0,
            metavar="SECONDS",
            help="how long to wait for a table (default: 2)",
        )
        parser.add_argument("--tries", type=int, default=40, help="at most (default: 40)")
        parser.add_argument("--plan", action="store_true", help="only show what would be done")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Apply what is missing."""
        if options["plan"]:
            call_command("migrate", plan=True, stdout=self.stdout)
            return
        with _alone():
            for number in range(1, options["tries"] + 1):
                try:
                    self._apply(options["lock_timeout"], options["verbosity"])
                except OperationalError as fault:
                    _leave_transaction(fault)
                    if not isinstance(fault.__cause__, IN_THE_WAY):
                        raise
                    pause = min(FIRST_PAUSE * 2 ** (number - 1), LONGEST_PAUSE)
                    self.stdout.write(f"Somebody uses the table; trying again in {pause:g} s.")
                    time.sleep(pause)
                else:
                    return
        raise CommandError(
            "A table was in use each time. What was applied stays; run this again, or look in"
            " pg_stat_activity for a transaction that does not end."
        )

    def _apply(self, lock_timeout: float, verbosity: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{lock_timeout}s"])
            cursor.execute(HALF_BUILT)
            for (name,) in cursor.fetchall():  # an index that was given up half-way is in the way
                drop = sql.SQL("DROP INDEX CONCURRENTLY {}").format(sql.Identifier(name))
                cursor.execute(drop)
        call_command("migrate", interactive=False, verbosity=verbosity, stdout=self.stdout)


def _leave_transaction(fault: Exception) -> None:
    """
    Roll back what is still open: constraints are made last, and Django stays in the transaction
    if one of those has to wait too long.
    """
    while connection.atomic_blocks:
        connection.atomic_blocks[-1].__exit__(type(fault), fault, fault.__traceback__)


@contextmanager
def _alone() -> Iterator[None]:
    """Let nobody else migrate meanwhile; needs a connection of its own, not a pooled one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            raise CommandError("Somebody else is migrating this database just now.")
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
                cursor.execute("RESET lock_timeout")
