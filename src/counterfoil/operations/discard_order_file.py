"""Throw an order file away."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import FileClosed
from counterfoil.models import OrderFile, OrderFileRow
from counterfoil.operations._order_files import audit, lock_file
from counterfoil.rules.order_files import FileStatus
from counterfoil.rules.people import Actor


@transaction.atomic
def discard_order_file(*, order_file_id: UUID, by: Actor, at: datetime) -> OrderFile:
    """
    Throw away a file that was never carried out: its bytes and rows, and all it says of people.

    That it was uploaded stays on record. Discarding it again changes nothing.

    :raises NotFound: if there is no such file.
    :raises FileClosed: if anything of it was carried out.
    """
    order_file = lock_file(order_file_id)
    if order_file.status == FileStatus.DISCARDED:
        return order_file
    if order_file.status != FileStatus.CHECKED or order_file.confirmed_count:
        raise FileClosed
    OrderFileRow.objects.filter(file=order_file).delete()
    order_file.status, order_file.closed_at = FileStatus.DISCARDED.value, at
    order_file.key_id = order_file.content_sealed = None
    order_file.save()
    audit("discard_order_file", order_file, by=by, at=at)
    return order_file
