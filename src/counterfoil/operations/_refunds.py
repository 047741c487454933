"""Refunds: which units each one takes back, and carrying that out."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from counterfoil.models import (
    Line,
    Purchase,
    RefundCovers,
)
from counterfoil.models.ids import handle_of
from counterfoil.operations._refund_rows import FAILED, carry_out, give_back, key_of, unit_named
from counterfoil.operations._rulings import forget_ruling, standing_rulings
from counterfoil.operations.park import park
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.orders import OrderLine, OrderRefund, OrderState, RefundStatus
from counterfoil.rules.people import Actor
from counterfoil.rules.refunds import Undecided, attribute


def settle_refunds(purchase: Purchase, order: OrderState, *, by: Actor, at: datetime) -> None:
    """
    Bring every refunded unit to a recorded decision, and carry it out.

    A refund that failed after all, or was deleted, gives its units back. One whose units nobody
    named waits for a person, until the refunds add up to everything.
    """
    for deleted in _deleted(purchase, order):
        _undo(purchase, deleted, by=by, at=at)
        forget_ruling(purchase, deleted, at=at)
    if not order.refunds:
        return
    lines = {line.external_line: line for line in purchase.lines.order_by("pk")}
    ruled = standing_rulings(purchase, order.refunds, at=at)
    attribution = attribute(
        _with_removed(order, lines.values()),
        per_unit={name: line.entitlements_per_unit for name, line in lines.items()},
        lines_of=_lines_of(purchase, order.refunds, ruled),
        ruled=ruled,
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
        carry_out(purchase, lines, attributed, by=by, at=at)
    for undecided in attribution.undecided:
        if undecided.refund.reference not in ruled:
            _ask(purchase, undecided, by=by, at=at)


def _deleted(purchase: Purchase, order: OrderState) -> Iterable[OrderRefund]:
    """Give the refunds that the channel has listed and lists no more, as failed ones."""
    if not order.lists_all_refunds:
        return ()
    listed = {refund.reference for refund in order.refunds}
    rows = purchase.refunds.exclude(external_reference__in=listed)
    return {
        row.external_reference: OrderRefund(
            reference=row.external_reference,
            amount=row.amount,
            currency=row.currency,
            status=RefundStatus.FAILED,
            at=row.at,
        )
        for row in rows.exclude(status=RefundStatus.FAILED.value)
    }.values()


def _with_removed(order: OrderState, lines: Iterable[Line]) -> OrderState:
    """Add the lines an order had and has no more: their money may still come back."""
    there = {line.reference for line in order.lines}
    removed = [
        OrderLine(
            reference=line.external_line,
            product_keys=(),
            description=line.description,
            quantity=line.quantity,
            unit_amount=line.unit_amount,
            amount_total=line.amount_total,
        )
        for line in lines
        if line.external_line not in there
    ]
    more = sum(line.amount_total for line in removed)
    return replace(order, lines=(*order.lines, *removed), amount_total=order.amount_total + more)


def _lines_of(
    purchase: Purchase, refunds: Iterable[OrderRefund], ruled: Mapping[str, tuple[str, ...]]
) -> dict[str, str]:
    """Give the line of each unit that some refund names, or a person named for it."""
    told = (*(refund.units for refund in refunds), *ruled.values())
    named = [unit_named(handle) for handles in told for handle in handles]
    if not named:
        return {}
    units = purchase.entitlements.filter(pk__in=[unit for unit in named if unit])
    return {handle_of(unit): name for unit, name in units.values_list("pk", "line__external_line")}


def _undo(purchase: Purchase, refund: OrderRefund, *, by: Actor, at: datetime) -> None:
    """Take note that a refund did not happen after all, and give back what it took."""
    rows = purchase.refunds.filter(external_reference=refund.reference)
    if not rows.exists():
        _waiting_row(purchase, refund)
    for row in rows.exclude(line=None):
        give_back(row, list(row.decisions.filter(superseded_at=None)), by=by, at=at)
    rows.update(status=refund.status.value)
    resolve_exception(
        kind=ExceptionKind.REFUND_UNKNOWN_ENTITLEMENT,
        key=key_of(purchase, refund),
        outcome=FAILED,
        by=by,
        at=at,
    )


def _expect(purchase: Purchase, refund: OrderRefund) -> None:
    """Remember a refund that is on its way; one that has arrived is not undone by older news."""
    if not purchase.refunds.filter(external_reference=refund.reference).exists():
        _waiting_row(purchase, refund)


def _waiting_row(purchase: Purchase, refund: OrderRefund) -> None:
    purchase.refunds.update_or_create(
        external_reference=refund.reference,
        line=None,
        defaults={
            "covers": RefundCovers.UNKNOWN,
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
    asked = rows.filter(covers=RefundCovers.UNKNOWN, status=refund.status.value)
    if asked.filter(amount=refund.amount).exists():
        return  # asked before; whoever answered need not be asked again
    rows.filter(decisions=None).exclude(line=None).delete()
    _waiting_row(purchase, refund)
    park(
        kind=ExceptionKind.REFUND_UNKNOWN_ENTITLEMENT,
        key=key_of(purchase, refund),
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
