"""
Taking in what whoever sells elsewhere tells us of an order.

What is told goes through the inbox like anybody's message: a row that points to the order is kept
in the transaction that acknowledges it. What is small is looked at in the same transaction, so that
the answer can say what came of it; whatever fails then is tried again like any message.
"""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from counterfoil.channels.base import Notice
from counterfoil.errors import DeclarationInvalid
from counterfoil.intake.clock import database_now
from counterfoil.intake.inbox import receive
from counterfoil.intake.worker import work_message
from counterfoil.models import Connection, DeclaredOrder, Message
from counterfoil.operations.cancel_declared_order import cancel_declared_order
from counterfoil.operations.cancel_declared_units import cancel_declared_units
from counterfoil.operations.declare_order import Outcome, declare_order
from counterfoil.operations.request_job import request_job
from counterfoil.queries.fitting import misfits, yield_of
from counterfoil.queries.told import job_key
from counterfoil.rules.declared import Cancellation, DeclaredOrderBody
from counterfoil.rules.jobs import JobKind
from counterfoil.rules.people import Actor

AT_ONCE = 500  # entitlements of an order that are issued while whoever told it waits
TOLD, CANCELLED = "purchase.told", "purchase.cancelled"


@transaction.atomic
def tell_purchase(*, connection: Connection, order: DeclaredOrderBody, by: Actor) -> Outcome:
    """
    Take in an order, and issue for it if it is small; a large one becomes a job.

    :raises DeclarationInvalid: if anything is wrong with it, with everything that is.
    :raises DeclaredDifferently: if another order was told before by its reference.
    """
    at = database_now()
    told = declare_order(connection=connection, order=order, by=by, at=at)
    if told.outcome is Outcome.CREATED:
        if faults := misfits(connection, order):
            raise DeclarationInvalid(faults)
        _look_at(connection, told.declared, TOLD, by=by, at=at)
    return told.outcome


@transaction.atomic
def cancel_purchase(*, connection: Connection, reference: str, by: Actor) -> None:
    """
    Take in that the whole of an order is taken back.

    :raises OrderUnknown: if it was never told through this connection.
    """
    at = database_now()
    declared = cancel_declared_order(connection=connection, reference=reference, by=by, at=at)
    _look_at(connection, declared, CANCELLED, by=by, at=at)


@transaction.atomic
def cancel_units(
    *, connection: Connection, reference: str, cancellation: Cancellation, by: Actor
) -> None:
    """
    Take in that part of an order is taken back, as :func:`cancel_declared_units` does.

    :raises DeclarationInvalid: if it names what the order does not have, or more than is left.
    """
    at = database_now()
    declared = cancel_declared_units(
        connection=connection,
        reference=reference,
        cancellation=replace(cancellation, at=at),
        by=by,
        at=at,
    )
    _look_at(connection, declared, CANCELLED, by=by, at=at)


def _look_at(
    connection: Connection, declared: DeclaredOrder, topic: str, *, by: Actor, at: datetime
) -> None:
    """Point to an order in the inbox, once for each of its revisions, and look at it."""
    message_id = f"{declared.pk}:{declared.revision}"
    notice = Notice(
        message_id=message_id,
        topic=topic,
        pointer=declared.reference,
        is_test=connection.is_test,
        key="",
        claims_paid=topic == TOLD,
    )
    units = yield_of(connection, declared.body())
    is_large = units > AT_ONCE
    if topic == TOLD and is_large:
        request_job(
            kind=JobKind.PURCHASE,
            key=job_key(connection, declared.reference),
            parameters={"connection": connection.slug, "reference": declared.reference},
            by=by,
            at=at,
            total=units,
        )
        return
    receive(connection, notice, b"{}")
    if is_large:
        return
    messages = Message.objects.select_related("connection")
    message = messages.get(connection=connection, message_id=message_id)
    if message.handled_at is None:
        work_message(message)
