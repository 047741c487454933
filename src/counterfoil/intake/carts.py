"""Our own carts, as the native channel reads them."""

from collections.abc import Callable, Iterable
from datetime import datetime

from counterfoil.channels.native import CartLine, CartSnapshot
from counterfoil.models import Cart, CartState, Connection
from counterfoil.models.ids import uuid_of
from counterfoil.rules.orders import PaymentStatus

PAYMENTS = {
    CartState.OPEN: PaymentStatus.OPEN,
    CartState.PAID: PaymentStatus.PAID,
    CartState.ABANDONED: PaymentStatus.EXPIRED,
}


def cart_reader(connection: Connection) -> Callable[[str], CartSnapshot | None]:
    """Give what reads one cart of this connection, and no other's."""

    def read(cart_id: str) -> CartSnapshot | None:
        ours = Cart.objects.filter(connection=connection).select_related("buyer", "connection")
        known = uuid_of(cart_id)
        cart = ours.filter(pk=known).first() if known else None
        return None if cart is None else snapshot(cart)

    return read


def paid_since(connection: Connection) -> Callable[[datetime], Iterable[str]]:
    """Give what names the carts of this connection that were paid since some moment."""

    def changed(since: datetime) -> Iterable[str]:
        paid = Cart.objects.filter(connection=connection, paid_at__gte=since).order_by("paid_at")
        return [str(cart_id) for cart_id in paid.values_list("pk", flat=True)]

    return changed


def snapshot(cart: Cart) -> CartSnapshot:
    """Say how a cart stands at this moment."""
    contact = cart.buyer.contact() if cart.buyer else None
    return CartSnapshot(
        cart=str(cart.pk),
        payment=PAYMENTS[CartState(cart.state)],
        currency=cart.currency,
        lines=tuple(
            CartLine(
                reference=line["reference"],
                sku=line["sku"],
                description=line["name"],
                quantity=line["quantity"],
                unit_amount=line["unit_amount"],
            )
            for line in cart.lines
        ),
        is_test=cart.connection.is_test,
        amount_total=cart.amount_total,
        paid_at=cart.paid_at,
        buyer_email=contact.mail if contact else None,
        buyer_name=contact.name if contact else "",
        locale=cart.locale,
    )
