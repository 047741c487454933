"""
The tests that every channel passes.

An adapter's test file subclasses ``ChannelContract`` and gives it a ``world``: a channel with a
paid order in it, and somebody who can sign messages about it. One whose channel sends no messages
subclasses ``OrderBookContract``.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

import pytest

from counterfoil.channels.base import Channel, Envelope
from counterfoil.errors import CounterfoilError, Forged, Malformed, Stale, TooLarge
from counterfoil.rules.orders import PaymentStatus

__all__ = ["HOSTILE_POINTERS", "ChannelContract", "ChannelWorld", "OrderBook", "OrderBookContract"]

HOSTILE_POINTERS = ("", " ", "../secrets", "a b", "é", "\x00", "x" * 10_000, "cs_'; --", "{cart}")


class OrderBook(Protocol):
    """What the tests of a channel that sends no messages bring along."""

    channel: Channel
    now: datetime
    order: str
    """The pointer of a paid order of at least two lines, changed within the last hour."""
    unknown: str
    """A pointer of the right form that leads nowhere."""


class ChannelWorld(OrderBook, Protocol):
    """What an adapter's tests bring along."""

    signs_time: bool
    """Whether a signature says when it was made; some channels sign the body alone."""

    def message(self) -> bytes:
        """Write a message that says the order was paid."""
        ...

    def signed(self, body: bytes, *, at: datetime, secret: int = 1) -> Envelope:
        """Sign a body with the connection's first or second secret, and receive it now."""
        ...


class OrderBookContract:
    """What every channel does whose orders can be read, also one that sends no messages."""

    def test_says_how_an_order_stands(self, world: OrderBook) -> None:
        order = world.channel.read_order(world.order, as_of=world.now)

        assert order is not None
        assert order.as_of == world.now
        assert order.paid_at is not None
        assert order.paid_at.tzinfo is not None
        assert order.currency.isupper()
        assert len(order.currency) == 3
        assert len({line.reference for line in order.lines}) == len(order.lines) >= 2
        for line in order.lines:
            assert line.quantity >= 1
            assert line.product_keys
            assert all(":" in key for key in line.product_keys)
        assert sum(line.amount_total for line in order.lines) == order.amount_total

    def test_says_the_same_when_asked_again(self, world: OrderBook) -> None:
        first = world.channel.read_order(world.order, as_of=world.now)
        assert world.channel.read_order(world.order, as_of=world.now) == first

    def test_says_nothing_about_orders_it_does_not_know(self, world: OrderBook) -> None:
        assert world.channel.read_order(world.unknown, as_of=world.now) is None

    @pytest.mark.parametrize("pointer", HOSTILE_POINTERS)
    def test_says_nothing_about_what_is_no_order(self, world: OrderBook, pointer: str) -> None:
        assert world.channel.read_order(pointer, as_of=world.now) is None

    def test_names_what_has_changed_and_each_once(self, world: OrderBook) -> None:
        changed = list(world.channel.changed_since(world.now - timedelta(hours=2)))

        references = set()
        for pointer in changed:
            order = world.channel.read_order(pointer, as_of=world.now)
            references.add(order.reference if order else None)
        wanted = world.channel.read_order(world.order, as_of=world.now)
        assert wanted is not None
        assert wanted.reference in references
        assert len(changed) == len(set(changed))


class ChannelContract(OrderBookContract):
    """Subclass this, and give a fixture named ``world``."""

    def test_points_to_an_order_that_can_be_read(self, world: ChannelWorld) -> None:
        notice = world.channel.authenticate(world.signed(world.message(), at=world.now))

        assert notice is not None
        assert notice.message_id
        assert notice.topic
        assert notice.claims_paid
        assert notice.key == "1"
        assert notice.pointer is not None
        order = world.channel.read_order(notice.pointer, as_of=world.now)
        assert order is not None
        assert order.payment is PaymentStatus.PAID
        assert order.is_test is notice.is_test

    def test_accepts_the_secret_that_is_being_replaced(self, world: ChannelWorld) -> None:
        envelope = world.signed(world.message(), at=world.now, secret=2)
        notice = world.channel.authenticate(envelope)
        assert notice is not None
        assert notice.key == "2"

    def test_says_the_same_about_a_repeated_message(self, world: ChannelWorld) -> None:
        envelope = world.signed(world.message(), at=world.now)
        assert world.channel.authenticate(envelope) == world.channel.authenticate(envelope)

    def test_gives_headers_no_meaning(self, world: ChannelWorld) -> None:
        envelope = world.signed(world.message(), at=world.now)
        others = {"x-topic": "order.cancelled", "x-order": "another", "x-test": "false"}
        dressed_up = replace(envelope, headers={**envelope.headers, **others})
        assert world.channel.authenticate(dressed_up) == world.channel.authenticate(envelope)

    @pytest.mark.parametrize("seconds", [-301, 301, -86_400, 86_400])
    def test_refuses_the_past_and_the_future(self, world: ChannelWorld, seconds: int) -> None:
        at = world.now + timedelta(seconds=seconds)
        if not world.signs_time:
            assert world.channel.authenticate(world.signed(world.message(), at=at))
            return
        with pytest.raises(Stale):
            world.channel.authenticate(world.signed(world.message(), at=at))

    def test_refuses_a_changed_body(self, world: ChannelWorld) -> None:
        envelope = world.signed(world.message(), at=world.now)
        with pytest.raises(Forged):
            world.channel.authenticate(replace(envelope, body=envelope.body + b" "))

    def test_refuses_a_message_without_a_signature(self, world: ChannelWorld) -> None:
        envelope = world.signed(world.message(), at=world.now)
        with pytest.raises(Forged):
            world.channel.authenticate(replace(envelope, headers={}))

    def test_refuses_what_is_too_large(self, world: ChannelWorld) -> None:
        with pytest.raises(TooLarge):
            world.channel.authenticate(world.signed(b" " * 1_000_000, at=world.now))

    @pytest.mark.parametrize(
        "body",
        [
            pytest.param(b"", id="nothing"),
            pytest.param(b"[]", id="a list"),
            pytest.param(b"{}", id="empty"),
            pytest.param(b'{"id": NaN}', id="not a number"),
            pytest.param(b'{"id": "\xff"}', id="not UTF-8"),
            pytest.param(b'{"id": "a", "id": "b"}', id="the same key twice"),
            pytest.param(b"[" * 100_000, id="a bomb"),
        ],
    )
    def test_refuses_what_is_signed_and_cannot_be_read(
        self, world: ChannelWorld, body: bytes
    ) -> None:
        with pytest.raises(Malformed):
            world.channel.authenticate(world.signed(body, at=world.now))

    def test_refuses_only_with_named_errors(self, world: ChannelWorld) -> None:
        body = world.message()
        for cut in range(0, len(body), max(len(body) // 50, 1)):
            with pytest.raises(CounterfoilError):
                world.channel.authenticate(world.signed(body[:cut], at=world.now))
