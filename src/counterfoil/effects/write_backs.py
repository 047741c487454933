"""
Showing at the channel's order what became of it.

Level-triggered: nothing here asks what happened, only whether the channel was told of the newest.
What it is told is read when it is told, so what changes ten times in a minute is written once. The
channel is called outside of any transaction.
"""

import logging
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from counterfoil.channels.base import Channel, OrderReport, ReportedUnit, WritingBack
from counterfoil.effects.addresses import my_purchases_page
from counterfoil.errors import ChannelRefused, CounterfoilError
from counterfoil.models import Connection, Purchase, WriteBack
from counterfoil.models.ids import handle_of
from counterfoil.operations.park import park
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM

logger = logging.getLogger(__name__)

OPTION = "write_back"
LEASE = timedelta(minutes=2)  # after this a call counts as lost
GIVE_UP_AFTER = timedelta(hours=72)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=15), timedelta(hours=1)

ChannelOf = Callable[[Connection], Channel]

WANT = """
INSERT INTO counterfoil_writeback AS w (purchase_id, wanted_version, got_version, changed_at,
                                        next_attempt_at, attempts, parked_at, last_error)
SELECT p.id, 1, 0, %(at)s, %(at)s, 0, NULL, ''
  FROM counterfoil_purchase p JOIN counterfoil_connection c ON c.id = p.connection_id
 WHERE p.id = ANY(%(purchases)s) AND jsonb_typeof(c.options -> %(option)s) = 'object'
 ORDER BY p.id
    ON CONFLICT (purchase_id) DO UPDATE
   SET wanted_version = w.wanted_version + 1,
       changed_at = CASE WHEN w.wanted_version = w.got_version OR w.parked_at IS NOT NULL
                         THEN excluded.changed_at ELSE w.changed_at END,
       next_attempt_at = CASE WHEN w.wanted_version = w.got_version OR w.parked_at IS NOT NULL
                              THEN excluded.next_attempt_at ELSE w.next_attempt_at END,
       attempts = CASE WHEN w.wanted_version = w.got_version OR w.parked_at IS NOT NULL
                       THEN 0 ELSE w.attempts END,
       parked_at = NULL
"""


def want(purchase_ids: Collection[UUID], *, at: datetime) -> None:
    """Remember that these purchases changed, those whose connections want it shown."""
    if not purchase_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(WANT, {"purchases": list(purchase_ids), "at": at, "option": OPTION})


def write_back_due(*, at: datetime, channel_of: ChannelOf, limit: int = 100) -> int:
    """Work on what is due, the longest due first; gives how many were worked on."""
    due = WriteBack.objects.filter(parked_at=None, next_attempt_at__lte=at).exclude(
        wanted_version=F("got_version")
    )
    keys = due.order_by("next_attempt_at").values_list("pk", flat=True)[:limit]
    return sum(write_back(pk, at=at, channel_of=channel_of) for pk in list(keys))


def write_back(purchase_id: UUID, *, at: datetime, channel_of: ChannelOf) -> bool:
    """
    Tell the channel how a purchase stands, unless it knows, or somebody is at it.

    A failure is kept on the row, which is tried again later and parked at last; gives whether
    anything was tried.
    """
    row = _claimed(purchase_id, at)
    if row is None:
        return False
    try:
        _tell(row, channel_of)
    except Exception as error:  # noqa: BLE001 - whatever it is, the next one must be told
        _failed(row, error, at)
        return True
    shown = WriteBack.objects.filter(pk=row.pk)
    newer = shown.filter(got_version__lte=row.wanted_version).update(
        got_version=row.wanted_version, next_attempt_at=at, attempts=0, last_error=""
    )
    if not newer:  # who overtook us told more, and we wrote over it
        shown.update(got_version=0, next_attempt_at=at)
    resolve_exception(
        kind=ExceptionKind.WRITE_BACK_FAILED,
        key=str(row.pk),
        outcome="The channel shows it now.",
        by=SYSTEM,
        at=at,
    )
    return True


def report_of(purchase: Purchase) -> OrderReport:
    """Say what became of a purchase, without any code."""
    units = purchase.entitlements.order_by("line__external_line", "ordinal")
    assert purchase.connection is not None  # noqa: S101 - only sales of a channel are told
    wanted = purchase.connection.options.get(OPTION) or {}
    return OrderReport(
        reference=purchase.external_reference,
        units=tuple(
            ReportedUnit(line=line, handle=handle_of(unit), state=state)
            for unit, line, state in units.values_list("pk", "line__external_line", "state")
        ),
        claim_url=my_purchases_page() if wanted.get("claim_link") is True else None,
    )


def _tell(row: WriteBack, channel_of: ChannelOf) -> None:
    purchase = Purchase.objects.select_related("connection").get(pk=row.pk)
    if purchase.connection is None:
        return
    channel = channel_of(purchase.connection)
    if isinstance(channel, WritingBack):
        channel.write_back(report_of(purchase))


@transaction.atomic
def _claimed(purchase_id: UUID, at: datetime) -> WriteBack | None:
    """Mark an attempt: until it has an outcome, nobody else tries before the lease is over."""
    row = (
        WriteBack.objects.select_for_update(skip_locked=True)
        .filter(pk=purchase_id, parked_at=None, next_attempt_at__lte=at)
        .exclude(wanted_version=F("got_version"))
        .first()
    )
    if row is None:
        return None
    row.attempts = min(row.attempts + 1, 1_000)
    row.next_attempt_at = at + LEASE
    row.save(update_fields=["attempts", "next_attempt_at"])
    return row


@transaction.atomic
def _failed(row: WriteBack, error: Exception, at: datetime) -> None:
    told = str(error) if isinstance(error, CounterfoilError) else type(error).__name__
    logger.warning("purchase %s is not shown, attempt %d: %s", row.pk, row.attempts, told)
    unchanged = WriteBack.objects.filter(pk=row.pk, parked_at=None)
    wait = timedelta(seconds=getattr(error, "retry_after", None) or 0)
    hopeless = isinstance(error, ChannelRefused) or at >= row.changed_at + GIVE_UP_AFTER
    if not hopeless:
        next_attempt_at = at + max(pause(row.attempts), wait)
        unchanged.update(last_error=told[:300], next_attempt_at=next_attempt_at)
        return
    # What changed since it was read may be what the channel waits for.
    if not unchanged.filter(wanted_version=row.wanted_version).update(
        last_error=told[:300], parked_at=at
    ):
        unchanged.update(next_attempt_at=at)
        return
    park(
        kind=ExceptionKind.WRITE_BACK_FAILED,
        key=str(row.pk),
        evidence={"attempts": row.attempts, "error": told[:300]},
        by=SYSTEM,
        at=at,
        purchase=row.purchase,
    )


def pause(attempts: int) -> timedelta:
    """Give how long to wait after so many attempts: seconds, doubled each time, up to an hour."""
    doubled: timedelta = FIRST_PAUSE * 2 ** min(attempts - 1, 16)
    return min(doubled, LONGEST_PAUSE)
