"""Take note that part of an order that was told to us is taken back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from counterfoil.errors import DeclarationInvalid, Fault, PurchaseUnfinished
from counterfoil.models import Connection, DeclaredOrder, Entitlement, Line, Purchase
from counterfoil.operations._declaring import keep, lock_declared
from counterfoil.rules.declared import Cancellation, DeclaredOrderBody
from counterfoil.rules.declared_changes import Change, taken_together
from counterfoil.rules.declared_faults import faults_of
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import Actor


@transaction.atomic
def cancel_declared_units(
    *, connection: Connection, reference: str, cancellation: Cancellation, by: Actor, at: datetime
) -> DeclaredOrder:
    """
    Keep that some units of an order are cancelled, once however often it is told.

    Units that are gone already are not taken back a second time, and of an order that is cancelled
    as a whole there is nothing left to take. What it means for units that somebody has follows
    from the terms they were sold under.

    :raises OrderUnknown: if the order was never told through this connection.
    :raises DeclaredDifferently: if another cancellation was told by the same reference.
    :raises DeclarationInvalid: if it names what the order does not have, or more than is left.
    :raises PurchaseUnfinished: if not everything is issued yet.
    """
    declared = lock_declared(connection, reference)
    body = declared.body()
    if body.cancelled_at is not None:
        return declared
    if cancellation.reference not in {one.reference for one in body.cancellations}:
        cancellation = _judged(connection, body, cancellation)
    told = replace(body, cancellations=(cancellation,))
    together = taken_together(body, told, may_change={Change.CANCEL})
    if faults := faults_of(together):
        raise DeclarationInvalid(faults)
    keep(declared, together, at=at)
    return declared


def _judged(
    connection: Connection, body: DeclaredOrderBody, cancellation: Cancellation
) -> Cancellation:
    """Compare a new cancellation with what was issued, and note what is gone already."""
    purchase = Purchase.objects.filter(
        connection=connection, external_reference=body.reference
    ).first()
    if purchase is None or purchase.issuing is not None:
        raise PurchaseUnfinished
    lines = {line.external_line: line for line in purchase.lines.all()}
    units = purchase.entitlements.all()
    here = {one.handle for one in units.only("pk")} if cancellation.units else set()
    gone = {one.handle for one in _gone(purchase).only("pk")} if cancellation.units else set()
    faults = [
        Fault(f"units.{place}", "this is no entitlement of this purchase")
        for place, handle in enumerate(cancellation.units)
        if handle not in here
    ]
    faults += _too_many(purchase, lines, cancellation)
    if faults:
        raise DeclarationInvalid(faults)
    return replace(cancellation, already=tuple(one for one in cancellation.units if one in gone))


def _gone(purchase: Purchase) -> QuerySet[Entitlement]:
    """Give the units that are withdrawn, or of which it is known that they go back."""
    units = purchase.entitlements.all()
    return units.filter(state=State.REVOKED) | units.filter(
        refund_decisions__isnull=False, refund_decisions__superseded_at=None
    )


def _too_many(
    purchase: Purchase, lines: dict[str, Line], cancellation: Cancellation
) -> Iterator[Fault]:
    gone = _gone(purchase).values_list("pk", flat=True)
    for place, part in enumerate(cancellation.lines):
        line = lines.get(part.line)
        if line is None:
            continue  # unknown, which is judged elsewhere; or there was nothing to issue for it
        left = Entitlement.objects.filter(line=line).exclude(pk__in=gone).count()
        if part.quantity * line.entitlements_per_unit > left:
            whole = left // line.entitlements_per_unit
            yield Fault(f"lines.{place}.quantity", f"only {whole} of this line are left")
