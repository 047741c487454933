"""Refunds: which units each one takes back, and carrying that out."""

from datetime import datetime
from uuid import UUID

from counterfoil.errors import NotFound
from counterfoil.models import (
    Decision,
    Entitlement,
    Line,
    Purchase,
    Refund,
    RefundedEntitlement,
)
from counterfoil.models.ids import handle_of, id_of
from counterfoil.operations._withdrawing import ask_about, choose, decide, refunded_units, room_of
from counterfoil.operations.park import park
from counterfoil.operations.reinstate import reinstate
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.operations.revoke import revoke
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.lifecycle import Move, State
from counterfoil.rules.orders import OrderRefund, OrderState, RefundStatus
from counterfoil.rules.people import Actor
from counterfoil.rules.refunds import Attributed, RefundPart, Undecided, attribute, by_line

REFUNDED = "refunded"


def settle_refunds(purchase: Purchase, order: OrderState, *, by: Actor, at: datetime) -> None:
    """
    Bring every refunded unit to a recorded decision, and carry it out.

    A refund that failed after all gives its units back. One whose units nobody named waits for a
    person, until the refunds add up to everything.
    """
    if not order.refunds:
        return
    lines = {line.external_line: line for line in purchase.lines.select_for_update().order_by("pk")}
    attribution = attribute(
        order,
        per_unit={name: line.entitlements_per_unit for name, line in lines.items()},
        lines_of=_lines_of(purchase),
    )
    for refund in order.refunds:
        match refund.status:
            case RefundStatus.FAILED:
                _undo(purchase, refund, by=by, at=at)
            case RefundStatus.PENDING:
                _expect(purchase, refund)
            case RefundStatus.SUCCEEDED:
                pass
    for attributed in attribution.decided:
        _carry_out(purchase, lines, attributed, by=by, at=at)
    for undecided in attribution.undecided:
        _ask(purchase, undecided, by=by, at=at)


def _lines_of(purchase: Purchase) -> dict[str, str]:
    units = purchase.entitlements.values_list("pk", "line__external_line")
    return {handle_of(unit): name for unit, name in units}


def _carry_out(
    purchase: Purchase,
    lines: dict[str, Line],
    attributed: Attributed,
    *,
    by: Actor,
    at: datetime,
) -> None:
    for part in by_line(attributed.parts):
        line = lines.get(part.line or "")
        if line is not None:
            _take_back(_row(purchase, line, attributed.refund, part), part, by=by, at=at)
    resolve_exception(
        kind=ExceptionKind.REFUND_UNKNOWN_ENTITLEMENT,
        key=f"{purchase.pk}:{attributed.refund.reference}",
        outcome="It is known now what was refunded.",
        by=by,
        at=at,
    )


def _row(purchase: Purchase, line: Line, refund: OrderRefund, part: RefundPart) -> Refund:
    """Give our record of a refund for one line; one that waited for its line becomes the first."""
    waiting = purchase.refunds.filter(external_reference=refund.reference, line=None).first()
    row = purchase.refunds.filter(external_reference=refund.reference, line=line).first()
    row = row or waiting or Refund(purchase=purchase, external_reference=refund.reference)
    row.line, row.units, row.amount = line, part.count, part.amount
    row.currency, row.status, row.at = refund.currency[:3], refund.status.value, refund.at
    row.save()
    return row


def _take_back(row: Refund, part: RefundPart, *, by: Actor, at: datetime) -> None:
    assert row.line is not None  # noqa: S101 - _row has just given it one
    decided = refunded_units(row.line)
    missing = part.count - row.decisions.filter(superseded_at=None).count()
    named = [_unit(handle) for handle in part.units]
    chosen = choose(row.line, missing, named=named, besides=decided)
    # Units that were withdrawn for another reason have nothing left to take back.
    if len(chosen) < missing:
        gone = Entitlement.objects.filter(line=row.line, state=State.REVOKED)
        chosen += gone.exclude(pk__in=decided).order_by("-ordinal")[: missing - len(chosen)]
    decisions = {one: decide(one) for one in chosen}
    RefundedEntitlement.objects.bulk_create(
        RefundedEntitlement(refund=row, entitlement=one, decision=decision, decided_at=at)
        for one, decision in decisions.items()
    )
    going = [one.pk for one, decision in decisions.items() if decision is Decision.REVOKE]
    if going:
        revoke(entitlement_ids=going, by=by, at=at, reason=REFUNDED)
    for one, decision in decisions.items():
        if decision is not Decision.REVOKE:
            ask_about(one, reason=REFUNDED, by=by, at=at)


def _unit(handle: str) -> UUID | None:
    try:
        return id_of(handle)
    except NotFound:
        return None


def _undo(purchase: Purchase, refund: OrderRefund, *, by: Actor, at: datetime) -> None:
    """Take note that a refund did not happen after all, and give back what it took."""
    rows = purchase.refunds.filter(external_reference=refund.reference)
    if not rows.exists():
        _waiting_row(purchase, refund)
    for row in rows.exclude(line=None).select_related("line"):
        _give_back(row, by=by, at=at)
    rows.update(status=refund.status.value)
    resolve_exception(
        kind=ExceptionKind.REFUND_UNKNOWN_ENTITLEMENT,
        key=f"{purchase.pk}:{refund.reference}",
        outcome="The refund failed.",
        by=by,
        at=at,
    )


def _give_back(row: Refund, *, by: Actor, at: datetime) -> None:
    """Bring back the units a refund took, as far as the order still wants them."""
    assert row.line is not None  # noqa: S101 - only rows of a line took anything
    decisions = list(row.decisions.filter(superseded_at=None).select_related("entitlement"))
    row.decisions.filter(superseded_at=None).update(superseded_at=at)
    room = room_of(row.line)
    for decision in sorted(decisions, key=lambda one: one.entitlement_id):
        unit = decision.entitlement
        if room > 0 and _went_with_refund(unit):
            reinstate(entitlement_id=unit.pk, by=by, at=at, reason="refund_failed")
            room -= 1
        resolve_exception(
            kind=ExceptionKind.REFUND_AFTER_ASSIGNMENT,
            key=unit.handle,
            outcome="The refund failed.",
            by=by,
            at=at,
        )


def _went_with_refund(unit: Entitlement) -> bool:
    """Tell whether it was a refund that withdrew this, and not staff or a lost dispute."""
    last = unit.entries.filter(move=Move.REVOKE).order_by("-seq").first()
    return unit.state == State.REVOKED and last is not None and last.reason == REFUNDED


def _expect(purchase: Purchase, refund: OrderRefund) -> None:
    """Remember a refund that is on its way; one that has arrived is not undone by older news."""
    if not purchase.refunds.filter(external_reference=refund.reference).exists():
        _waiting_row(purchase, refund)


def _waiting_row(purchase: Purchase, refund: OrderRefund) -> None:
    purchase.refunds.update_or_create(
        external_reference=refund.reference,
        line=None,
        defaults={
            "units": 0,
            "amount": refund.amount,
            "currency": refund.currency[:3],
            "status": refund.status.value,
            "at": refund.at,
        },
    )


def _ask(purchase: Purchase, undecided: Undecided, *, by: Actor, at: datetime) -> None:
    refund = undecided.refund
    rows = purchase.refunds.filter(external_reference=refund.reference)
    if rows.filter(decisions__superseded_at=None, decisions__isnull=False).exists():
        return  # decided when the refunds added up to everything
    if rows.filter(line=None, status=refund.status.value, amount=refund.amount).exists():
        return  # asked before; whoever answered need not be asked again
    rows.filter(decisions=None).delete()
    _waiting_row(purchase, refund)
    park(
        kind=ExceptionKind.REFUND_UNKNOWN_ENTITLEMENT,
        key=f"{purchase.pk}:{refund.reference}",
        evidence={
            "refund": refund.reference,
            "amount": refund.amount,
            "currency": refund.currency,
            "doubt": undecided.doubt.value,
            "suggestions": [
                {"line": one.line, "quantity": one.quantity} for one in undecided.suggestions
            ],
        },
        by=by,
        at=at,
        purchase=purchase,
    )
