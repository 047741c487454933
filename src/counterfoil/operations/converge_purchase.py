"""Bring a purchase to where the channel says its order stands."""

from datetime import datetime

from django.db import transaction

from counterfoil.models import Connection, Purchase
from counterfoil.operations._addressing import send_what_waited
from counterfoil.operations._bringing_back import bring_back
from counterfoil.operations._converging import Visit, issue_lines, owe_nothing
from counterfoil.operations._disputes import lost_everything, settle_disputes
from counterfoil.operations._judging import judge, tell
from counterfoil.operations._purchase_news import news_of
from counterfoil.operations._recording import close_cart, lock_purchase, update_facts
from counterfoil.operations._refunds import settle_refunds
from counterfoil.operations._selling import sell_lines
from counterfoil.operations._withdrawing import withdraw_lines
from counterfoil.rules.batches import POINT_OF_SALE
from counterfoil.rules.orders import OrderState, PaymentStatus
from counterfoil.rules.people import Actor


@transaction.atomic
def converge_purchase(
    *,
    connection: Connection,
    order: OrderState,
    by: Actor,
    at: datetime,
    most_units: int | None = None,
) -> Purchase | None:
    """
    Compare what the order wants with what was issued, and issue or withdraw the difference.

    Every channel ends here, and the call may be repeated at will: the same state changes nothing,
    one older than the last seen is ignored. Withdrawing needs a positive reason in the order (a
    refund, a cancellation, fewer units, a lost dispute); a payment that merely falls back stops
    further issuing. What cannot be decided becomes an exception, and nothing is guessed. There is
    no purchase where nobody tried to pay.

    With ``most_units`` a call issues no more than so many, and the rest is owed: call again, until
    the purchase owes none. The buyer is told once, when it is done.
    """
    purchase = lock_purchase(connection, order, at=at)
    if purchase is None or order.as_of < purchase.state_as_of:
        return purchase
    with news_of(purchase, connection, at=at):
        judgement = judge(connection, purchase, order)
        update_facts(purchase, order, at=at)
        close_cart(purchase, order)
        send_what_waited(purchase, by=by, at=at)
        tell(purchase, judgement.doubts, by=by, at=at)
        is_live = order.payment is PaymentStatus.PAID and order.cancelled_at is None
        if not (is_live and judgement.may_issue):
            owe_nothing(purchase)
        elif connection.channel == POINT_OF_SALE:
            sell_lines(connection, purchase, order, by=by, at=at)
        else:
            visit = Visit(connection=connection, purchase=purchase, order=order, by=by, at=at)
            issue_lines(visit, most_units=most_units)
        # Whatever stands against issuing, what was issued is settled: unless nothing makes sense.
        if not judgement.senseless:
            settle_refunds(purchase, order, by=by, at=at)
            if not lost_everything(order):
                bring_back(purchase, order, by=by, at=at)
        if not judgement.senseless or order.cancelled_at is not None:
            withdraw_lines(purchase, order, by=by, at=at)
        # Whatever is wrong with an order, money that its bank takes back is gone.
        settle_disputes(purchase, order, by=by, at=at)
    return purchase
