"""Choosing which units of a line are withdrawn, and what becomes of those somebody has."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from counterfoil.models import (
    Decision,
    Entitlement,
    ExceptionCase,
    Line,
    Purchase,
    RefundedEntitlement,
)
from counterfoil.operations.park import park
from counterfoil.operations.revoke import revoke
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.lifecycle import HOLDER_STATES, WITHDRAWAL_ORDER, State
from counterfoil.rules.orders import OrderState
from counterfoil.rules.people import Actor
from counterfoil.rules.terms import RefundPolicy

CANCELLED, REDUCED, REFUNDED = "cancelled", "line_reduced", "refunded"
DISPUTE_LOST = "dispute_lost"
WANTED_AGAIN = "The order wants it again."
AFTER_ASSIGNMENT = ExceptionKind.REFUND_AFTER_ASSIGNMENT
DECISIONS = {
    RefundPolicy.REVOKE: Decision.REVOKE,
    RefundPolicy.KEEP: Decision.KEEP,
    RefundPolicy.ASK: Decision.PENDING,
}


def choose(
    line: Line, count: int, *, named: Collection[UUID | None] = (), besides: Collection[UUID] = ()
) -> list[Entitlement]:
    """
    Choose which live units to withdraw: those named, then the unused, the newest first.

    The rows come locked, and so do those of the purchase's other lines: taken line by line they
    would be locked in another order than a recall locks them. Gives fewer than ``count`` where
    there are no more.
    """
    if count <= 0:
        return []
    everything = (
        Entitlement.objects.select_for_update(of=("self",))
        .filter(purchase=line.purchase_id)
        .exclude(state=State.REVOKED)
        .order_by("pk")
        .values_list("pk", "line_id", "state", "ordinal")
    )
    live = [one for one in everything if one[1] == line.pk and one[0] not in besides]
    live.sort(key=lambda one: (one[0] not in named, WITHDRAWAL_ORDER.index(State(one[2])), -one[3]))
    # A purchase may have a hundred thousand, of which only these few are read whole.
    chosen = [one[0] for one in live[:count]]
    units = Entitlement.objects.select_related("terms").in_bulk(chosen)
    return [units[pk] for pk in chosen]


def decide(entitlement: Entitlement) -> Decision:
    """Say what taking the money back means for this unit, by the terms it was sold under."""
    if entitlement.state not in HOLDER_STATES:
        return Decision.REVOKE
    return DECISIONS[entitlement.terms.terms.refund_policy]


def room_of(line: Line) -> int:
    """
    Tell how many more units of a line could be live, less than 0 where there are too many.

    As many should be live as were paid for and are still wanted, not counting those whose money
    went back; of a cancelled order, none.
    """
    refunded = refunded_units(line)
    live = Entitlement.objects.filter(line=line).exclude(state=State.REVOKED)
    wanted = max(line.units_paid - line.units_withdrawn - len(refunded), 0)
    if line.purchase.cancelled_at is not None:
        wanted = 0
    return wanted - live.exclude(pk__in=refunded).count()


def withdraw_lines(purchase: Purchase, order: OrderState, *, by: Actor, at: datetime) -> None:
    """Withdraw what the channel no longer wants: fewer units, a removed line, a cancellation."""
    wanted = {line.reference: line.quantity for line in order.lines}
    for line in purchase.lines.order_by("pk"):
        if order.cancelled_at is not None:
            withdraw(line, -room_of(line), reason=CANCELLED, by=by, at=at)
            continue
        units = wanted.get(line.external_line, 0) * line.entitlements_per_unit
        surplus = line.units_paid - line.units_withdrawn - units
        if surplus > 0:
            line.units_withdrawn += surplus
            # Whatever was taken already, by a refund or by staff, need not be taken again.
            withdraw(line, min(surplus, -room_of(line)), reason=REDUCED, by=by, at=at)
            line.save(update_fields=["units_withdrawn"])


def withdraw(line: Line, count: int, *, reason: str, by: Actor, at: datetime) -> None:
    """
    Withdraw units of a line; those somebody has only if their terms say so, else ask.

    What was refunded, or asked about before, is left to that.
    """
    if count <= 0:
        return
    asked = ExceptionCase.objects.filter(kind=AFTER_ASSIGNMENT.value, entitlement__line=line)
    answered = asked.exclude(outcome=WANTED_AGAIN).values_list("entitlement_id", flat=True)
    besides = {*refunded_units(line), *answered}
    chosen = choose(line, count, besides=besides)
    going = [one.pk for one in chosen if decide(one) is Decision.REVOKE]
    if going:
        revoke(entitlement_ids=going, by=by, at=at, reason=reason)
    for kept in chosen:
        if kept.pk not in going:
            ask_about(kept, reason=reason, by=by, at=at)


def ask_about(entitlement: Entitlement, *, reason: str, by: Actor, at: datetime) -> None:
    """Put a unit that was paid back, and that somebody has, before a person."""
    policy = entitlement.terms.terms.refund_policy
    park(
        kind=AFTER_ASSIGNMENT,
        key=entitlement.handle,
        evidence={"reason": reason, "policy": policy.value, "handle": entitlement.handle},
        by=by,
        at=at,
        purchase=entitlement.purchase,
        entitlement=entitlement,
    )


def refunded_units(line: Line) -> set[UUID]:
    """Give the units of a line that some refund has taken back, whatever was decided for them."""
    decisions = RefundedEntitlement.objects.filter(entitlement__line=line, superseded_at=None)
    return set(decisions.values_list("entitlement_id", flat=True))
