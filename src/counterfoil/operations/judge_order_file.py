"""Look again at what would become of the rows of an order file."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import FileClosed
from counterfoil.models import OrderFile
from counterfoil.operations._order_files import judge, lock_file
from counterfoil.rules.order_files import FileStatus
from counterfoil.rules.people import Actor


@transaction.atomic
def judge_order_file(*, order_file_id: UUID, by: Actor, at: datetime) -> OrderFile:
    """
    Judge the rows of a file anew: a SKU may have been mapped since, or an order issued.

    A file that was carried out, or whose work was stopped, can be confirmed once more after that;
    what was issued stays as it is.

    :raises NotFound: if there is no such file.
    :raises FileClosed: if it is being carried out, or was discarded.
    """
    order_file = lock_file(order_file_id)
    is_running = (
        order_file.status == FileStatus.CONFIRMED
        and order_file.job is not None
        and order_file.job.finished_at is None
    )
    if is_running or order_file.status == FileStatus.DISCARDED:
        raise FileClosed
    judge(order_file, at=at)
    order_file.status = FileStatus.CHECKED.value
    order_file.save()
    return order_file
