"""Count everything that figures are about, and forget the count before."""

from datetime import datetime
from time import monotonic
from typing import Any

from django.db import connection, transaction
from django.utils.timezone import get_default_timezone_name

from counterfoil.errors import AlreadyCounting
from counterfoil.models import Counting, Tally
from counterfoil.operations._counting import COUNT
from counterfoil.rules.figures import STEPS
from counterfoil.rules.people import Actor

LOCK = 0x0C0F_F19E  # one count at a time, whoever asked for it
ROOM = "SET LOCAL work_mem = '64MB'; SET LOCAL enable_sort = off"  # sums need no order
CLAIM = "SELECT pg_try_advisory_xact_lock(%s)"


@transaction.atomic
def count_figures(*, by: Actor, at: datetime) -> Counting:
    """
    Count entitlements, what was paid for them and what staff did, as everything stands now.

    It is one statement, so that all figures are true of the same moment. It holds up nobody, and
    nobody refers to what it leaves. Months are those of the server's time zone.

    :raises AlreadyCounting: if somebody else is at it; their count will do.
    """
    started = monotonic()
    with connection.cursor() as cursor:
        cursor.execute(ROOM)
        cursor.execute(CLAIM, [LOCK])
        if not cursor.fetchone()[0]:
            raise AlreadyCounting
        counting = Counting.objects.create(at=at)
        zone = get_default_timezone_name()
        given: dict[str, Any] = {
            "at": at,
            "zone": zone,
            "counting": counting.pk,
            "steps": [0, *STEPS],
        }
        cursor.execute(COUNT, given)
    counted = Tally.objects.filter(counting=counting, subject="stock")
    counting.units = sum(counted.values_list("units", flat=True))
    counting.seconds = monotonic() - started
    counting.save(update_fields=["units", "seconds"])
    before = Counting.objects.exclude(pk=counting.pk)
    Tally.objects.filter(counting__in=before).delete()
    before.delete()
    return counting
