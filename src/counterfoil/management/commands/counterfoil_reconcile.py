"""Compare all orders of a channel with our records."""

import json
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from counterfoil.errors import Unavailable
from counterfoil.intake.clock import database_now
from counterfoil.intake.comparing import Compared
from counterfoil.intake.reconciling import reconcile
from counterfoil.intake.runs import Report
from counterfoil.models import Connection, DifferenceKind, DifferenceOutcome
from counterfoil.queries import words
from counterfoil.rules.moments import moment_since

DIFFERED, COULD_NOT_LOOK = 1, 2


class Command(BaseCommand):
    """Compare every order of a connection with our purchases, both ways, and mend what can be."""

    help = (
        "Compares every paid order of a connection with our purchases, both ways: issues what is"
        " missing, puts what is odd before a person, and stores the report. Exit status 0: nothing"
        " was missed; 1: there were differences; 2: could not look, or not at everything."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what to compare, and how far back."""
        parser.add_argument("connection", help="the slug of the connection")
        parser.add_argument(
            "--since",
            default="30d",
            metavar="MOMENT",
            help="a day such as 2026-11-01, or 30d, 12h, 90m, 2w (default: 30d)",
        )
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Compare, and print what came of it."""
        try:
            connection = self._connection(options["connection"])
            since = moment_since(options["since"], now=database_now())
            report = reconcile(connection=connection, since=since)
        except ValueError as wrong:
            raise CommandError(str(wrong), returncode=COULD_NOT_LOOK) from None
        except (Unavailable, DatabaseError) as fault:
            raise CommandError(f"Could not look: {fault}", returncode=COULD_NOT_LOOK) from fault
        if options["json"]:
            self.stdout.write(json.dumps(as_data(connection, since, report), indent=2))
        else:
            self._print(connection, since, report)
        if not report.complete:
            said = f"Could not look at everything: {report.stopped}"
            raise CommandError(said, returncode=COULD_NOT_LOOK)
        if report.differences:
            number = sum(report.counts[kind] for kind in DifferenceKind.values)
            raise CommandError(f"{number} differed; see the console.", returncode=DIFFERED)

    def _connection(self, slug: str) -> Connection:
        found = Connection.objects.filter(slug=slug).first()
        if found is None:
            known = ", ".join(Connection.objects.order_by("slug").values_list("slug", flat=True))
            said = f"There is no connection {slug[:64]!r}. There are: {known or 'none'}."
            raise CommandError(said, returncode=COULD_NOT_LOOK)
        return found

    def _print(self, connection: Connection, since: datetime, report: Report) -> None:
        self.stdout.write(f"{connection.name} ({connection.slug}) since {since:%Y-%m-%d %H:%M %Z}")
        for name in ("looked", "agreed", *DifferenceKind.values, "issued", "withdrawn"):
            told = words.worded(words.COUNTS, name)
            self.stdout.write(f"  {report.counts[name]:>7}  {told}")
        for one in report.differences:
            mend = self.style.SUCCESS if one.outcome is DifferenceOutcome.HEALED else None
            line = f"  {one.reference}: {sentence_of(one)}"
            self.stdout.write(mend(line) if mend else self.style.WARNING(line))
        if report.complete and not report.differences:
            self.stdout.write(self.style.SUCCESS("Nothing was missed."))


def sentence_of(one: Compared) -> str:
    """Say in a line what differed and what was done about it."""
    return words.difference(
        kind=str(one.kind),
        outcome=str(one.outcome),
        issued=one.issued,
        withdrawn=one.withdrawn,
        details=one.details,
    )


def as_data(connection: Connection, since: datetime, report: Report) -> dict[str, Any]:
    """Give the report for machines."""
    return {
        "connection": connection.slug,
        "since": since.isoformat(),
        "run": str(report.run.pk) if report.run else None,
        "complete": report.complete,
        "stopped": report.stopped,
        "counts": {name: report.counts[name] for name in words.COUNTS},
        "differences": [
            {
                "kind": one.kind,
                "outcome": one.outcome,
                "order": one.reference,
                "purchase": str(one.purchase.pk) if one.purchase else None,
                "issued": one.issued,
                "withdrawn": one.withdrawn,
                "details": dict(one.details),
            }
            for one in report.differences
        ],
    }
