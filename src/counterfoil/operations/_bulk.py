"""Bulk acts: reading one under its lock, who may confirm what alone, and having it begin."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q

from counterfoil.conf import conf
from counterfoil.errors import BulkClosed, BulkEmpty, BulkInvalid, NotFound
from counterfoil.models import Approval, Bulk, BulkStatus, Job
from counterfoil.models.granting import user_named
from counterfoil.operations._auditing import note
from counterfoil.operations._rights import still_may
from counterfoil.operations.request_job import request_job
from counterfoil.rules.acts import Act
from counterfoil.rules.approvals import ApprovalKind
from counterfoil.rules.bulk import BULK, BulkRule, Outcome, Stands, bulk_permission
from counterfoil.rules.jobs import JobKind
from counterfoil.rules.people import Actor, ActorKind
from counterfoil.rules.permissions import Permission

DAY = timedelta(days=1)


def lock_bulk(bulk_id: UUID) -> Bulk:
    """
    Lock and read a bulk act.

    :raises NotFound: if there is none.
    """
    found = Bulk.objects.select_for_update().filter(pk=bulk_id).first()
    if found is None:
        raise NotFound("There is no such bulk act.")
    return found


def rule_of(bulk: Bulk) -> BulkRule:
    """Say what its act does with what."""
    return BULK[Act(bulk.act)]


def whose(bulk: Bulk) -> Actor:
    """Give whoever answers for it."""
    return Actor(
        kind=ActorKind.OPERATOR,
        id=bulk.requested_by,
        display=bulk.requested_for,
        case=bulk.case,
    )


def may_go_on(bulk: Bulk, *, at: datetime) -> bool:
    """Tell whether whoever answers for it may still do it; one who was locked out does no more."""
    by, needed = whose(bulk), (Permission.BULK_ACTS, bulk_permission(Act(bulk.act)))
    return user_named(by.id) is None or all(still_may(by, one, at=at) for one in needed)


def choose(bulk: Bulk, sorts: Collection[Stands]) -> int:
    """
    Keep which sorts are meant; gives how many entitlements that are.

    :raises BulkInvalid: if the act cannot be done to one of the sorts.
    :raises BulkEmpty: if there is none of them.
    """
    if set(sorts) - set(rule_of(bulk).doable):
        raise BulkInvalid("It cannot be done to all that were chosen.")
    bulk.parameters = bulk.parameters | {"sorts": sorted({one.value for one in sorts})}
    count = bulk.items.filter(standing__in=bulk.parameters["sorts"]).count()
    if not count:
        raise BulkEmpty
    return count


def needs_second_person(count: int, *, by: Actor, at: datetime) -> bool:
    """
    Tell whether one person may not do so many alone: by the limit of one act, or of a day.

    Whoever asks waits for their other acts, so that two at once do not each see room.
    """
    if count > conf.BULK_LIMIT:
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"bulk:{by.id}"])
    asked = Approval.objects.filter(kind=ApprovalKind.BULK, requested_by=by.id)
    approved = asked.exclude(decision="").values_list("subject", flat=True)
    alone = Bulk.objects.filter(requested_by=by.id, confirmed_at__gt=at - DAY)
    alone = alone.exclude(pk__in=[UUID(one) for one in approved])
    chosen = ~Q(items__outcome__in=[Outcome.LEFT, Outcome.UNCHANGED])
    done = alone.aggregate(total=Count("items", filter=chosen & Q(items__isnull=False)))["total"]
    return bool(done + count > conf.BULK_DAILY_LIMIT)


def start(bulk: Bulk, *, at: datetime) -> Bulk:
    """
    Have it carried out in the background, and say at once what is left as it is.

    :raises BulkClosed: if it was carried out or discarded meanwhile.
    """
    if bulk.status not in (BulkStatus.JUDGED, BulkStatus.REQUESTED):
        raise BulkClosed
    rule, sorts = rule_of(bulk), bulk.parameters["sorts"]
    others = bulk.items.exclude(standing__in=sorts)
    others.filter(standing__in=rule.unchanged).update(outcome=Outcome.UNCHANGED, done_at=at)
    others.filter(standing__in=rule.doable).update(outcome=Outcome.LEFT, done_at=at)
    others.filter(outcome="").update(outcome=Outcome.REFUSED, done_at=at)
    by = whose(bulk)
    bulk.status, bulk.confirmed_at = BulkStatus.CONFIRMED, at
    bulk.job = request_job(
        kind=JobKind.BULK,
        key=str(bulk.pk),
        parameters={"bulk": str(bulk.pk)},
        by=by,
        at=at,
        total=bulk.items.filter(outcome="").count(),
    )
    bulk.save()
    note("bulk", connection=None, subject=str(bulk.pk), by=by, at=at, data={"act": bulk.act})
    return bulk


def is_at_work(bulk: Bulk) -> bool:
    """Tell whether it is being carried out, or about to be."""
    job = Job.objects.filter(bulk=bulk, finished_at=None)
    return bulk.status == BulkStatus.CONFIRMED and job.exists()
