"""Orders of a till that were told to us: each line names the printed unit that was sold."""

from datetime import datetime

from django.db import transaction

from counterfoil.errors import CounterfoilError, NotFound
from counterfoil.models import Connection, Line, Purchase
from counterfoil.models.ids import id_of
from counterfoil.operations._activating import (
    lock_units,
    refuse_mixture,
    refuse_strangers,
    sell,
    unsold,
)
from counterfoil.operations._judging import ask_once
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.orders import OrderLine, OrderState
from counterfoil.rules.people import Actor

SOLD = "It is sold now."


def sell_lines(
    place: Connection, purchase: Purchase, order: OrderState, *, by: Actor, at: datetime
) -> None:
    """
    Sell the printed units a till's order names, by the handles its lines are called.

    What cannot be sold (used, withdrawn, sold elsewhere, not there) is before a person, and the
    other lines are sold.
    """
    for wanted in sorted(order.lines, key=lambda line: line.reference):
        key = f"{purchase.pk}:{wanted.reference}"
        if Line.objects.filter(purchase=purchase, external_line=wanted.reference).exists():
            continue
        try:
            with transaction.atomic():  # a piece that is refused leaves nothing behind
                _sell(place, purchase, wanted, by, at)
        except CounterfoilError as refusal:
            ask_once(
                purchase,
                kind=ExceptionKind.PRINTED_UNSELLABLE,
                key=key,
                evidence={"line": wanted.reference, "refused": refusal.code, "why": str(refusal)},
                by=by,
                at=at,
            )
        else:
            resolve_exception(
                kind=ExceptionKind.PRINTED_UNSELLABLE, key=key, outcome=SOLD, by=by, at=at
            )


def _sell(
    place: Connection, purchase: Purchase, wanted: OrderLine, by: Actor, at: datetime
) -> None:
    units = lock_units([id_of(wanted.reference)])
    if not units:
        raise NotFound("There is no such entitlement.")
    refuse_strangers(units, place)
    selling = unsold(units, purchase)
    if not purchase.lines.exists():
        purchase.partner, purchase.notify = units[0].partner, False
        purchase.save(update_fields=["partner", "notify"])
    refuse_mixture(units, purchase)
    sell(purchase, selling, till="", by=by, at=at)
    line = Line.objects.filter(purchase=purchase, external_line=units[0].handle)
    line.update(
        external_line=wanted.reference,
        description=wanted.description[:300],
        unit_amount=wanted.unit_amount,
        amount_total=wanted.amount_total,
    )
