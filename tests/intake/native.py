"""A shop of our own, and the messages it sends itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.test import Client

from counterfoil.channels.native import PAID_TOPIC, SIGNATURE_HEADER, nudge, sign
from counterfoil.models import Cart, Connection
from counterfoil.operations.open_cart import open_cart
from counterfoil.operations.pay_cart import pay_cart
from counterfoil.testing.builders import (
    OUR_SECRET,
    customer,
    make_assignee,
    make_connection,
    make_product,
    now,
)


@dataclass
class Shop:
    """A connection of our own checkout that sells one product."""

    connection: Connection

    def cart(self, quantity: int = 2, *, mail: str = "ann@example.com") -> Cart:
        """Put so many into a cart."""
        return open_cart(
            connection=self.connection,
            quantities={"DNA-STD": quantity},
            buyer_mail=mail,
            by=customer(make_assignee()),
            at=now(),
        )

    def paid_cart(self, quantity: int = 2) -> Cart:
        """Put so many into a cart and pay it, without telling anybody."""
        cart = self.cart(quantity)
        return pay_cart(cart_id=cart.pk, by=customer(make_assignee()), at=now())

    def message(self, cart: Cart, *, number: int = 1) -> bytes:
        """Write the message that says that a cart was paid."""
        return nudge(message_id=f"m-{number}", topic=PAID_TOPIC, cart=str(cart.pk), is_test=True)

    def post(
        self,
        body: bytes,
        *,
        secret: str = OUR_SECRET,
        late: timedelta = timedelta(),
        signed: bytes | None = None,
    ) -> int:
        """Deliver a body, signed as asked, and give the answer's status."""
        at: datetime = now() - late
        header = sign(body if signed is None else signed, secret, at=at)
        return deliver(self.connection.slug, body, {SIGNATURE_HEADER: header})


def deliver(slug: str, body: bytes, headers: dict[str, str]) -> int:
    """Post to the door, as another machine does."""
    given: dict[str, Any] = {"headers": headers}
    answer = Client(enforce_csrf_checks=True).post(
        f"/in/{slug}/", body, content_type="application/json", **given
    )
    return int(answer.status_code)


def open_shop(slug: str = "ours") -> Shop:
    """Make a shop of our own."""
    return Shop(make_connection(make_product(), slug=slug, channel="native"))
