"""The rows of a refund: one for each line it takes units of, and a decision for each unit."""

from collections.abc import Callable, Iterable
from datetime import datetime
from uuid import UUID

from counterfoil.errors import NotFound
from counterfoil.models import (
    Decision,
    Entitlement,
    Line,
    Purchase,
    Refund,
    RefundCovers,
    RefundedEntitlement,
)
from counterfoil.models.ids import id_of
from counterfoil.operations._withdrawing import REFUNDED, ask_about, choose, decide, refunded_units
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.operations.revoke import revoke
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.lifecycle import State
from counterfoil.rules.orders import OrderRefund
from counterfoil.rules.people import Actor
from counterfoil.rules.refunds import Attributed, RefundPart, by_line

FAILED = "The refund failed."
Take = Callable[[Refund], None]


def carry_out(
    purchase: Purchase,
    lines: dict[str, Line],
    attributed: Attributed,
    *,
    by: Actor,
    at: datetime,
    take: Take | None = None,
) -> None:
    """
    Bring our rows of a refund to what it takes back, whatever was thought of it before.

    ``take`` decides about the units of a row; by default their terms do.
    """
    refund = attributed.refund
    rows = {
        row.line_id: row for row in purchase.refunds.filter(external_reference=refund.reference)
    }
    waiting = rows.pop(None, None)
    loose: list[RefundPart] = []
    for part in by_line(attributed.parts):
        line = lines.get(part.line or "")
        if line is None:
            loose.append(part)
            continue
        row = rows.pop(line.pk, None) or waiting or _new_row(purchase, refund)
        waiting = None if row is waiting else waiting
        row.line, row.covers = line, RefundCovers.UNITS
        _write(row, refund, units=row.units, amount=part.amount)
        if take is None:
            _take_back(row, part, by=by, at=at)
        else:
            take(row)
    for row in rows.values():
        give_back(row, list(row.decisions.filter(superseded_at=None)), by=by, at=at)
        _write(row, refund, units=0, amount=0)
    if loose:
        row = waiting or _new_row(purchase, refund)
        elsewhere = any(part.line is not None for part in loose)
        row.covers = RefundCovers.NOTHING_ISSUED if elsewhere else RefundCovers.MONEY
        _write(row, refund, units=0, amount=sum(part.amount for part in loose))
    elif not attributed.parts:
        row = waiting or _new_row(purchase, refund)
        row.covers = RefundCovers.MONEY
        _write(row, refund, units=0, amount=0)
    elif waiting is not None:
        waiting.delete()
    resolve_exception(
        kind=ExceptionKind.REFUND_UNKNOWN_ENTITLEMENT,
        key=key_of(purchase, refund),
        outcome="It is known now what was refunded.",
        by=by,
        at=at,
    )


def _new_row(purchase: Purchase, refund: OrderRefund) -> Refund:
    return Refund(purchase=purchase, external_reference=refund.reference)


def _write(row: Refund, refund: OrderRefund, *, units: int, amount: int) -> None:
    row.units, row.amount, row.currency = units, amount, refund.currency[:3]
    row.status, row.at = refund.status.value, refund.at
    row.save()


def _take_back(row: Refund, part: RefundPart, *, by: Actor, at: datetime) -> None:
    """Decide about as many units as the part says, as far as they were issued."""
    assert row.line is not None  # noqa: S101 - its caller has just given it one
    standing = list(row.decisions.filter(superseded_at=None).order_by("-entitlement_id"))
    named = [unit_named(handle) for handle in part.units]
    standing.sort(key=lambda one: one.entitlement_id in named)
    give_back(row, standing[: max(len(standing) - part.count, 0)], by=by, at=at)
    missing = max(part.count - len(standing), 0)
    decided = refunded_units(row.line)
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
    units = min(len(standing), part.count) + len(chosen)
    if row.units != units:
        row.units = units
        row.save(update_fields=["units"])
    going = [one.pk for one, decision in decisions.items() if decision is Decision.REVOKE]
    if going:
        revoke(entitlement_ids=going, by=by, at=at, reason=REFUNDED)
    for one, decision in decisions.items():
        if decision is not Decision.REVOKE:
            ask_about(one, reason=REFUNDED, by=by, at=at)


def give_back(
    row: Refund, decisions: Iterable[RefundedEntitlement], *, by: Actor, at: datetime
) -> None:
    """Take these decisions back; what is wanted again is brought back afterwards."""
    ids = [one.pk for one in decisions]
    if not ids:
        return
    row.decisions.filter(pk__in=ids).update(superseded_at=at)
    units = Entitlement.objects.filter(refund_decisions__in=ids).exclude(state=State.REVOKED)
    for unit in units.order_by("pk"):
        resolve_exception(
            kind=ExceptionKind.REFUND_AFTER_ASSIGNMENT,
            key=unit.handle,
            outcome=FAILED,
            by=by,
            at=at,
        )


def unit_named(handle: str) -> UUID | None:
    """Give the entitlement of a handle, or ``None`` if it is none."""
    try:
        return id_of(handle)
    except NotFound:
        return None


def key_of(purchase: Purchase, refund: OrderRefund) -> str:
    """Say under which key a question about a refund is found."""
    return f"{purchase.pk}:{refund.reference}"
