"""The shop that is not there keeps the contract of one that is, and can go wrong like one."""

import json
from dataclasses import dataclass, field
from datetime import datetime

import pytest
from django.utils import timezone

from counterfoil.channels.base import Channel, Envelope
from counterfoil.errors import ConnectionIncomplete
from counterfoil.intake.registry import adapter_for
from counterfoil.models import Hold, Message, Product, Purchase
from counterfoil.rules.terms import RefundPolicy, Terms
from counterfoil.testing.builders import OUR_SECRET, make_product
from counterfoil.testing.channel_contract import ChannelContract
from counterfoil.testing.fake_channel import FakeChannel, _Adapter, signed

pytestmark = pytest.mark.django_db
pytest_plugins = ["counterfoil.testing.fixtures"]


@dataclass
class World:
    shop: FakeChannel
    order: str
    unknown = "fake_99"
    signs_time = True
    secrets = (OUR_SECRET, "the one before")
    now: datetime = field(default_factory=timezone.now)

    @property
    def channel(self) -> Channel:
        return _Adapter(self.shop, self.secrets)

    def message(self) -> bytes:
        return json.dumps({"id": "m-1", "order": self.order}).encode()

    def signed(self, body: bytes, *, at: datetime, secret: int = 1) -> Envelope:
        made = signed(body, at=at, secret=self.secrets[secret - 1])
        return Envelope(body=body, headers=made.headers, received_at=self.now)


class TestItsContract(ChannelContract):
    @pytest.fixture
    def world(self) -> World:
        products = make_product("DNA-STD"), make_product("DNA-HEALTH")
        shop = FakeChannel(*products)
        with shop:
            return World(shop, shop.pay_for({"DNA-STD": 1, "DNA-HEALTH": 2}))


def test_nothing_is_known_before_a_message_arrives(counterfoil_channel: FakeChannel) -> None:
    order = counterfoil_channel.pay(2)
    with pytest.raises(Purchase.DoesNotExist):
        counterfoil_channel.issued(order)

    assert counterfoil_channel.deliver() == 1
    assert len(counterfoil_channel.issued(order).codes) == 2
    assert counterfoil_channel.deliver() == 0


def test_messages_twice_and_backwards_come_to_the_same() -> None:
    kit = make_product(terms=Terms(refund_policy=RefundPolicy.REVOKE))
    with FakeChannel(kit) as shop:
        order = shop.pay(3)
        shop.refund(order, quantity=2)
        shop.deliver_twice()
        shop.refund(order)
        shop.deliver_backwards()

        units = shop.issued(order).purchase.entitlements
        assert units.count() == units.filter(state="revoked").count() == 3
        assert Message.objects.count() == 3


def test_what_no_message_told_a_sweep_finds(counterfoil_channel: FakeChannel) -> None:
    order = counterfoil_channel.pay()
    assert counterfoil_channel.lose_messages() == 1
    assert not Purchase.objects.exists()

    counterfoil_channel.is_away = True
    counterfoil_channel.pay()
    counterfoil_channel.deliver()
    assert not Purchase.objects.exists()

    counterfoil_channel.is_away = False
    counterfoil_channel.sweep()
    assert counterfoil_channel.issued(order).code
    assert Purchase.objects.count() == 2


def test_a_dispute_holds_what_was_sold_until_it_is_won(counterfoil_channel: FakeChannel) -> None:
    order = counterfoil_channel.pay()
    counterfoil_channel.dispute(order)
    counterfoil_channel.deliver()
    assert Hold.objects.filter(lifted_at=None).count() == 1

    counterfoil_channel.win_dispute(order)
    counterfoil_channel.deliver()
    assert not Hold.objects.filter(lifted_at=None).exists()


def test_a_shop_that_was_closed_answers_nothing() -> None:
    with FakeChannel(make_product()) as shop:
        connection = shop.connection
        assert adapter_for(connection)
    with pytest.raises(ConnectionIncomplete):
        adapter_for(connection)
    assert Product.objects.count() == 1
