"""Read an order file in another way."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.channels.order_file_reading import Choices, open_file
from counterfoil.conf import conf
from counterfoil.errors import FileClosed
from counterfoil.models import OrderFile
from counterfoil.operations._order_files import (
    audit,
    choices_as_kept,
    judge,
    keep_rows,
    lock_file,
    reading_as_kept,
)
from counterfoil.rules.order_files import FileStatus
from counterfoil.rules.people import Actor


@transaction.atomic
def reread_order_file(
    *, order_file_id: UUID, choices: Choices, by: Actor, at: datetime
) -> OrderFile:
    """
    Read a file as somebody who knows better says, and judge its rows.

    :raises NotFound: if there is no such file.
    :raises FileClosed: if it was confirmed or discarded.
    :raises FileTooLarge: if it has more rows than are read.
    :raises FileUnreadable: if it cannot be read in that way.
    """
    order_file = lock_file(order_file_id)
    if order_file.status != FileStatus.CHECKED:
        raise FileClosed
    content = order_file.content()
    reading = open_file(content, choices=choices, limit=conf.ORDER_FILE_MAX_BYTES)
    order_file.choices = choices_as_kept(choices)
    order_file.reading = reading_as_kept(reading)
    keep_rows(order_file, content, reading)
    judge(order_file, at=at)
    order_file.save()
    audit("reread_order_file", order_file, by=by, at=at, rows=order_file.row_count)
    return order_file
