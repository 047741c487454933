"""Prepare to take back what a bulk act has done."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from counterfoil.errors import BulkNotInvertible
from counterfoil.models import Bulk, BulkStatus
from counterfoil.models.ids import uuid7
from counterfoil.operations._bulk import is_at_work, lock_bulk, rule_of
from counterfoil.operations._bulk_judging import judge
from counterfoil.rules.bulk import Outcome
from counterfoil.rules.people import Actor

KEPT = ("kind", "reference", "partner")


@transaction.atomic
def invert_bulk(*, bulk_id: UUID, by: Actor, at: datetime) -> Bulk:
    """
    Preview the act that takes back what was done, for exactly those it was done to.

    It is an act on many like any other: it is confirmed, and takes a second person above the
    limit. What has changed since then is reported and left alone. One that was stopped is closed
    by this; what was left of it stays as it is. Asking again gives the same preview.

    :raises NotFound: if there is no such bulk act.
    :raises BulkNotInvertible: if nothing takes it back, nothing was done, or it is at work.
    """
    bulk = lock_bulk(bulk_id)
    known = bulk.inverses.exclude(status=BulkStatus.DISCARDED).first()
    if known is not None:
        return known
    inverse = rule_of(bulk).inverse
    if inverse is None:
        raise BulkNotInvertible("What this act did cannot be undone by another.")
    if is_at_work(bulk):
        raise BulkNotInvertible("It is being carried out. Stop it first.")
    done = bulk.items.filter(outcome=Outcome.DONE).values_list("entitlement_id", flat=True)
    if not done:
        raise BulkNotInvertible("It did nothing that could be taken back.")
    _close(bulk, at)
    made = Bulk.objects.create(
        id=uuid7(),
        act=inverse.value,
        parameters=_parameters(bulk),
        selection={"kind": "inverse", "count": len(done)},
        status=BulkStatus.JUDGED,
        requested_by=by.id,
        requested_for=(by.display or by.id)[:100],
        case=by.case,
        created_at=at,
        inverse_of=bulk,
    )
    judge(made, list(done))
    return made


def _close(bulk: Bulk, at: datetime) -> None:
    """End one that was stopped on its way, so that nobody continues it after this."""
    if bulk.status == BulkStatus.CONFIRMED:
        bulk.items.filter(outcome="").update(outcome=Outcome.LEFT, problem="stopped", done_at=at)
        bulk.status, bulk.finished_at = BulkStatus.DONE, at
        bulk.save(update_fields=["status", "finished_at"])


def _parameters(bulk: Bulk) -> dict[str, Any]:
    return {name: bulk.parameters[name] for name in KEPT if name in bulk.parameters}
