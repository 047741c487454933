"""Disputes: suspended while open, given back when won, withdrawn when lost."""

from datetime import datetime

from counterfoil.models import Dispute, Entitlement, HoldKind, Purchase
from counterfoil.operations.lift_hold import lift_hold
from counterfoil.operations.park import park
from counterfoil.operations.place_hold import place_hold
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.operations.revoke import revoke
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.lifecycle import HOLDER_STATES, State
from counterfoil.rules.orders import DisputeStatus, OrderDispute, OrderState
from counterfoil.rules.people import Actor

CLOSED = {DisputeStatus.WON, DisputeStatus.LOST, DisputeStatus.INQUIRY_CLOSED}


def settle_disputes(purchase: Purchase, order: OrderState, *, by: Actor, at: datetime) -> None:
    """
    Bring holds and withdrawals to what the disputes of an order call for.

    An inquiry moves no money and changes nothing but the record of it. What somebody already has
    is not taken from them: it is put before a person.
    """
    for dispute in sorted(order.disputes, key=lambda one: one.reference):
        known = Dispute.objects.filter(purchase=purchase, external_reference=dispute.reference)
        before = known.values_list("status", flat=True).first()
        if before == dispute.status.value and dispute.status is not DisputeStatus.OPEN:
            continue
        _remember(purchase, dispute, at)
        units = list(purchase.entitlements.exclude(state=State.REVOKED).order_by("pk"))
        match dispute.status:
            case DisputeStatus.OPEN:
                _open(purchase, dispute, units, by=by, at=at)
            case DisputeStatus.WON | DisputeStatus.INQUIRY_CLOSED:
                _won(purchase, dispute, units, by=by, at=at)
            case DisputeStatus.LOST:
                _lost(purchase, dispute, units, by=by, at=at)
            case DisputeStatus.INQUIRY:
                pass


def _remember(purchase: Purchase, dispute: OrderDispute, at: datetime) -> None:
    Dispute.objects.update_or_create(
        purchase=purchase,
        external_reference=dispute.reference,
        defaults={
            "amount": dispute.amount,
            "currency": dispute.currency[:3],
            "status": dispute.status.value,
            "reason": dispute.reason[:64],
            "closed_at": at if dispute.status in CLOSED else None,
        },
        create_defaults={
            "amount": dispute.amount,
            "currency": dispute.currency[:3],
            "status": dispute.status.value,
            "reason": dispute.reason[:64],
            "opened_at": dispute.at,
            "closed_at": at if dispute.status in CLOSED else None,
        },
    )


def _open(
    purchase: Purchase,
    dispute: OrderDispute,
    units: list[Entitlement],
    *,
    by: Actor,
    at: datetime,
) -> None:
    place_hold(
        entitlement_ids=[unit.pk for unit in units if unit.state not in HOLDER_STATES],
        kind=HoldKind.DISPUTE,
        reference=dispute.reference,
        by=by,
        at=at,
        reason="dispute_opened",
    )
    _ask(purchase, dispute, units, by=by, at=at)


def _won(
    purchase: Purchase,
    dispute: OrderDispute,
    units: list[Entitlement],
    *,
    by: Actor,
    at: datetime,
) -> None:
    _lift(dispute, units, by=by, at=at)
    resolve_exception(
        kind=ExceptionKind.DISPUTE_AFTER_ASSIGNMENT,
        key=f"{purchase.pk}:{dispute.reference}",
        outcome="The dispute was won.",
        by=by,
        at=at,
    )


def _lost(
    purchase: Purchase,
    dispute: OrderDispute,
    units: list[Entitlement],
    *,
    by: Actor,
    at: datetime,
) -> None:
    _lift(dispute, units, by=by, at=at)
    unused = [unit.pk for unit in units if unit.state not in HOLDER_STATES]
    if unused:
        revoke(entitlement_ids=unused, by=by, at=at, reason="dispute_lost")
    _ask(purchase, dispute, units, by=by, at=at)


def _lift(dispute: OrderDispute, units: list[Entitlement], *, by: Actor, at: datetime) -> None:
    lift_hold(
        entitlement_ids=[unit.pk for unit in units],
        kind=HoldKind.DISPUTE,
        reference=dispute.reference,
        by=by,
        at=at,
        reason=f"dispute_{dispute.status.value}",
    )


def _ask(
    purchase: Purchase,
    dispute: OrderDispute,
    units: list[Entitlement],
    *,
    by: Actor,
    at: datetime,
) -> None:
    """Put what somebody already has before a person."""
    used = [unit.handle for unit in units if unit.state in HOLDER_STATES]
    if used:
        park(
            kind=ExceptionKind.DISPUTE_AFTER_ASSIGNMENT,
            key=f"{purchase.pk}:{dispute.reference}",
            evidence={
                "dispute": dispute.reference,
                "status": dispute.status.value,
                "handles": used[:50],
            },
            by=by,
            at=at,
            purchase=purchase,
        )
