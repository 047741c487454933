"""
Not hammering a system that is down.

When many entitlements have failed one after the other, the host is asked for one only, at growing
intervals, until it answers; then for all of them again. The state is a row of the database, so all
workers see it. One that the host always refuses counts once, and holds up no other.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from counterfoil.models import DownstreamHealth
from counterfoil.operations.park import park
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM

MOST_FAILURES = 10  # entitlements in a row
FIRST_PROBE, LONGEST_PROBE = timedelta(seconds=30), timedelta(minutes=10)
ABOUT = "downstream"
DOWN = ExceptionKind.PROVISIONING_DOWN


def is_open(*, at: datetime) -> bool:
    """Tell whether nothing is to be asked at this moment."""
    health = DownstreamHealth.objects.filter(pk=1, opened_at__isnull=False).first()
    return health is not None and health.probe_at is not None and health.probe_at > at


def may_ask(*, at: datetime) -> bool:
    """Tell whether the host may be asked; while it is down, by one caller at each probe."""
    down = DownstreamHealth.objects.filter(pk=1, opened_at__isnull=False)
    if not down.exists():
        return True
    return bool(down.filter(probe_at__lte=at).update(probe_at=at + FIRST_PROBE))


@transaction.atomic
def failed(entitlement_id: UUID, told: str, *, at: datetime) -> None:
    """Count a failure, and stop asking after too many of them."""
    DownstreamHealth.objects.get_or_create(pk=1)
    health = DownstreamHealth.objects.select_for_update().get(pk=1)
    if health.last_failed != entitlement_id:
        health.failures += 1
    health.last_failed, health.last_error = entitlement_id, told[:300]
    if health.failures >= MOST_FAILURES:
        health.opened_at = health.opened_at or at
        health.probe_at = at + _pause(at - health.opened_at)
        park(
            kind=DOWN,
            key=ABOUT,
            evidence={
                "failures": health.failures,
                "since": health.opened_at.isoformat(),
                "error": health.last_error,
            },
            by=SYSTEM,
            at=at,
        )
    health.save()


def answered(*, at: datetime) -> None:
    """Ask for all of them again, if it was down."""
    if not DownstreamHealth.objects.filter(pk=1, failures__gt=0).exists():
        return
    with transaction.atomic():
        health = DownstreamHealth.objects.select_for_update().get(pk=1)
        was_open = health.opened_at is not None
        health.failures, health.last_failed, health.last_error = 0, None, ""
        health.opened_at = health.probe_at = None
        health.save()
        if was_open:
            outcome = "It answers again."
            resolve_exception(kind=DOWN, key=ABOUT, outcome=outcome, by=SYSTEM, at=at)


def _pause(down_for: timedelta) -> timedelta:
    """Wait as long as it has been down by now, within bounds."""
    return max(FIRST_PROBE, min(down_for, LONGEST_PROBE))
