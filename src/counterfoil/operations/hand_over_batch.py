"""Record that whoever prints a batch has its codes."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.conf import conf
from counterfoil.errors import BatchNotReady
from counterfoil.models import Batch
from counterfoil.operations._batching import lock_batch, note
from counterfoil.operations._codes import forget_minted
from counterfoil.rules.batches import Step
from counterfoil.rules.people import Actor


@transaction.atomic
def hand_over_batch(*, batch_id: UUID, by: Actor, at: datetime, comment: str = "") -> Batch:
    """
    Record that whoever prints has opened the file, and so needs it no more.

    Where ``DROP_PRINTED_CODES`` is set, the codes can be read by nobody here from now on: they
    still work, and what cannot be shown can be replaced. Handing over again changes nothing.

    :raises NotFound: if there is no such batch.
    :raises BatchNotReady: if its file was not fetched yet.
    """
    batch = lock_batch(batch_id)
    if batch.handed_over_at is not None:
        return batch
    last = batch.print_files.order_by("-number").first()
    if last is None or last.fetched_at is None:
        raise BatchNotReady("Its file was not fetched yet.")
    batch.handed_over_at = at
    note(batch, Step.HANDED_OVER, by=by, at=at, comment=comment, number=last.number)
    if conf.DROP_PRINTED_CODES:
        batch.codes_dropped_at = at
        dropped = forget_minted(batch.pk)
        note(batch, Step.CODES_DROPPED, by=by, at=at, quantity=dropped)
    batch.save(update_fields=["handed_over_at", "codes_dropped_at"])
    return batch
