"""What other systems are told of an order: how it stood before it was looked at, and after."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection as database

from counterfoil.models import Connection, Purchase
from counterfoil.operations._announcing import announce
from counterfoil.rules.events import EventType
from counterfoil.rules.orders import PaymentStatus

PARTS = """
SELECT (SELECT jsonb_agg(jsonb_build_array(external_line, quantity) ORDER BY external_line)
          FROM counterfoil_line WHERE purchase_id = %(purchase)s)::text,
       (SELECT jsonb_agg(jsonb_build_array(external_reference, status, amount)
                         ORDER BY external_reference, status, amount)
          FROM counterfoil_refund WHERE purchase_id = %(purchase)s AND status <> 'pending')::text,
       (SELECT jsonb_agg(jsonb_build_array(external_reference, status)
                         ORDER BY external_reference, status)
          FROM counterfoil_dispute WHERE purchase_id = %(purchase)s)::text
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How an order stands, as far as others are told that it changed."""

    is_paid: bool
    is_cancelled: bool
    amount: int
    facts: tuple[object, ...]
    refunds: str
    disputes: str


@contextmanager
def news_of(purchase: Purchase, connection: Connection, *, at: datetime) -> Iterator[None]:
    """
    Tell other systems how an order that is locked stands afterwards otherwise than before.

    Whatever has a word of its own is told by it, and several at once are several; anything else is
    a change. Nothing is told where nothing changed.
    """
    before = _standing(purchase)
    yield
    after = _standing(purchase)
    for kind in _kinds(before, after):
        told = {
            "connection": connection.slug,
            "payment": str(purchase.payment),
            "is_cancelled": after.is_cancelled,
        }
        announce(kind, told, at=at, purchase=purchase, partner=purchase.partner)


def _kinds(before: Standing, after: Standing) -> list[EventType]:
    happened = {
        EventType.PURCHASE_PAID: after.is_paid
        and (not before.is_paid or after.amount > before.amount),
        EventType.PURCHASE_REFUNDED: after.refunds != before.refunds,
        EventType.PURCHASE_DISPUTED: after.disputes != before.disputes,
        EventType.PURCHASE_CANCELLED: after.is_cancelled and not before.is_cancelled,
    }
    kinds = [kind for kind, is_so in happened.items() if is_so]
    if not kinds and after.facts != before.facts:
        kinds.append(EventType.PURCHASE_CHANGED)
    return kinds


def _standing(purchase: Purchase) -> Standing:
    with database.cursor() as cursor:
        cursor.execute(PARTS, {"purchase": purchase.pk})
        lines, refunds, disputes = (part or "" for part in cursor.fetchone())
    is_paid = purchase.payment == PaymentStatus.PAID and purchase.paid_at is not None
    is_cancelled = purchase.cancelled_at is not None
    return Standing(
        is_paid=is_paid,
        is_cancelled=is_cancelled,
        amount=purchase.amount_total,
        facts=(
            is_paid,
            is_cancelled,
            str(purchase.payment),
            purchase.currency,
            purchase.amount_total,
            purchase.number,
            purchase.buyer_id,
            lines,
        ),
        refunds=refunds,
        disputes=disputes,
    )
