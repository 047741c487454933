"""Have an order file carried out."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import FileClosed, FileNotClean
from counterfoil.models import OrderFile, OrderFileRow
from counterfoil.operations._order_files import audit, judge, lock_file
from counterfoil.operations._partnering import require_partner_active
from counterfoil.operations.request_job import request_job
from counterfoil.rules.jobs import JobKind
from counterfoil.rules.order_files import STOPPING, Extent, FileStatus, Verdict
from counterfoil.rules.people import Actor


@transaction.atomic
def confirm_order_file(
    *, order_file_id: UUID, extent: Extent, by: Actor, at: datetime
) -> OrderFile:
    """
    Have the orders of a file issued, in the background: all of them, or only the good rows.

    Every row is judged anew first. Confirming twice is confirming once. Where nothing is new the
    file is done at once.

    :raises NotFound: if there is no such file.
    :raises FileClosed: if it was carried out or discarded, or has no rows.
    :raises FileNotClean: if all are meant and a row is not good.
    :raises PartnerSuspended: if a suspended partner confirms it.
    """
    require_partner_active(by)
    order_file = lock_file(order_file_id)
    if order_file.status == FileStatus.CONFIRMED:
        return order_file
    if order_file.status != FileStatus.CHECKED or not order_file.row_count:
        raise FileClosed
    counts = judge(order_file, at=at)
    stopping = sum(counts.get(verdict, 0) for verdict in STOPPING)
    if stopping and extent is Extent.ALL:
        raise FileNotClean(f"{stopping} of {order_file.row_count} rows are not good.")
    order_file.extent = extent.value
    order_file.confirmed_for, order_file.confirmed_at = by.display or by.id, at
    OrderFileRow.objects.filter(file=order_file).exclude(outcome="").update(outcome="")
    if counts.get(Verdict.NEW):
        order_file.confirmed_count += 1
        order_file.status, order_file.closed_at = FileStatus.CONFIRMED.value, None
        order_file.job = request_job(
            kind=JobKind.ORDER_FILE,
            key=f"{order_file.name[:120]} ({order_file.pk}, {order_file.confirmed_count})",
            parameters={"order_file": str(order_file.pk)},
            by=by,
            at=at,
            total=counts[Verdict.NEW],
        )
    else:
        order_file.status, order_file.closed_at = FileStatus.DONE.value, at
    order_file.save()
    audit(
        "confirm_order_file",
        order_file,
        by=by,
        at=at,
        extent=extent.value,
        rows={verdict.value: count for verdict, count in counts.items()},
    )
    return order_file
