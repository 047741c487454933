"""Close an order file that was carried out."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import OrderFile, OrderFileRow
from counterfoil.operations._order_files import lock_file
from counterfoil.rules.order_files import FileStatus, RowOutcome, Verdict
from counterfoil.rules.people import Actor


@transaction.atomic
def finish_order_file(*, order_file_id: UUID, by: Actor, at: datetime) -> OrderFile:
    """
    Close a file whose last row was carried out; one that is closed stays so.

    What was issued counts as issued from now on, and no longer as new.

    :raises NotFound: if there is no such file.
    """
    order_file = lock_file(order_file_id)
    if order_file.status == FileStatus.CONFIRMED:
        order_file.status, order_file.closed_at = FileStatus.DONE.value, at
        order_file.save()
        OrderFileRow.objects.filter(
            file=order_file, verdict=Verdict.NEW, outcome=RowOutcome.ISSUED
        ).update(verdict=Verdict.ISSUED)
    return order_file
