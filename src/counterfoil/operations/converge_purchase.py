"""Bring a purchase to where the channel says its order stands."""

from datetime import datetime

from django.db import transaction

from counterfoil.models import Cart, Connection, Contact, Purchase, PurchaseKind
from counterfoil.operations._converging import issue_lines, withdraw_lines
from counterfoil.operations._disputes import settle_disputes
from counterfoil.operations._judging import doubts_about
from counterfoil.operations._people import person_for
from counterfoil.operations._refunds import settle_refunds
from counterfoil.operations.park import park
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.orders import OrderState, PaymentStatus
from counterfoil.rules.people import Actor, normalise_mail


@transaction.atomic
def converge_purchase(
    *, connection: Connection, order: OrderState, by: Actor, at: datetime
) -> Purchase:
    """
    Compare what the order wants with what was issued, and issue or withdraw the difference.

    Every channel ends here, and the call may be repeated at will: the same state changes nothing,
    one older than the last seen is ignored. Withdrawing needs a positive reason in the order (a
    refund, a cancellation, fewer units, a lost dispute); a payment that merely falls back stops
    further issuing. What cannot be decided becomes an exception, and nothing is guessed.
    """
    purchase = _locked(connection, order, at)
    if order.as_of < purchase.state_as_of:
        return purchase
    _update_facts(purchase, order, at)
    doubts = doubts_about(connection, purchase, order)
    for kind, evidence in doubts.items():
        park(kind=kind, key=str(purchase.pk), evidence=evidence, by=by, at=at, purchase=purchase)
    for kind in {ExceptionKind.ORDER_INVALID, ExceptionKind.AMOUNT_DIFFERS} - set(doubts):
        resolve_exception(
            kind=kind, key=str(purchase.pk), outcome="The order is in order now.", by=by, at=at
        )
    if doubts:
        return purchase
    if order.payment is PaymentStatus.PAID and order.cancelled_at is None:
        issue_lines(connection, purchase, order, by=by, at=at)
    withdraw_lines(purchase, order, by=by, at=at)
    settle_refunds(purchase, order, by=by, at=at)
    settle_disputes(purchase, order, by=by, at=at)
    return purchase


def _locked(connection: Connection, order: OrderState, at: datetime) -> Purchase:
    """Give the one purchase of this order, made if it is new, with its row locked."""
    cart = Cart.objects.filter(pk=order.cart).first() if order.cart else None
    purchase = Purchase(
        kind=PurchaseKind.SALE,
        connection=connection,
        external_reference=order.reference,
        cart=cart,
        payment=order.payment.value,
        payment_reference=order.payment_reference,
        is_test=order.is_test or connection.is_test,
        state_as_of=order.as_of,
        created_at=at,
    )
    Purchase.objects.bulk_create([purchase], ignore_conflicts=True)
    return Purchase.objects.select_for_update(of=("self",)).get(
        connection=connection, external_reference=order.reference
    )


def _update_facts(purchase: Purchase, order: OrderState, at: datetime) -> None:
    purchase.payment = order.payment.value
    purchase.payment_reference = order.payment_reference or purchase.payment_reference
    purchase.currency = order.currency[:3]
    purchase.amount_total = max(order.amount_total, 0)
    purchase.locale = order.locale[:16]
    purchase.state_as_of = order.as_of
    purchase.cancelled_at = order.cancelled_at
    if order.payment is PaymentStatus.PAID and purchase.paid_at is None:
        purchase.paid_at = order.paid_at or at
    if purchase.buyer_id is None and normalise_mail(order.buyer_email) is not None:
        contact = Contact(
            mail=str(order.buyer_email), name=order.buyer_name, locale=order.locale[:16]
        )
        purchase.buyer = person_for(contact, at=at)
    purchase.save()
