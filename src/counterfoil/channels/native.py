"""Our own checkout, as a channel like any other."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from counterfoil.channels import signatures, webhook_body
from counterfoil.channels.base import CheckoutRequest, Envelope, HostedCheckout, Notice
from counterfoil.errors import Forged, Malformed
from counterfoil.rules.orders import (
    OrderDispute,
    OrderLine,
    OrderRefund,
    OrderState,
    PaymentStatus,
)

SIGNATURE_HEADER = "counterfoil-signature"
PAID_TOPIC = "cart.paid"

_NAME = re.compile(r"[A-Za-z0-9_.:-]{1,255}\Z")


@dataclass(frozen=True, kw_only=True, slots=True)
class CartLine:
    """One line of a cart, at the price that was agreed when it was put in."""

    reference: str
    sku: str
    description: str
    quantity: int
    unit_amount: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CartSnapshot:
    """
    How one of our carts stands at this moment.

    ``amount_total`` is what was or will be paid; without it, what the lines add up to.
    """

    cart: str
    payment: PaymentStatus
    currency: str
    lines: tuple[CartLine, ...]
    is_test: bool
    amount_total: int | None = None
    payment_reference: str = ""
    paid_at: datetime | None = None
    cancelled_at: datetime | None = None
    buyer_email: str | None = None
    buyer_name: str = ""
    locale: str = ""
    refunds: tuple[OrderRefund, ...] = ()
    disputes: tuple[OrderDispute, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class NativeSettings:
    """
    How carts are reached from here.

    The readers are handed in because a channel knows no database. ``pay_url`` holds ``{cart}``.
    """

    secrets: tuple[str, ...] = field(repr=False)
    read_cart: Callable[[str], CartSnapshot | None]
    carts_changed_since: Callable[[datetime], Iterable[str]]
    pay_url: str = "/checkout/{cart}"


def nudge(*, message_id: str, topic: str, cart: str, is_test: bool) -> bytes:
    """Write the message that says: look at this cart."""
    message = {"id": message_id, "topic": topic, "cart": cart, "is_test": is_test}
    return json.dumps(message, separators=(",", ":")).encode()


def sign(body: bytes, secret: str, *, at: datetime) -> str:
    """Give the signature header for a nudge sent at this moment."""
    return signatures.signature_header(body, secret=secret, at=at)


class Native:
    """
    Our own checkout.

    It could call the operations directly and does not, so that there is one path from every
    purchase to its entitlements, and our own is the one most often walked.
    """

    def __init__(self, settings: NativeSettings) -> None:
        """Remember how carts are reached."""
        self.settings = settings

    def authenticate(self, envelope: Envelope) -> Notice:
        """See ``Channel``."""
        webhook_body.refuse_oversize(envelope.body)
        header = envelope.headers.get(SIGNATURE_HEADER)
        if not header:
            raise Forged("not signed")
        key = signatures.verify(
            envelope.body,
            header=header,
            secrets=self.settings.secrets,
            received_at=envelope.received_at,
        )
        message = webhook_body.parse(envelope.body)
        if not isinstance(message.get("is_test"), bool):
            raise Malformed("neither live nor test")
        topic = _name(message.get("topic"))
        return Notice(
            message_id=_name(message.get("id")),
            topic=topic,
            pointer=_name(message.get("cart")),
            is_test=message["is_test"],
            key=key,
            claims_paid=topic == PAID_TOPIC,
        )

    def read_order(self, pointer: str, *, as_of: datetime) -> OrderState | None:
        """See ``Channel``; a cart nobody tried to pay is an open order."""
        cart = self.settings.read_cart(pointer) if _NAME.match(pointer) else None
        return None if cart is None else order_of(cart, as_of=as_of)

    def changed_since(self, since: datetime) -> Iterator[str]:
        """See ``Channel``."""
        yield from dict.fromkeys(self.settings.carts_changed_since(since))

    def open_checkout(self, request: CheckoutRequest) -> HostedCheckout:
        """See ``Selling``; the cart itself is the order, and the page is ours."""
        url = self.settings.pay_url.format(cart=request.cart)
        return HostedCheckout(reference=request.cart, url=url)


def order_of(cart: CartSnapshot, *, as_of: datetime) -> OrderState:
    """Say how a cart stands, in the words of every channel."""
    lines = tuple(_line(line) for line in cart.lines)
    total = sum(line.amount_total for line in lines)
    return OrderState(
        reference=cart.cart,
        as_of=as_of,
        payment=cart.payment,
        payment_reference=cart.payment_reference,
        is_test=cart.is_test,
        currency=cart.currency.upper(),
        amount_total=total if cart.amount_total is None else cart.amount_total,
        lines=lines,
        paid_at=cart.paid_at,
        cancelled_at=cart.cancelled_at,
        buyer_email=cart.buyer_email,
        buyer_name=cart.buyer_name,
        locale=cart.locale,
        cart=cart.cart,
        refunds=cart.refunds,
        disputes=cart.disputes,
    )


def _line(line: CartLine) -> OrderLine:
    return OrderLine(
        reference=line.reference,
        product_keys=(f"sku:{line.sku}",),
        description=line.description,
        quantity=line.quantity,
        unit_amount=line.unit_amount,
        amount_total=line.quantity * line.unit_amount,
    )


def _name(value: object) -> str:
    if not isinstance(value, str) or not _NAME.match(value):
        raise Malformed("no usable id, topic or cart")
    return value
