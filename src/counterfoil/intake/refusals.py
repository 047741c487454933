"""
Counting what the door refused, and saying so when it is a lot.

Nothing of a refused message is kept but a count for each connection, reason and minute. Whoever
floods the door must not be able to make the database write as often: the first of a minute are
written one by one, the others at most once a second in each process.
"""

import logging
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import DatabaseError
from django.db import connection as database
from django.db.models import Max, Sum

from counterfoil.intake.clock import database_now
from counterfoil.models import Connection, ExceptionCase, RefusedMessages
from counterfoil.operations.park import park
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM

log = logging.getLogger(__name__)

PAUSED = "paused"
WRITTEN_ONE_BY_ONE = 30
AT_MOST_EVERY = timedelta(seconds=1)
ALARM = 20  # in a minute; more than that is no accident
QUIET = timedelta(hours=1)
KEPT = timedelta(days=30)
WATCH_SECONDS = 60.0

_WRITE = """
INSERT INTO counterfoil_refusedmessages (connection_id, reason, minute, count)
VALUES (%s, %s, %s, %s)
ON CONFLICT (connection_id, reason, minute)
DO UPDATE SET count = counterfoil_refusedmessages.count + excluded.count
"""

Key = tuple[UUID, str, datetime]


@dataclass(slots=True)
class Tally:
    """How many of one minute were counted in this process, and how many of them written."""

    written_at: datetime
    written: int = 0
    waiting: int = 0


class Refusals:
    """What this process refused and has not written yet."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._lock = threading.Lock()
        self._tallies: dict[Key, Tally] = {}

    def count(self, connection_id: UUID, reason: str, *, at: datetime) -> None:
        """Count one more; that it cannot be written now is no reason to answer otherwise."""
        minute = at.replace(second=0, microsecond=0)
        for key, number in self._due((connection_id, reason[:32], minute), at):
            try:
                with database.cursor() as cursor:
                    cursor.execute(_WRITE, [*key, number])
            except DatabaseError as error:
                log.warning("%d refused messages were not counted: %s", number, error)

    def _due(self, key: Key, at: datetime) -> list[tuple[Key, int]]:
        """Count, and take out what is to be written now."""
        with self._lock:
            tally = self._tallies.setdefault(key, Tally(written_at=at))
            tally.waiting += 1
            due = [old for old in self._tallies if old[2] < key[2]]
            if tally.written < WRITTEN_ONE_BY_ONE or at - tally.written_at >= AT_MOST_EVERY:
                due.append(key)
            taken = [(one, self._tallies[one].waiting) for one in due]
            for one in due:
                if one == key:
                    tally.written, tally.waiting, tally.written_at = (
                        tally.written + tally.waiting,
                        0,
                        at,
                    )
                else:
                    del self._tallies[one]
        return [(one, number) for one, number in taken if number]


refusals = Refusals()


def watch_refusals() -> int:
    """Open an exception for each connection that refuses a lot, and close it after the quiet."""
    at = database_now()
    loud = _loud(since=at - QUIET)
    for connection in Connection.objects.filter(pk__in=loud):
        _tell(connection, loud[connection.pk], at=at)
    told = ExceptionCase.objects.filter(
        kind=ExceptionKind.MESSAGES_REFUSED.value, resolved_at=None
    ).values_list("key", flat=True)
    still = set(Connection.objects.filter(pk__in=loud).values_list("slug", flat=True))
    for slug in set(told) - still:
        resolve_exception(
            kind=ExceptionKind.MESSAGES_REFUSED,
            key=slug,
            outcome="Nothing of the kind for an hour.",
            by=SYSTEM,
            at=at,
        )
    RefusedMessages.objects.filter(minute__lt=at - KEPT).delete()
    return 0


def _loud(*, since: datetime) -> dict[UUID, datetime]:
    """Give the connections that refused too many in some minute since then, and the last such."""
    minutes = (
        RefusedMessages.objects.filter(minute__gte=since)
        .exclude(reason=PAUSED)
        .values("connection_id", "minute")
        .annotate(total=Sum("count"))
        .filter(total__gt=ALARM)
    )
    found: dict[UUID, datetime] = {}
    for row in minutes:
        found[row["connection_id"]] = max(
            row["minute"], found.get(row["connection_id"], row["minute"])
        )
    return found


def _tell(connection: Connection, last: datetime, *, at: datetime) -> None:
    about = ExceptionCase.objects.filter(
        kind=ExceptionKind.MESSAGES_REFUSED.value, key=connection.slug
    )
    settled = about.exclude(resolved_at=None).aggregate(at=Max("resolved_at"))["at"]
    if settled is not None and last < settled.replace(second=0, microsecond=0):
        return  # a person has seen this
    counted = (
        RefusedMessages.objects.filter(connection=connection, minute__gte=at - QUIET)
        .values("reason")
        .annotate(total=Sum("count"))
        .order_by("-total")
    )
    by_reason = {row["reason"]: row["total"] for row in counted}
    park(
        kind=ExceptionKind.MESSAGES_REFUSED,
        key=connection.slug,
        evidence={
            "connection": connection.slug,
            "in_the_last_hour": sum(by_reason.values()),
            "reasons": [f"{reason}: {number}" for reason, number in by_reason.items()],
            "last": f"{last:%Y-%m-%d %H:%M} UTC",
        },
        by=SYSTEM,
        at=at,
    )
