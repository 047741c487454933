"""Bring a purchase to where the channel says its order stands."""

from datetime import datetime

from django.db import transaction

from counterfoil.models import Connection, Purchase
from counterfoil.operations._addressing import send_what_waited
from counterfoil.operations._converging import issue_lines, withdraw_lines
from counterfoil.operations._disputes import settle_disputes
from counterfoil.operations._judging import doubts_about, tell
from counterfoil.operations._recording import close_cart, lock_purchase, update_facts
from counterfoil.operations._refunds import settle_refunds
from counterfoil.operations._selling import sell_lines
from counterfoil.rules.batches import POINT_OF_SALE
from counterfoil.rules.orders import OrderState, PaymentStatus
from counterfoil.rules.people import Actor


@transaction.atomic
def converge_purchase(
    *, connection: Connection, order: OrderState, by: Actor, at: datetime
) -> Purchase | None:
    """
    Compare what the order wants with what was issued, and issue or withdraw the difference.

    Every channel ends here, and the call may be repeated at will: the same state changes nothing,
    one older than the last seen is ignored. Withdrawing needs a positive reason in the order (a
    refund, a cancellation, fewer units, a lost dispute); a payment that merely falls back stops
    further issuing. What cannot be decided becomes an exception, and nothing is guessed. There is
    no purchase where nobody tried to pay.
    """
    purchase = lock_purchase(connection, order, at=at)
    if purchase is None or order.as_of < purchase.state_as_of:
        return purchase
    update_facts(purchase, order, at=at)
    close_cart(purchase, order)
    send_what_waited(purchase, by=by, at=at)
    doubts = doubts_about(connection, purchase, order)
    tell(purchase, doubts, by=by, at=at)
    if not doubts and order.payment is PaymentStatus.PAID and order.cancelled_at is None:
        if connection.channel == POINT_OF_SALE:
            sell_lines(purchase, order, by=by, at=at)
        else:
            issue_lines(connection, purchase, order, by=by, at=at)
    if not doubts or order.cancelled_at is not None:
        withdraw_lines(purchase, order, by=by, at=at)
    if not doubts:
        settle_refunds(purchase, order, by=by, at=at)
    # Whatever is wrong with an order, money that its bank takes back is gone.
    settle_disputes(purchase, order, by=by, at=at)
    return purchase
