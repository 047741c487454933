"""Take in an order that is told to us."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from counterfoil.errors import DeclarationInvalid
from counterfoil.models import Connection, DeclaredOrder
from counterfoil.operations._declaring import keep, lock_declared
from counterfoil.operations._partnering import require_partner_active
from counterfoil.rules.declared import DeclaredOrderBody
from counterfoil.rules.declared_changes import Change, taken_together
from counterfoil.rules.declared_faults import faults_of
from counterfoil.rules.people import Actor


class Outcome(StrEnum):
    """What telling an order came to."""

    CREATED = "created"
    UNCHANGED = "unchanged"
    CHANGED = "changed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Declaration:
    """What telling an order came to, and the order as it is kept."""

    outcome: Outcome
    declared: DeclaredOrder


@transaction.atomic
def declare_order(
    *,
    connection: Connection,
    order: DeclaredOrderBody,
    by: Actor,
    at: datetime,
    may_change: Collection[Change] = frozenset(),
) -> Declaration:
    """
    Keep an order by the reference of whoever tells it; told again it is the same order.

    What may be different when it is told again is for the caller to say: nothing, unless allowed.
    Nothing is issued by this; that follows from looking at the order, as with any channel.

    :raises DeclarationInvalid: if there is anything wrong with it, with everything that is.
    :raises DeclaredDifferently: if it was told before and says something else now.
    :raises PartnerSuspended: if a suspended partner tells it.
    """
    require_partner_active(by)
    if faults := faults_of(order):
        raise DeclarationInvalid(faults)
    new = DeclaredOrder(
        connection=connection, reference=order.reference, changed_at=at, created_at=at
    )
    new.seal_body(order)
    DeclaredOrder.objects.bulk_create([new], ignore_conflicts=True)
    declared = lock_declared(connection, order.reference)
    if declared.pk == new.pk:
        return Declaration(outcome=Outcome.CREATED, declared=declared)
    if declared.is_told_as(order):
        return Declaration(outcome=Outcome.UNCHANGED, declared=declared)
    is_changed = keep(
        declared, taken_together(declared.body(), order, may_change=may_change), at=at
    )
    outcome = Outcome.CHANGED if is_changed else Outcome.UNCHANGED
    return Declaration(outcome=outcome, declared=declared)
