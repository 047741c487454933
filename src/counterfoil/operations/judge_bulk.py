"""Look again at how the entitlements of a bulk act stand."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import BulkClosed
from counterfoil.models import Bulk, BulkStatus
from counterfoil.operations._bulk import lock_bulk
from counterfoil.operations._bulk_judging import judge_again
from counterfoil.rules.people import Actor


@transaction.atomic
def judge_bulk(*, bulk_id: UUID, by: Actor, at: datetime) -> Bulk:
    """
    Look again at how everything stands that a bulk act is about, before it is confirmed.

    :raises NotFound: if there is no such bulk act.
    :raises BulkClosed: if it was confirmed or discarded.
    """
    del by
    bulk = lock_bulk(bulk_id)
    if bulk.status != BulkStatus.JUDGED:
        raise BulkClosed
    judge_again(bulk)
    bulk.created_at = at
    bulk.save(update_fields=["created_at"])
    return bulk
