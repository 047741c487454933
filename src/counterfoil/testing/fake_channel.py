"""
A channel that a host's test drives: somebody pays, is given money back, disputes.

What happens is not known here until a message tells it, as with a real shop; and messages can get
lost, come twice, and come in the wrong order.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from django.test import override_settings
from django.utils import timezone

from counterfoil.channels import signatures, webhook_body
from counterfoil.channels.base import Channel, Envelope, Notice
from counterfoil.conf import conf
from counterfoil.errors import ChannelUnavailable, ConnectionIncomplete, Forged, Malformed
from counterfoil.intake.inbox import receive
from counterfoil.intake.registry import adapter_for
from counterfoil.intake.sweep import sweep
from counterfoil.intake.worker import work_messages
from counterfoil.models import Connection, Product, Purchase
from counterfoil.rules.orders import DisputeStatus, OrderDispute, OrderState
from counterfoil.testing.builders import (
    OUR_SECRET,
    Issued,
    make_connection,
    make_product,
    read_issued,
)
from counterfoil.testing.orders import a_line, a_refund, an_order

__all__ = ["FakeChannel"]

SIGNATURE = "fake-signature"
_open: dict[str, "FakeChannel"] = {}


class FakeChannel:
    """
    A shop that is not there, and does what the test says; use it in a ``with`` statement.

    Its orders go the whole way: a signed message, the inbox, the question how the order stands, and
    the act that brings the purchase to it. ``is_away`` set to true, it answers nothing.
    """

    def __init__(self, *products: Product, slug: str = "fake") -> None:
        """Sell these products, or ``DNA-STD``, made if need be."""
        self._products = products
        self._settings = override_settings(
            COUNTERFOIL_CHANNELS={**conf.CHANNELS, "fake": f"{__name__}.adapter_of"}
        )
        self._waiting: list[bytes] = []
        self._told = 0
        self.slug = slug
        self.orders: dict[str, OrderState] = {}
        self.is_away = False
        self.connection: Connection

    def __enter__(self) -> Self:
        """Open the shop."""
        known = Product.objects.filter(sku="DNA-STD")
        self._products = self._products or tuple(known) or (make_product(),)
        self._settings.enable()
        _open[self.slug] = self
        self.connection = make_connection(*self._products, slug=self.slug, channel="fake")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        """Close it; what was sold stays."""
        _open.pop(self.slug, None)
        self._settings.disable()

    def pay(self, quantity: int = 1, *, mail: str = "ann.buyer@example.com") -> str:
        """Have somebody buy so many of the first product, and give the order's reference."""
        return self.pay_for({self._products[0].sku: quantity}, mail=mail)

    def pay_for(self, wanted: Mapping[str, int], *, mail: str = "ann.buyer@example.com") -> str:
        """Have somebody buy so many of each of these, by SKU, and give the order's reference."""
        prices = {one.sku: one.unit_amount for one in self._products}
        lines = [
            a_line(quantity, sku=sku, reference=f"li_{number}", unit_amount=prices[sku])
            for number, (sku, quantity) in enumerate(wanted.items(), 1)
        ]
        reference = f"{self.slug}_{len(self.orders) + 1}"
        self._set(replace(an_order(*lines, reference=reference), buyer_email=mail))
        return reference

    def refund(self, order: str, quantity: int = 1) -> None:
        """Give back the money for so many units of the order's first line."""
        found = self.orders[order]
        amount = quantity * found.lines[0].unit_amount
        reference = f"re_{order}_{len(found.refunds) + 1}"
        made = a_refund(amount, reference=reference, quantity=quantity)
        self._set(replace(found, refunds=(*found.refunds, made)))

    def dispute(self, order: str) -> None:
        """Have the bank ask for the whole sum back; it is not decided yet."""
        self._dispute(order, DisputeStatus.OPEN)

    def win_dispute(self, order: str) -> None:
        """Have the bank decide for the shop."""
        self._dispute(order, DisputeStatus.WON)

    def lose_dispute(self, order: str) -> None:
        """Have the bank decide for the buyer."""
        self._dispute(order, DisputeStatus.LOST)

    def deliver(self) -> int:
        """Send the messages that wait, have them worked, and give how many there were."""
        return self._send(self._taken())

    def deliver_twice(self) -> int:
        """Send each message that waits two times over."""
        waiting = self._taken()
        return self._send([*waiting, *waiting])

    def deliver_backwards(self) -> int:
        """Send the newest message first."""
        return self._send(self._taken()[::-1])

    def lose_messages(self) -> int:
        """Let the messages that wait never arrive, and give how many there were."""
        return len(self._taken())

    def sweep(self) -> None:
        """Look for orders that no message told of, as the worker does all the time."""
        sweep(connection=self.connection, since=timezone.now() - timedelta(days=1))

    def issued(self, order: str) -> Issued:
        """
        Read what came of an order.

        :raises Purchase.DoesNotExist: if nobody has heard of it yet.
        """
        found = Purchase.objects.get(connection=self.connection, external_reference=order)
        return read_issued(found)

    def _dispute(self, order: str, status: DisputeStatus) -> None:
        found = self.orders[order]
        dispute = OrderDispute(
            reference=f"dp_{order}",
            amount=found.amount_total,
            currency=found.currency,
            status=status,
            at=timezone.now(),
        )
        self._set(replace(found, disputes=(dispute,)))

    def _set(self, order: OrderState) -> None:
        self._told += 1
        self.orders[order.reference] = order
        told = {"id": f"{self.slug}-message-{self._told}", "order": order.reference}
        self._waiting.append(json.dumps(told).encode())

    def _taken(self) -> list[bytes]:
        taken, self._waiting = self._waiting, []
        return taken

    def _send(self, bodies: list[bytes]) -> int:
        adapter = adapter_for(self.connection)
        for body in bodies:
            receive(self.connection, adapter.authenticate(signed(body, at=timezone.now())), body)
        work_messages()
        return len(bodies)


class _Adapter:
    """What Counterfoil sees of the shop."""

    def __init__(self, shop: FakeChannel, secrets: tuple[str, ...]) -> None:
        self.shop, self.secrets = shop, secrets

    def authenticate(self, envelope: Envelope) -> Notice:
        webhook_body.refuse_oversize(envelope.body)
        header = envelope.headers.get(SIGNATURE)
        if not header:
            raise Forged("not signed")
        key = signatures.verify(
            envelope.body, header=header, secrets=self.secrets, received_at=envelope.received_at
        )
        told = webhook_body.parse(envelope.body)
        if not isinstance(told.get("id"), str) or not isinstance(told.get("order"), str):
            raise Malformed("it names neither itself nor an order")
        return Notice(
            message_id=told["id"],
            topic="order.changed",
            pointer=told["order"],
            is_test=True,
            key=key,
            claims_paid=True,
        )

    def read_order(self, pointer: str, *, as_of: datetime) -> OrderState | None:
        found = self._answering().get(pointer)
        return None if found is None else replace(found, as_of=as_of)

    def changed_since(self, since: datetime) -> Iterator[str]:
        yield from tuple(self._answering())

    def _answering(self) -> dict[str, OrderState]:
        if self.shop.is_away:
            raise ChannelUnavailable("The shop of this test is away.")
        return self.shop.orders


def adapter_of(connection: Connection) -> Channel:
    """
    Give the channel of a shop that is open.

    :raises ConnectionIncomplete: if its test is over.
    """
    shop = _open.get(connection.slug)
    if shop is None:
        raise ConnectionIncomplete("The test that opened this shop is over.")
    return _Adapter(shop, (OUR_SECRET,))


def signed(body: bytes, *, at: datetime, secret: str = OUR_SECRET) -> Envelope:
    """Sign a message as the shop does, and receive it at once."""
    header = signatures.signature_header(body, secret=secret, at=at)
    return Envelope(body=body, headers={SIGNATURE: header}, received_at=at)
