"""Sending a cart to where it is paid."""

from counterfoil.channels.base import CheckoutLine, CheckoutRequest, Selling
from counterfoil.errors import CartClosed, ChannelRefused
from counterfoil.intake.clock import database_now
from counterfoil.intake.registry import actor_of, adapter_for
from counterfoil.models import Cart, CartState
from counterfoil.operations.send_cart import send_cart


def start_checkout(*, cart: Cart, success_url: str, cancel_url: str) -> str:
    """
    Give the address of the page where this cart is paid.

    Asking again gives the same page, as long as the channel keeps it. ``success_url`` may contain
    ``{CHECKOUT_SESSION_ID}``; whoever comes back there has not necessarily paid.

    :raises CartClosed: if it was paid or abandoned.
    :raises ChannelUnavailable: if the channel does not answer; asking again is safe.
    :raises ChannelRefused: if the channel will not take this cart.
    :raises ConnectionIncomplete: if the connection is not set up.
    """
    if cart.state != CartState.OPEN:
        raise CartClosed
    contact = cart.buyer.contact() if cart.buyer else None
    channel = adapter_for(cart.connection)
    if not isinstance(channel, Selling):
        raise ChannelRefused("This channel has no page on which our carts are paid.")
    hosted = channel.open_checkout(
        CheckoutRequest(
            cart=str(cart.pk),
            lines=tuple(
                CheckoutLine(
                    name=line["name"],
                    sku=line["sku"],
                    unit_amount=line["unit_amount"],
                    quantity=line["quantity"],
                )
                for line in cart.lines
            ),
            currency=cart.currency,
            success_url=success_url,
            cancel_url=cancel_url,
            email=contact.mail if contact else None,
            locale=cart.locale,
        )
    )
    send_cart(
        cart=cart,
        external_reference=hosted.reference,
        by=actor_of(cart.connection),
        at=database_now(),
    )
    return hosted.url
