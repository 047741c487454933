"""
Reminders of what was bought and not used, and warnings of what ends soon.

Found once a day by what the terms of each entitlement say, from the morning on, and put into one
mail for each person. Many workers may look; one at a time writes.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from counterfoil.effects.queueing import delivery_to
from counterfoil.models import Delivery, DeliveryKind, Notice
from counterfoil.queries.due_notices import Due, cause_of, due_notices

MORNING = 9  # o'clock, where the site is: nobody is woken for a reminder
PEOPLE = 2_000
LOCK = 7_235_002  # any number that nothing else here locks

KINDS = (DeliveryKind.EXPIRY_WARNING, DeliveryKind.REMINDER)
"""The more urgent first: whoever gets both on one day gets the other on the next."""


def remind(*, at: datetime) -> int:
    """Have the reminders and warnings of today sent; gives how many mails were made."""
    local = at.astimezone(timezone.get_default_timezone())
    if local.hour < MORNING:
        return 0
    made = 0
    for kind in KINDS:
        while some := _remind_some(kind, at):
            made += some
    return made


@transaction.atomic
def _remind_some(kind: DeliveryKind, at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
    day = at.astimezone(timezone.get_default_timezone()).date()
    deliveries: list[Delivery] = []
    notices: list[Notice] = []
    found = due_notices(kind, at=at, limit=PEOPLE)
    for person_id, group in groupby(found, key=lambda one: one.person_id):
        units = list(group)
        delivery = delivery_to(
            person_id,
            kind=kind,
            cause=cause_of(day),
            at=at,
            purchase_id=_only(one.purchase_id for one in units),
            entitlement_id=_only(one.entitlement_id for one in units),
        )
        deliveries.append(delivery)
        notices += (_notice(delivery, one) for one in units)
    Delivery.objects.bulk_create(deliveries, batch_size=1_000)
    Notice.objects.bulk_create(notices, batch_size=1_000)
    return len(deliveries)


def _notice(delivery: Delivery, due: Due) -> Notice:
    return Notice(
        delivery=delivery,
        entitlement_id=due.entitlement_id,
        kind=delivery.kind,
        days=due.days,
        counted_from=due.counted_from,
    )


def _only(ids: Iterable[UUID | None]) -> UUID | None:
    """Give what a mail is about, if it is about one."""
    different = set(ids)
    return different.pop() if len(different) == 1 else None
