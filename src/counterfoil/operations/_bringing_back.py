"""Giving back what was withdrawn and is wanted again, before anything new is issued."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from django.db.models import Q, QuerySet

from counterfoil.models import Entitlement, ExceptionCase, Line, Purchase
from counterfoil.operations._deciding import why_withdrawn
from counterfoil.operations._unseen import replace_unseen
from counterfoil.operations._withdrawing import (
    AFTER_ASSIGNMENT,
    CANCELLED,
    DISPUTE_LOST,
    REDUCED,
    REFUNDED,
    WANTED_AGAIN,
    refunded_units,
    room_of,
)
from counterfoil.operations.reinstate import reinstate
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.acts import Act
from counterfoil.rules.lifecycle import Move, State
from counterfoil.rules.orders import DisputeStatus, OrderLine, OrderState
from counterfoil.rules.people import Actor

NONE: Mapping[str, str] = MappingProxyType({})
WHY = {
    CANCELLED: "order_reopened",
    REFUNDED: "refund_failed",
    REDUCED: "line_raised",
    DISPUTE_LOST: "dispute_won",
}


def take_back_first(line: Line, wanted: OrderLine, *, by: Actor, at: datetime) -> int:
    """
    Tell how many units of a line are to be issued, after those that it can have back.

    A unit that was to be withdrawn and is still in use, because nobody has decided, counts again.
    One that had a holder from the start goes back to them. The line is changed, and not saved.
    """
    lacking = wanted.quantity * line.entitlements_per_unit + line.units_withdrawn - line.units_paid
    if lacking <= 0 or not line.units_withdrawn:
        return max(lacking, 0)
    cases = list(_asked(line, REDUCED)[: min(lacking, line.units_withdrawn)])
    _wanted_again(cases, by=by, at=at)
    line.units_withdrawn -= len(cases)
    lacking -= len(cases)
    if wanted.holders and lacking:
        back = _gone(line, {REDUCED})[: min(lacking, line.units_withdrawn)]
        for unit, reason in back:
            reinstate(entitlement_id=unit.pk, by=by, at=at, reason=WHY[reason])
        line.units_withdrawn -= len(back)
        lacking -= len(back)
    return lacking


def bring_back(purchase: Purchase, order: OrderState, *, by: Actor, at: datetime) -> None:
    """
    Reinstate units until as many of each line are live as are paid for and wanted.

    Only those come back that went with a cancellation that was undone, a refund that failed, or a
    dispute that was lost and is won. What staff, or an edit, took stays where it is. A code that
    nobody has seen is replaced, for it could never be shown.
    """
    if purchase.cancelled_at is not None:
        return
    disputes, back = _disputes(purchase, order), []
    for line in purchase.lines.order_by("pk"):
        gone = _gone(line, {CANCELLED, REFUNDED, DISPUTE_LOST}, disputes=disputes)
        room = room_of(line) if gone else 0
        for unit, reason in gone[: max(room, 0)]:
            reinstate(entitlement_id=unit.pk, by=by, at=at, reason=WHY[reason])
            back.append(unit.pk)
        _wanted_again(_asked(line, CANCELLED), by=by, at=at)
    replace_unseen(back, by=by, at=at)


def _disputes(purchase: Purchase, order: OrderState) -> dict[str, str]:
    """Tell how each dispute stands; one the order no longer tells of is what it was."""
    known = dict(purchase.disputes.values_list("external_reference", "status"))
    return known | {one.reference: one.status.value for one in order.disputes}


def _gone(
    line: Line, reasons: set[str], *, disputes: Mapping[str, str] = NONE
) -> list[tuple[Entitlement, str]]:
    """Give the units withdrawn for one of these reasons and not refunded, lowest first."""
    for_it = Q(entries__reason__in=reasons) | Q(entries__act_name=Act.DECIDE_REFUND)
    gone = line.entitlements.filter(for_it, state=State.REVOKED)
    units = gone.distinct().order_by("ordinal")
    if not units:
        return []
    refunded = refunded_units(line)
    last = [
        (unit, unit.entries.filter(move=Move.REVOKE).latest("seq"))
        for unit in units
        if unit.pk not in refunded
    ]
    why = [(unit, why_withdrawn(entry), entry.comment) for unit, entry in last]
    return [
        (unit, reason)
        for unit, reason, comment in why
        if reason in reasons and not (reason == DISPUTE_LOST and _is_lost(comment, disputes))
    ]


def _is_lost(named: str, disputes: Mapping[str, str]) -> bool:
    """Tell whether a dispute is lost; where a person withdrew it and names none, any of them."""
    if named in disputes:
        return disputes[named] == DisputeStatus.LOST
    return DisputeStatus.LOST in disputes.values()


def _asked(line: Line, reason: str) -> QuerySet[ExceptionCase]:
    cases = ExceptionCase.objects.filter(
        kind=AFTER_ASSIGNMENT.value,
        entitlement__line=line,
        resolved_at=None,
        evidence__reason=reason,
    )
    return cases.exclude(entitlement__state=State.REVOKED).order_by("entitlement__ordinal")


def _wanted_again(cases: Iterable[ExceptionCase], *, by: Actor, at: datetime) -> None:
    for case in cases:
        resolve_exception(kind=AFTER_ASSIGNMENT, key=case.key, outcome=WANTED_AGAIN, by=by, at=at)
