"""
The rounds: sweeping every connection, often a little and once a day far back.

How far each has come stands at the connection, so a worker that starts anew goes on from there. One
connection that is down, or that asks us to wait, holds up no other.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from counterfoil.errors import Unavailable
from counterfoil.intake.clock import database_now
from counterfoil.intake.health import check_subscription
from counterfoil.intake.reconciling import reconcile
from counterfoil.intake.runs import Report
from counterfoil.intake.sweep import sweep
from counterfoil.models import Cause, Connection, ReconcileRun

log = logging.getLogger(__name__)

PAUSE_SECONDS = 300.0
OVERLAP, LONG = timedelta(hours=1), timedelta(days=30)
BETWEEN_LONG, BETWEEN_CHECKS = timedelta(days=1), timedelta(hours=1)
KEPT = timedelta(days=90)


class Rounds:
    """Goes round when called: from where each connection was left, and far back once a day."""

    def __init__(self) -> None:
        """Begin without knowing whom to leave in peace."""
        self._not_before: dict[UUID, datetime] = {}
        self._checked_at: dict[UUID, datetime] = {}

    def __call__(self) -> int:
        """Look after every connection that is not paused. Gives 0: rest."""
        at = database_now()
        for connection in Connection.objects.usable().order_by("slug"):
            if self._not_before.get(connection.pk, at) > at:
                continue
            try:
                self._look_after(connection, at)
            except Unavailable as refusal:  # a secret was never set: nothing to ask there
                log.info("%s was not looked after: %s", connection.slug, refusal.code)
                self._wait(connection, getattr(refusal, "retry_after", None), at)
            except Exception:
                log.exception("%s could not be looked after", connection.slug)
        ReconcileRun.objects.filter(started_at__lt=at - KEPT).delete()
        return 0

    def _look_after(self, connection: Connection, at: datetime) -> None:
        report = _sweep(connection, at)
        self._wait(connection, report.retry_after, at)
        checked_at = self._checked_at.get(connection.pk)
        if report.complete and (checked_at is None or at - checked_at >= BETWEEN_CHECKS):
            self._checked_at[connection.pk] = at
            check_subscription(connection)

    def _wait(self, connection: Connection, seconds: float | None, at: datetime) -> None:
        """Leave a connection in peace for as long as its channel asked us to."""
        if seconds:
            self._not_before[connection.pk] = at + timedelta(seconds=seconds)


def _sweep(connection: Connection, at: datetime) -> Report:
    """Sweep from an hour before where it was left, or far back and both ways once a day."""
    of_today = ReconcileRun.objects.filter(
        connection=connection, cause=Cause.LONG, is_complete=True, started_at__gt=at - BETWEEN_LONG
    )
    since = min(connection.swept_until or at, at) - OVERLAP
    if of_today.exists() and connection.swept_until is not None:
        return sweep(connection=connection, since=since)
    return reconcile(connection=connection, since=min(since, at - LONG), cause=Cause.LONG)
