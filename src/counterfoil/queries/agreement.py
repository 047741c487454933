"""Do our records of an order agree with what its channel says?"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q

from counterfoil.models import (
    Connection,
    Entitlement,
    ExceptionCase,
    Line,
    ProductMapping,
    Purchase,
    RefundedEntitlement,
)
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.lifecycle import State
from counterfoil.rules.orders import OrderLine, OrderState, PaymentStatus, RefundStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How a purchase stands here: the facts that may differ, and how many units are live."""

    payment: str
    is_paid: bool
    is_cancelled: bool
    amount: int
    currency: str
    units: int
    live: int


def standing_of(purchase: Purchase | None) -> Standing | None:
    """Say how a purchase stands, in one query."""
    if purchase is None:
        return None
    counted = Entitlement.objects.filter(purchase=purchase).aggregate(
        units=Count("pk"), live=Count("pk", filter=~Q(state=State.REVOKED))
    )
    return Standing(
        payment=purchase.payment,
        is_paid=purchase.paid_at is not None,
        is_cancelled=purchase.cancelled_at is not None,
        amount=purchase.amount_total,
        currency=purchase.currency,
        **counted,
    )


def standing_before(connection: Connection, order: OrderState) -> Standing | None:
    """Say how the purchase of an order stands, or that there is none."""
    known = Purchase.objects.filter(connection=connection, external_reference=order.reference)
    return standing_of(known.first())


def disagreements(purchase: Purchase, order: OrderState) -> list[dict[str, Any]]:
    """
    Say where a purchase that was just converged is still not what its order says.

    Each is ``what``, ``there`` and ``here``. Units that staff withdrew, or that were kept by the
    terms or by a person, are no disagreement: somebody decided them, and the ledger says who.
    """
    return [*_facts(purchase, order), *_units(purchase, order)]


def open_kinds_of(purchase: Purchase) -> list[str]:
    """Name the exceptions, other than differences, by which a purchase is before a person."""
    cases = ExceptionCase.objects.filter(
        Q(purchase=purchase) | Q(entitlement__purchase=purchase), resolved_at=None
    ).exclude(kind=ExceptionKind.RECONCILIATION_DIFFERENCE.value)
    return sorted(set(cases.values_list("kind", flat=True)))


def _facts(purchase: Purchase, order: OrderState) -> Iterator[dict[str, Any]]:
    pairs = {
        "amount": (max(order.amount_total, 0), purchase.amount_total),
        "currency": (order.currency[:3], purchase.currency),
        "payment": (order.payment.value, purchase.payment),
        "cancelled": (order.cancelled_at is not None, purchase.cancelled_at is not None),
    }
    for what, (there, here) in pairs.items():
        if there != here:
            yield {"what": what, "there": there, "here": here}


def _units(purchase: Purchase, order: OrderState) -> Iterator[dict[str, Any]]:
    lines = {line.external_line: line for line in purchase.lines.all()}
    live, excused = _live(purchase), _excused(purchase)
    if order.cancelled_at is None and order.payment is not PaymentStatus.PAID:
        if purchase.paid_at is not None and live:
            yield {"what": "paid", "there": order.payment.value, "here": f"{len(live)} units live"}
        return
    for wanted in order.lines:
        line = lines.pop(wanted.reference, None)
        yield from _owed(purchase, order, wanted, line)
        if line is not None:
            quantity = 0 if order.cancelled_at else wanted.quantity
            yield from _surplus(line, quantity, order, live, excused)
    for line in lines.values():
        yield from _surplus(line, 0, order, live, excused)


def _owed(
    purchase: Purchase, order: OrderState, wanted: OrderLine, line: Line | None
) -> Iterator[dict[str, Any]]:
    """Say what was paid for and never issued."""
    if order.cancelled_at is not None or wanted.quantity <= 0:
        return
    if line is None:
        keys = ProductMapping.objects.filter(
            connection=purchase.connection_id, key__in=wanted.product_keys
        )
        known = {mapping.key: mapping for mapping in keys}
        first = next((known[key] for key in wanted.product_keys if key in known), None)
        if first is None and wanted.is_foreign:
            return  # the channel delivers it itself
        if first is not None and first.product_id is None:
            return  # ignored on purpose
        units, issued = wanted.quantity * (first.entitlements_per_unit if first else 1), 0
    else:
        units = wanted.quantity * line.entitlements_per_unit
        issued = line.units_paid - line.units_withdrawn
    if issued < units:
        yield {"what": f"line {wanted.reference[:60]}", "there": units, "here": issued}


def _surplus(
    line: Line, quantity: int, order: OrderState, live: dict[UUID, UUID], excused: set[UUID]
) -> Iterator[dict[str, Any]]:
    """Say what is live and not wanted, and that nobody has decided to leave."""
    returned = sum(
        part.quantity * line.entitlements_per_unit
        for refund in order.refunds
        if refund.status is RefundStatus.SUCCEEDED and not refund.money_only
        for part in refund.lines
        if part.line == line.external_line
    )
    wanted = max(quantity * line.entitlements_per_unit - returned, 0)
    of_line = {pk for pk, line_id in live.items() if line_id == line.pk}
    if len(of_line - excused) > wanted:
        yield {
            "what": f"line {line.external_line[:60]}",
            "there": wanted,
            "here": len(of_line - excused),
        }


def _live(purchase: Purchase) -> dict[UUID, UUID]:
    live = Entitlement.objects.filter(purchase=purchase).exclude(state=State.REVOKED)
    return dict(live.values_list("pk", "line_id"))


def _excused(purchase: Purchase) -> set[UUID]:
    """Give the units about which a refund, a dispute or a person has decided."""
    decided = RefundedEntitlement.objects.filter(
        entitlement__purchase=purchase, superseded_at=None
    ).values_list("entitlement_id", flat=True)
    asked = ExceptionCase.objects.filter(
        entitlement__purchase=purchase,
        kind__in=(
            ExceptionKind.REFUND_AFTER_ASSIGNMENT.value,
            ExceptionKind.DISPUTE_AFTER_ASSIGNMENT.value,
        ),
    ).values_list("entitlement_id", flat=True)
    reinstated = (
        Entitlement.objects.filter(purchase=purchase, entries__act_name="reinstate")
        .exclude(state=State.REVOKED)
        .values_list("pk", flat=True)
    )
    return {*decided, *asked, *reinstated}
