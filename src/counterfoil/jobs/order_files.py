"""Carrying out an order file: each of its orders is told, and looked at like any other."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.db import DatabaseError
from django.db.models import QuerySet, Sum

from counterfoil.errors import CounterfoilError, Unavailable
from counterfoil.intake.converging import converge_order
from counterfoil.intake.registry import actor_of
from counterfoil.jobs.steps import Progress
from counterfoil.models import Connection, Job, OrderFile, OrderFileRow
from counterfoil.operations.begin_order_file import begin_order_file
from counterfoil.operations.declare_order import declare_order
from counterfoil.operations.finish_order_file import finish_order_file
from counterfoil.operations.record_file_rows import record_file_rows
from counterfoil.rules.declared import DeclaredLine, DeclaredOrderBody
from counterfoil.rules.declared_changes import Change
from counterfoil.rules.order_files import FileStatus, Verdict
from counterfoil.rules.orders import OrderGift
from counterfoil.rules.people import SYSTEM

MOST_ORDERS, MOST_UNITS = 20, 2_000  # of one step
FAILED = "It could not be carried out; the log says why."

log = logging.getLogger(__name__)


def carry_out(job: Job, *, at: datetime) -> Progress:
    """
    Do a step of an order file: first judge it once more, then some orders at a time.

    An order that was carried out already, or whose step was cut off, is found as it is. One that
    cannot be taken says why in its rows, and holds up no other.
    """
    file_id = UUID(job.parameters["order_file"])
    if not job.cursor:
        return _begin(job, file_id, at)
    order_file = OrderFile.objects.defer("content_sealed").get(pk=file_id)
    if order_file.status != FileStatus.CONFIRMED or order_file.job_id != job.pk:
        return _progress(job, is_finished=True)
    leads = _next_leads(file_id, after=job.cursor["lead"])
    refused = {}
    for lead, rows in _orders(file_id, leads):
        if why := _take(order_file.connection, rows, at=at):
            refused[lead] = why
    problems = record_file_rows(
        order_file_id=file_id, leads=leads, refused=refused, by=SYSTEM, at=at
    )
    if not leads:
        finish_order_file(order_file_id=file_id, by=SYSTEM, at=at)
        return _progress(job, is_finished=True)
    rows_done = _new_rows(file_id).filter(lead__in=leads).count()
    return Progress(
        done=job.done + rows_done,
        total=job.total,
        problems=job.problems + problems,
        is_finished=False,
        cursor={"lead": leads[-1]},
    )


def _begin(job: Job, file_id: UUID, at: datetime) -> Progress:
    order_file, counts = begin_order_file(order_file_id=file_id, by=SYSTEM, at=at)
    new = counts.get(Verdict.NEW, 0)
    if order_file.status != FileStatus.CONFIRMED or order_file.job_id != job.pk:
        why = "Not carried out: since it was confirmed, rows have become bad. Look at it again."
        return _progress(job, is_finished=True, note=why if counts else "")
    return Progress(done=0, total=new, is_finished=False, cursor={"lead": 0})


def _progress(job: Job, *, is_finished: bool, note: str = "") -> Progress:
    return Progress(
        done=job.done,
        total=job.total,
        problems=job.problems,
        is_finished=is_finished,
        cursor=job.cursor,
        result={"note": note} if note else {},
    )


def _next_leads(file_id: UUID, *, after: int) -> list[int]:
    """Give the first rows of the next orders: a few, or fewer if they are large."""
    found = (
        _new_rows(file_id)
        .filter(lead__gt=after)
        .order_by("lead")
        .values_list("lead")
        .annotate(units=Sum("quantity"))[:MOST_ORDERS]
    )
    leads: list[int] = []
    together = 0
    for lead, units in found:
        if leads and together + units > MOST_UNITS:
            break
        leads.append(lead)
        together += units
    return leads


def _orders(file_id: UUID, leads: Sequence[int]) -> Iterable[tuple[int, list[OrderFileRow]]]:
    rows = OrderFileRow.objects.filter(
        file=file_id, lead__in=leads, verdict__in=[Verdict.NEW, Verdict.IGNORED]
    ).order_by("lead", "number")
    for lead, together in groupby(rows, key=lambda row: row.lead):
        yield lead, list(together)


def _new_rows(file_id: UUID) -> QuerySet[OrderFileRow]:
    return OrderFileRow.objects.filter(file=file_id, verdict=Verdict.NEW)


def _take(connection: Connection, rows: Sequence[OrderFileRow], *, at: datetime) -> str:
    """Tell an order and look at it; gives what is wrong if it cannot be taken."""
    by, order = actor_of(connection), body_of(rows)
    try:
        declare_order(
            connection=connection,
            order=order,
            by=by,
            at=at,
            may_change={Change.FILL, Change.ADD_LINES},
        )
        converge_order(connection=connection, pointer=order.reference)
    except (Unavailable, DatabaseError):
        raise
    except CounterfoilError as refusal:
        return str(refusal)
    except Exception as error:  # noqa: BLE001 - whatever it is, the other orders must be seen to
        log.warning(
            "row %d of a file was not carried out: %s", rows[0].number, type(error).__name__
        )
        return FAILED
    return ""


def body_of(rows: Sequence[OrderFileRow]) -> DeclaredOrderBody:
    """Put the rows of one order together, as an order that is told."""
    said = [row.personal() for row in rows]
    first = rows[0]
    return DeclaredOrderBody(
        reference=first.order_reference,
        number=first.order_reference,
        currency=first.currency,
        lines=tuple(_line(row, its) for row, its in zip(rows, said, strict=True)),
        buyer_mail=next((its["buyer_mail"] for its in said if its.get("buyer_mail")), None),
        buyer_name=next((its["buyer_name"] for its in said if its.get("buyer_name")), ""),
        paid_at=min((row.paid_at for row in rows if row.paid_at), default=None),
    )


def _line(row: OrderFileRow, said: dict[str, str]) -> DeclaredLine:
    assert row.quantity is not None  # noqa: S101 - the database holds that readable rows have one
    assert row.amount is not None  # noqa: S101
    gift = None
    if said.get("gift_message") or said.get("recipient_mail"):  # a name alone is only where it goes
        gift = OrderGift(
            recipient_mail=said.get("recipient_mail"),
            recipient_name=said.get("recipient_name", ""),
            message=said.get("gift_message", ""),
            sender_name=said.get("buyer_name", ""),
            send_at=None,
        )
    return DeclaredLine(
        reference=row.line_reference,
        sku=row.sku,
        quantity=row.quantity,
        unit_amount=row.amount // row.quantity,
        amount_total=row.amount,
        description=said.get("product", ""),
        gift=gift,
    )
