"""Lines: what a channel wants issued or withdrawn, and what is there."""

from datetime import datetime

from counterfoil.models import Connection, Line, Product, ProductMapping, Purchase
from counterfoil.models.ids import uuid7
from counterfoil.operations._judging import MAPPED, ask_once
from counterfoil.operations._withdrawing import room_of, withdraw
from counterfoil.operations.issue import issue
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.orders import OrderLine, OrderState
from counterfoil.rules.people import Actor


def issue_lines(
    connection: Connection, purchase: Purchase, order: OrderState, *, by: Actor, at: datetime
) -> None:
    """
    Issue what each line still lacks; a product nobody mapped becomes an exception.

    It is one act, however many lines there are: the buyer gets one mail.
    """
    act_id = uuid7()
    for wanted in sorted(order.lines, key=lambda line: line.reference):
        key = f"{purchase.pk}:{wanted.reference}"
        sold_as = _sold_as(connection, purchase, wanted)
        if sold_as is None:
            ask_once(
                purchase,
                kind=ExceptionKind.UNMAPPED_PRODUCT,
                key=key,
                evidence={
                    "line": wanted.reference,
                    "description": wanted.description,
                    "quantity": wanted.quantity,
                    "product_keys": list(wanted.product_keys),
                },
                by=by,
                at=at,
            )
            continue
        if sold_as.product is not None:
            line = _line(purchase, wanted, sold_as.product, sold_as.entitlements_per_unit)
            units = wanted.quantity * line.entitlements_per_unit
            wanted_now = units + line.units_withdrawn
            issue(line=line, units=wanted_now, by=by, at=at, act_id=act_id)
        resolve_exception(
            kind=ExceptionKind.UNMAPPED_PRODUCT,
            key=key,
            outcome=MAPPED,
            by=by,
            at=at,
        )


def withdraw_lines(purchase: Purchase, order: OrderState, *, by: Actor, at: datetime) -> None:
    """Withdraw what the channel no longer wants: fewer units, a removed line, a cancellation."""
    wanted = {line.reference: line.quantity for line in order.lines}
    for line in Line.objects.select_for_update().filter(purchase=purchase).order_by("pk"):
        quantity = 0 if order.cancelled_at else wanted.get(line.external_line, 0)
        units = quantity * line.entitlements_per_unit
        surplus = line.units_paid - line.units_withdrawn - units
        if surplus <= 0:
            continue
        reason = "cancelled" if order.cancelled_at else "line_reduced"
        line.units_withdrawn += surplus
        # Whatever was taken already, by a refund or by staff, need not be taken again.
        withdraw(line, min(surplus, -room_of(line)), reason=reason, by=by, at=at)
        Line.objects.filter(pk=line.pk).update(units_withdrawn=line.units_withdrawn)


def _sold_as(
    connection: Connection, purchase: Purchase, wanted: OrderLine
) -> Line | ProductMapping | None:
    """Give what a line is: what it was first sold as, else what its product keys say now."""
    line = purchase.lines.select_related("product").filter(external_line=wanted.reference).first()
    if line is not None:
        return line
    known = {
        mapping.key: mapping
        for mapping in ProductMapping.objects.filter(
            connection=connection, key__in=wanted.product_keys
        ).select_related("product")
    }
    return next((known[key] for key in wanted.product_keys if key in known), None)


def _line(
    purchase: Purchase, wanted: OrderLine, product: Product, entitlements_per_unit: int
) -> Line:
    """Give our record of a line; what it was first sold as stays."""
    line, _ = Line.objects.update_or_create(
        purchase=purchase,
        external_line=wanted.reference,
        defaults={
            "description": wanted.description[:300],
            "quantity": wanted.quantity,
            "unit_amount": wanted.unit_amount,
            "amount_total": wanted.amount_total,
        },
        create_defaults={
            "product": product,
            "entitlements_per_unit": entitlements_per_unit,
            "description": wanted.description[:300],
            "quantity": wanted.quantity,
            "unit_amount": wanted.unit_amount,
            "amount_total": wanted.amount_total,
        },
    )
    return line
