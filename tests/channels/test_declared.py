"""Channels that only tell."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from counterfoil.channels.base import Envelope
from counterfoil.channels.declared import Declared, DeclaredSettings, Told
from counterfoil.errors import Forged
from counterfoil.rules.declared import (
    Cancellation,
    CancelledLine,
    DeclaredLine,
    DeclaredOrderBody,
)
from counterfoil.rules.orders import OrderPath, PaymentStatus, RefundStatus
from counterfoil.testing.channel_contract import OrderBookContract
from tests.channels.builders import NOW

ORDER = DeclaredOrderBody(
    reference="PO-7",
    number="7",
    currency="EUR",
    lines=(
        DeclaredLine(reference="1", sku="KIT", quantity=2, unit_amount=2500, description="Kit"),
        DeclaredLine(reference="2", sku="CARD", quantity=1, amount_total=850, unit_amount=900),
    ),
    buyer_mail="buyer@example.com",
)


class DeclaredWorld:
    """A channel that was told of one order."""

    def __init__(self) -> None:
        self.now = NOW
        self.order = "PO-7"
        self.unknown = "PO-8"
        self.told = {"PO-7": Told(order=ORDER, at=NOW - timedelta(minutes=5))}
        self.asked_since: list[datetime] = []
        self.channel = Declared(
            DeclaredSettings(read_declared=self.told.get, declared_since=self._since, is_test=False)
        )

    def _since(self, since: datetime) -> list[str]:
        self.asked_since.append(since)
        return [*self.told, *self.told]


@pytest.fixture
def world() -> DeclaredWorld:
    return DeclaredWorld()


class TestOrderBook(OrderBookContract):
    """What every channel does whose orders can be read."""


@pytest.mark.parametrize("body", [b"", b"{}", b'{"id": "1"}', b"x" * 1_000_000])
def test_nothing_comes_in_at_its_door(world: DeclaredWorld, body: bytes) -> None:
    headers = {"authorization": "Bearer x", "counterfoil-signature": "t=1,v1=00"}
    with pytest.raises(Forged):
        world.channel.authenticate(Envelope(body=body, headers=headers, received_at=NOW))


def test_says_what_was_told(world: DeclaredWorld) -> None:
    order = world.channel.read_order("PO-7", as_of=NOW)

    assert order is not None
    assert (order.reference, order.number, order.currency) == ("PO-7", "7", "EUR")
    assert (order.amount_total, order.buyer_email) == (5850, "buyer@example.com")
    assert [line.product_keys for line in order.lines] == [("sku:KIT",), ("sku:CARD",)]
    assert [line.description for line in order.lines] == ["Kit", "CARD"]
    assert order.paid_at == NOW - timedelta(minutes=5)  # nobody said when: when it was told
    assert order.path is OrderPath.NEW


def test_what_is_not_paid_yet_is_awaited(world: DeclaredWorld) -> None:
    world.told["PO-7"] = Told(order=replace(ORDER, is_paid=False, paid_at=NOW), at=NOW)
    order = world.channel.read_order("PO-7", as_of=NOW)
    assert order is not None
    assert (order.payment, order.paid_at) == (PaymentStatus.AWAITING, None)


def test_cancellations_name_what_goes_and_no_money(world: DeclaredWorld) -> None:
    gone = Cancellation(
        reference="C-1", at=NOW, lines=(CancelledLine(line="1", quantity=1),), units=("ent_x",)
    )
    world.told["PO-7"] = Told(order=replace(ORDER, cancellations=(gone,)), at=NOW)

    order = world.channel.read_order("PO-7", as_of=NOW)

    assert order is not None
    [refund] = order.refunds
    assert (refund.reference, refund.amount, refund.status) == ("C-1", 0, RefundStatus.SUCCEEDED)
    assert [(one.line, one.quantity, one.amount) for one in refund.lines] == [("1", 1, 0)]
    assert refund.units == ("ent_x",)
    assert order.lines[0].quantity == 2  # what was ordered; the refund takes it off


@pytest.mark.parametrize(("connection", "told"), [(True, False), (False, True), (True, True)])
def test_a_test_stays_a_test(world: DeclaredWorld, connection: bool, told: bool) -> None:
    world.told["PO-7"] = Told(order=replace(ORDER, is_test=told), at=NOW)
    channel = Declared(replace(world.channel.settings, is_test=connection))
    order = channel.read_order("PO-7", as_of=NOW)
    assert order is not None
    assert order.is_test


def test_a_coupled_shop_tells_coupled_orders(world: DeclaredWorld) -> None:
    channel = Declared(replace(world.channel.settings, path=OrderPath.COUPLED))
    order = channel.read_order("PO-7", as_of=NOW)
    assert order is not None
    assert order.path is OrderPath.COUPLED
