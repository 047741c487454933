"""
A run: comparing orders of a connection with our purchases, one after the other.

It is stored with what it found, may go on in steps, and can be taken up where it was left.
"""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from counterfoil.errors import ChannelUnavailable, ConnectionIncomplete, Unavailable
from counterfoil.intake.clock import database_now
from counterfoil.intake.comparing import DIFFERENCE, Compared, compare_order, compare_purchase
from counterfoil.intake.health import tell_access
from counterfoil.intake.worker import name_of
from counterfoil.models import (
    Cause,
    Connection,
    Difference,
    DifferenceKind,
    DifferenceOutcome,
    ExceptionCase,
    Purchase,
    PurchaseKind,
    ReconcileRun,
)
from counterfoil.rules.people import SYSTEM, Actor

log = logging.getLogger(__name__)

Look = Callable[[], None]

MOST_STORED = 1_000  # differences of one run; the counts go on


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """
    What came of a run.

    ``run`` is where it is stored, if it is: a short sweep that finds nothing is not. It is
    ``complete`` if the channel answered to the end; otherwise going over the same time again is
    safe, and the remedy, ``retry_after`` seconds later if the channel said so.
    """

    counts: Counter[str]
    differences: tuple[Compared, ...]
    complete: bool
    stopped: str = ""
    retry_after: float | None = None
    run: ReconcileRun | None = None

    @property
    def converged(self) -> int:
        """Count the orders that are purchases here now."""
        return self.counts["converged"]

    @property
    def failed(self) -> tuple[tuple[str, str], ...]:
        """Name the orders that could not be read, and why."""
        unreadable = (one for one in self.differences if one.kind is DifferenceKind.UNREADABLE)
        return tuple((one.reference, str(one.details["error"])) for one in unreadable)


class Run:
    """One comparison as it goes; what it finds is stored as it is found."""

    def __init__(
        self,
        *,
        connection: Connection,
        since: datetime,
        cause: Cause,
        by: Actor | None,
        stored: ReconcileRun | None = None,
    ) -> None:
        """Begin now, or go on with one that is stored."""
        self.connection, self.since, self.cause, self.by = connection, since, cause, by
        self.row = stored
        self.started_at = stored.started_at if stored else database_now()
        self.counts: Counter[str] = Counter(stored.counts if stored else {})
        self.found: list[Compared] = []

    def store(self) -> ReconcileRun:
        """Keep that there is such a run; may be called again."""
        if self.row is None:
            self.row = ReconcileRun.objects.create(
                connection=self.connection,
                cause=self.cause,
                since=self.since,
                until=self.started_at,
                started_at=self.started_at,
                by=((self.by or SYSTEM).display or (self.by or SYSTEM).id)[:100],
            )
        return self.row

    def look_there(self, pointer: str) -> None:
        """Look at an order that the channel names."""
        self._note(compare_order(connection=self.connection, pointer=pointer, by=self.by))

    def look_here(self, purchase: Purchase) -> None:
        """Look at a purchase that the channel did not name."""
        self._note(compare_purchase(purchase=purchase, by=self.by))

    def not_looked_at(self, *, after: UUID | None = None) -> QuerySet[Purchase]:
        """
        Give the purchases that were paid in this time and that the channel did not name.

        Those that differed before are among them, whenever they were paid.
        """
        differing = ExceptionCase.objects.filter(kind=DIFFERENCE.value, resolved_at=None)
        rows = Purchase.objects.filter(
            Q(paid_at__gte=self.since) | Q(pk__in=differing.values("purchase_id")),
            connection=self.connection,
            kind=PurchaseKind.SALE,
            paid_at__isnull=False,
            state_as_of__lt=self.started_at,
        )
        rows = rows if after is None else rows.filter(pk__gt=after)
        return rows.select_related("connection").order_by("pk")

    def keep_counts(self) -> None:
        """Keep how far it has come."""
        ReconcileRun.objects.filter(pk=self.store().pk).update(counts=dict(self.counts))

    def finish(self, *, stopped: Exception | None = None) -> Report:
        """Close the run, move the cursor if it is complete, and say what came of it."""
        said = f"{name_of(stopped)}: {stopped}"[:300] if stopped else ""
        tell_access(self.connection, stopped)
        if stopped is None:
            _move_cursor(self.connection, since=self.since, until=self.started_at, run=self)
        if self.row or stopped or self.cause != Cause.SHORT:
            row = self.store()
            row.counts, row.stopped, row.is_complete = dict(self.counts), said, stopped is None
            row.finished_at = database_now()
            row.save(update_fields=["counts", "stopped", "is_complete", "finished_at"])
            _forget_others_like(row)
        return Report(
            counts=self.counts,
            differences=tuple(self.found),
            complete=stopped is None,
            stopped=said,
            retry_after=stopped.retry_after if isinstance(stopped, ChannelUnavailable) else None,
            run=self.row,
        )

    def _note(self, compared: Compared) -> None:
        self.counts["looked"] += 1
        self.counts["converged"] += compared.converged
        self.counts["issued"] += compared.issued if compared.kind else 0
        self.counts["withdrawn"] += compared.withdrawn if compared.kind else 0
        if compared.kind is None:
            self.counts["agreed"] += compared.converged
            return
        self.counts[compared.kind.value] += 1
        self.counts[compared.outcome.value] += 1
        if len(self.found) < MOST_STORED:
            self.found.append(compared)
            if self.cause != Cause.SHORT or not self._is_known(compared):
                _keep(self.store(), compared)

    def _is_known(self, compared: Compared) -> bool:
        """Tell whether this was parked today already: a sweep would say it every five minutes."""
        told = Difference.objects.filter(
            connection=self.connection,
            reference=compared.reference[:200],
            kind=compared.kind,
            outcome=DifferenceOutcome.PARKED,
            at__gt=self.started_at - timedelta(days=1),
        )
        return compared.outcome is DifferenceOutcome.PARKED and told.exists()


def carry_out(run: Run, looks: Iterator[Look]) -> Report:
    """Take these looks one after the other, as long as the channel answers, and close the run."""
    try:
        for look in looks:
            look()
    except ConnectionIncomplete:
        raise
    except Unavailable as error:
        log.warning("the sweep of %s stopped: %s", run.connection.slug, error)
        return run.finish(stopped=error)
    except Exception as error:
        log.exception("the sweep of %s failed", run.connection.slug)
        return run.finish(stopped=error)
    return run.finish()


def _forget_others_like(row: ReconcileRun) -> None:
    """A channel that is down for a day would leave hundreds that say the same: one will do."""
    if row.stopped and row.cause != Cause.ASKED:
        others = ReconcileRun.objects.filter(
            connection=row.connection_id, stopped=row.stopped, differences=None
        )
        others.exclude(pk=row.pk).exclude(cause=Cause.ASKED).delete()


def _keep(row: ReconcileRun, compared: Compared) -> None:
    assert compared.kind is not None  # noqa: S101 - only differences are kept
    Difference.objects.create(
        run=row,
        connection_id=row.connection_id,
        kind=compared.kind,
        outcome=compared.outcome,
        reference=compared.reference[:200],
        purchase=compared.purchase,
        issued=compared.issued,
        withdrawn=compared.withdrawn,
        details=dict(compared.details),
        at=database_now(),
    )


def _move_cursor(connection: Connection, *, since: datetime, until: datetime, run: Run) -> None:
    """Everything before this moment has been looked at, if nothing was left out before it."""
    rows = Connection.objects.filter(pk=connection.pk)
    joined = Q(swept_until__gte=since, swept_until__lt=until)
    first = Q(swept_until=None) if run.cause != Cause.SHORT else Q(pk__in=())
    rows.filter(joined | first).update(swept_until=until)
