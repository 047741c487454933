"""Take the built-in test payment for a cart."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import CartClosed, NotFound
from counterfoil.models import Cart, CartState
from counterfoil.rules.people import Actor


@transaction.atomic
def pay_cart(
    *,
    cart_id: UUID,
    by: Actor,
    at: datetime,
) -> Cart:
    """
    Mark a cart as paid, where no money is asked for: in a test connection of our own checkout.

    Paying again changes nothing. What follows from it follows from looking at the cart, as with
    any channel.

    :raises NotFound: if there is no such cart.
    :raises CartClosed: if it was abandoned, or is to be paid with real money or elsewhere.
    """
    carts = Cart.objects.select_for_update(of=("self",)).select_related("connection")
    cart = carts.filter(pk=cart_id).first()
    if cart is None:
        raise NotFound("There is no such cart.")
    if cart.state == CartState.PAID:
        return cart
    connection = cart.connection
    if cart.state != CartState.OPEN or connection.channel != "native" or not connection.is_test:
        raise CartClosed
    cart.state, cart.paid_at = CartState.PAID, at
    cart.save(update_fields=["state", "paid_at"])
    return cart
