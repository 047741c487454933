"""The built-in test payment: the one purchase that needs nobody else's machine."""

from uuid import UUID

from django.db import transaction

from counterfoil.channels.base import Envelope
from counterfoil.channels.native import PAID_TOPIC, SIGNATURE_HEADER, nudge, sign
from counterfoil.intake.clock import database_now
from counterfoil.intake.inbox import receive
from counterfoil.intake.registry import adapter_for, native_secrets
from counterfoil.intake.worker import work_message
from counterfoil.models import Cart, Message, Purchase
from counterfoil.operations.pay_cart import pay_cart
from counterfoil.rules.people import Actor


def pay_test(*, cart_id: UUID, by: Actor) -> Purchase | None:
    """
    Take the test payment for a cart, and give the purchase it became.

    The payment is told to ourselves as a channel would tell it: a signed message through the inbox,
    stored with the payment and worked at once, so that there are codes to show. Should that fail,
    there is no purchase yet, and the worker sees to it.

    :raises NotFound: if there is no such cart.
    :raises CartClosed: if it was abandoned, or is to be paid with real money or elsewhere.
    :raises ConnectionIncomplete: if the connection has no secret.
    """
    message_id = f"cart-{cart_id}-paid"
    with transaction.atomic():
        cart = pay_cart(cart_id=cart_id, by=by, at=database_now())
        _tell_ourselves(cart, message_id)
    message = Message.objects.select_related("connection").get(
        connection=cart.connection, message_id=message_id
    )
    if message.handled_at is None:
        work_message(message)
    return Purchase.objects.filter(connection=cart.connection, cart=cart).first()


def _tell_ourselves(cart: Cart, message_id: str) -> None:
    connection, at = cart.connection, database_now()
    body = nudge(
        message_id=message_id, topic=PAID_TOPIC, cart=str(cart.pk), is_test=connection.is_test
    )
    signature = sign(body, native_secrets(connection)[0], at=at)
    envelope = Envelope(body=body, headers={SIGNATURE_HEADER: signature}, received_at=at)
    receive(connection, adapter_for(connection).authenticate(envelope), body)
