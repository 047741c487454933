"""Comparing one order of a channel with our purchase: bringing it there, and telling what was."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from counterfoil.errors import Unavailable
from counterfoil.intake.clock import database_now
from counterfoil.intake.converging import Outcome, ask, bring_to
from counterfoil.intake.worker import name_of
from counterfoil.models import (
    Connection,
    DifferenceKind,
    DifferenceOutcome,
    ExceptionCase,
    Message,
    Purchase,
)
from counterfoil.operations.park import park
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.queries.agreement import (
    Standing,
    disagreements,
    open_kinds_of,
    standing_before,
    standing_of,
)
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.orders import OrderState
from counterfoil.rules.people import SYSTEM, Actor

log = logging.getLogger(__name__)

DIFFERENCE = ExceptionKind.RECONCILIATION_DIFFERENCE
AGREES = "Channel and records agree now."


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """What came of comparing one order; without a ``kind`` it was the same there and here."""

    reference: str
    kind: DifferenceKind | None = None
    outcome: DifferenceOutcome = DifferenceOutcome.HEALED
    converged: bool = False
    purchase: Purchase | None = None
    issued: int = 0
    withdrawn: int = 0
    details: Mapping[str, Any] = field(default_factory=dict)


def compare_order(*, connection: Connection, pointer: str, by: Actor | None) -> Compared:
    """
    Look at an order the channel names: heal what is missing here, park what stays odd.

    An order that cannot be read or converged becomes an exception, until it can.

    :raises Unavailable: if the channel does not answer.
    """
    return _looked_at(connection, pointer, by, purchase=None)


def compare_purchase(*, purchase: Purchase, by: Actor | None) -> Compared:
    """
    Look at a purchase of ours that the channel did not name: it should know it all the same.

    :raises Unavailable: if the channel does not answer.
    """
    connection = purchase.connection
    assert connection is not None, "a grant is no order of any channel"  # noqa: S101
    return _looked_at(connection, purchase.external_reference, by, purchase=purchase)


def _looked_at(
    connection: Connection, pointer: str, by: Actor | None, *, purchase: Purchase | None
) -> Compared:
    try:
        order = ask(connection=connection, pointer=pointer)
        if order is not None:
            compared = _compare(connection, pointer, order, by)
        elif purchase is not None:
            compared = _odd(purchase)
        else:
            compared = Compared(reference=pointer)
    except Unavailable:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, the others must be seen to
        return _unreadable(connection, pointer, name_of(error))
    resolve_exception(
        kind=ExceptionKind.ORDER_STUCK,
        key=f"{connection.slug}:{pointer}",
        outcome="It is up to date now.",
        by=SYSTEM,
        at=database_now(),
    )
    return compared


def _odd(purchase: Purchase) -> Compared:
    here = standing_of(purchase)
    live = here.live if here else 0
    odd = [{"what": "order", "there": "unknown", "here": f"paid, {live} units live"}]
    _park(purchase, odd)
    return Compared(
        reference=purchase.external_reference,
        kind=DifferenceKind.ODD,
        outcome=DifferenceOutcome.PARKED,
        purchase=purchase,
        details={"differences": odd},
    )


def _compare(connection: Connection, pointer: str, order: OrderState, by: Actor | None) -> Compared:
    before = standing_before(connection, order)
    waits = _is_on_its_way(connection, pointer)
    done = bring_to(connection=connection, order=order, by=by)
    after = standing_of(done.purchase)
    if done.purchase is None or after is None:
        return Compared(reference=order.reference)
    left = disagreements(done.purchase, order) if done.purchase.state_as_of <= order.as_of else []
    kind = DifferenceKind.DIFFERING if left else None
    changed = _changed(before, after)
    if changed and not waits:
        was_paid = before is not None and before.is_paid
        missed = after.is_paid and not was_paid
        seen_before = before is not None
        if missed:
            kind = DifferenceKind.MISSED
        elif seen_before:
            kind = DifferenceKind.DIFFERING
    parked_as = _settle(done.purchase, left)
    details: dict[str, Any] = {"differences": left, "changed": changed if kind else []}
    if left:
        details["parked_as"] = parked_as
    units = before.units if before else 0
    gone = before.units - before.live if before else 0
    return Compared(
        reference=order.reference,
        kind=kind,
        outcome=DifferenceOutcome.PARKED if left else DifferenceOutcome.HEALED,
        converged=done.outcome is Outcome.CONVERGED,
        purchase=done.purchase,
        issued=after.units - units,
        withdrawn=max(after.units - after.live - gone, 0),
        details=details,
    )


def _changed(before: Standing | None, after: Standing) -> list[str]:
    """Name what was not here, or not like this, before."""
    if before is None:
        return ["new"]
    names = ("payment", "is_paid", "is_cancelled", "amount", "currency", "units", "live")
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def _is_on_its_way(connection: Connection, pointer: str) -> bool:
    """Tell whether a message about this order is here and only waits for its turn."""
    waiting = Message.objects.filter(handled_at=None, parked_at=None)
    return waiting.filter(connection=connection, pointer=pointer).exists()


def _settle(purchase: Purchase, left: list[dict[str, Any]]) -> list[str]:
    """Park what still differs, unless it is before a person already; or close what did."""
    if not left:
        resolve_exception(
            kind=DIFFERENCE, key=str(purchase.pk), outcome=AGREES, by=SYSTEM, at=database_now()
        )
        return []
    if kinds := open_kinds_of(purchase):
        return kinds
    _park(purchase, left)
    return [DIFFERENCE.value]


def _park(purchase: Purchase, differences: list[dict[str, Any]]) -> None:
    """Put a difference before a person, unless one has answered just this."""
    told = [f"{one['what']}: {one['there']} there, {one['here']} here" for one in differences]
    about = ExceptionCase.objects.filter(kind=DIFFERENCE.value, key=str(purchase.pk))
    last = about.order_by("-opened_at").first()
    is_answered = last is not None and last.resolved_at and last.outcome != AGREES
    if last is not None and is_answered and last.evidence.get("differences") == told:
        return
    park(
        kind=DIFFERENCE,
        key=str(purchase.pk),
        evidence={"order": purchase.external_reference, "differences": told},
        by=SYSTEM,
        at=database_now(),
        purchase=purchase,
    )


def _unreadable(connection: Connection, pointer: str, error: str) -> Compared:
    """Put an order that fails before a person: no message need ever tell of it again."""
    log.warning("order %s of %s: %s", pointer, connection.slug, error)
    park(
        kind=ExceptionKind.ORDER_STUCK,
        key=f"{connection.slug}:{pointer}",
        evidence={"connection": connection.slug, "order": pointer, "error": error},
        by=SYSTEM,
        at=database_now(),
    )
    return Compared(
        reference=pointer,
        kind=DifferenceKind.UNREADABLE,
        outcome=DifferenceOutcome.PARKED,
        details={"error": error},
    )
