"""Our record of an order: made, locked, and kept true to what the channel says."""

from datetime import datetime

from counterfoil.models import Cart, CartState, Connection, Contact, Purchase, PurchaseKind
from counterfoil.models.ids import order_number_of, uuid_of
from counterfoil.operations._people import person_for
from counterfoil.rules.orders import OrderPath, OrderState, PaymentStatus
from counterfoil.rules.people import normalise_mail

CLOSES_CART = {
    PaymentStatus.PAID: CartState.PAID,
    PaymentStatus.EXPIRED: CartState.ABANDONED,
}


def lock_purchase(connection: Connection, order: OrderState, *, at: datetime) -> Purchase | None:
    """
    Give the one purchase of this order with its row locked, made if it is new.

    There is none where nobody tried to pay.
    """
    known = Purchase.objects.filter(connection=connection, external_reference=order.reference)
    cart = _cart(connection, order)
    if _is_purchase(order, cart):
        purchase = Purchase(
            kind=PurchaseKind.SALE,
            connection=connection,
            external_reference=order.reference,
            partner_id=connection.partner_id,
            cart=cart,
            # Whoever sold it the old way has told its holders.
            notify=order.notify and order.path is OrderPath.NEW,
            payment=order.payment.value,
            payment_reference=order.payment_reference,
            is_test=order.is_test or connection.is_test,
            state_as_of=order.as_of,
            created_at=at,
        )
        Purchase.objects.bulk_create([purchase], ignore_conflicts=True)
    return known.select_for_update(of=("self",)).select_related("cart").first()


def update_facts(purchase: Purchase, order: OrderState, *, at: datetime) -> None:
    """
    Take over what the order says about itself; the buyer, once known, stays.

    So does the currency once something was issued: sums of two currencies cannot be compared.
    """
    purchase.payment = order.payment.value
    purchase.payment_reference = order.payment_reference or purchase.payment_reference
    if not has_another_currency(purchase, order):
        purchase.currency = order.currency[:3]
        purchase.amount_total = max(order.amount_total, 0)
    purchase.number = order.number.replace("\0", "")[:100]
    if not purchase.number and purchase.cart_id is not None:
        purchase.number = order_number_of(purchase.cart_id)
    purchase.path = order.path.value
    purchase.locale = order.locale[:16]
    purchase.state_as_of = order.as_of
    purchase.cancelled_at = order.cancelled_at
    if purchase.paid_at is None:  # a payment that was made and falls back was made all the same
        is_paid = order.payment is PaymentStatus.PAID
        purchase.paid_at = order.paid_at or (at if is_paid else None)
    if purchase.buyer_id is None and normalise_mail(order.buyer_email) is not None:
        contact = Contact(
            mail=str(order.buyer_email), name=order.buyer_name, locale=order.locale[:16]
        )
        purchase.buyer = person_for(contact, at=at)
    purchase.save()


def has_another_currency(purchase: Purchase, order: OrderState) -> bool:
    """Tell whether an order that something was issued for names another currency now."""
    known = purchase.currency and purchase.currency != order.currency
    return bool(known) and purchase.lines.filter(units_paid__gt=0).exists()


def close_cart(purchase: Purchase, order: OrderState) -> None:
    """Close the cart of ours that an order came from: paid, or left to expire."""
    state = CLOSES_CART.get(order.payment)
    if purchase.cart_id is None or state is None:
        return
    paid_at = purchase.paid_at if state is CartState.PAID else None
    Cart.objects.filter(pk=purchase.cart_id).exclude(state=CartState.PAID).update(
        state=state, paid_at=paid_at
    )


def _cart(connection: Connection, order: OrderState) -> Cart | None:
    """Give the cart an order names, which may be any text, if it was paid through here."""
    cart_id = uuid_of(order.cart)
    if cart_id is None:
        return None
    return Cart.objects.filter(pk=cart_id, connection=connection).first()


def _is_purchase(order: OrderState, cart: Cart | None) -> bool:
    """
    Tell whether an order that we do not know yet is worth remembering.

    Most checkouts that are opened are left again, and none of those is a purchase. One of our own
    that expired is kept, for its buyer may ask what became of it.
    """
    match order.payment:
        case PaymentStatus.PAID | PaymentStatus.AWAITING | PaymentStatus.FAILED:
            return True
        case PaymentStatus.EXPIRED:
            return cart is not None
        case PaymentStatus.OPEN:
            return False
