"""Judge an order file once more, at the moment at which it is carried out."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import OrderFile
from counterfoil.operations._order_files import judge, lock_file
from counterfoil.rules.order_files import STOPPING, Extent, FileStatus, Verdict
from counterfoil.rules.people import Actor


@transaction.atomic
def begin_order_file(
    *, order_file_id: UUID, by: Actor, at: datetime
) -> tuple[OrderFile, dict[Verdict, int]]:
    """
    Judge the rows of a confirmed file, and give it with how many there are of each kind.

    Something may have been issued, or a product unmapped, since it was confirmed. Where all of it
    was meant and a row is not good any more, it goes back to being looked at, and nothing is done.

    :raises NotFound: if there is no such file.
    """
    order_file = lock_file(order_file_id)
    if order_file.status != FileStatus.CONFIRMED:
        return order_file, {}
    counts = judge(order_file, at=at)
    if order_file.extent == Extent.ALL and any(counts.get(verdict) for verdict in STOPPING):
        order_file.status = FileStatus.CHECKED.value
    order_file.save()
    return order_file, counts
