"""Throw a bulk act away that was not carried out."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import BulkClosed
from counterfoil.models import Approval, Bulk, BulkStatus
from counterfoil.operations._bulk import lock_bulk
from counterfoil.rules.approvals import ApprovalKind
from counterfoil.rules.people import Actor


@transaction.atomic
def discard_bulk(*, bulk_id: UUID, by: Actor, at: datetime) -> Bulk:
    """
    Forget what was chosen; a second person who was asked is asked no more.

    :raises NotFound: if there is no such bulk act.
    :raises BulkClosed: if it was confirmed.
    """
    del by  # nothing was done: there is nothing to answer for
    bulk = lock_bulk(bulk_id)
    if bulk.status == BulkStatus.DISCARDED:
        return bulk
    if bulk.status not in (BulkStatus.JUDGED, BulkStatus.REQUESTED):
        raise BulkClosed
    asked = Approval.objects.filter(kind=ApprovalKind.BULK, subject=str(bulk.pk), decided_at=None)
    asked.filter(expires_at__gt=at).update(expires_at=at)
    bulk.items.all().delete()
    bulk.status, bulk.finished_at = BulkStatus.DISCARDED, at
    bulk.save(update_fields=["status", "finished_at"])
    return bulk
