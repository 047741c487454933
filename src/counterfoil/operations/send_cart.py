"""Remember under which reference a channel takes a cart's payment."""

from datetime import datetime

from django.db import transaction

from counterfoil.models import Cart
from counterfoil.rules.people import Actor


@transaction.atomic
def send_cart(
    *,
    cart: Cart,
    external_reference: str,
    by: Actor,
    at: datetime,
) -> Cart:
    """Note which order of the channel a cart became; the newest reference counts."""
    Cart.objects.filter(pk=cart.pk).update(external_reference=external_reference)
    cart.external_reference = external_reference
    return cart
