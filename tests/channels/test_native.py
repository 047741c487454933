"""Our own checkout as a channel."""

from dataclasses import replace
from datetime import datetime

import pytest

from counterfoil.channels.base import CheckoutRequest, Envelope
from counterfoil.channels.native import (
    SIGNATURE_HEADER,
    CartLine,
    CartSnapshot,
    Native,
    NativeSettings,
    nudge,
    sign,
)
from counterfoil.errors import Malformed
from counterfoil.rules.orders import PaymentStatus
from counterfoil.testing.channel_contract import ChannelContract
from tests.channels.builders import NOW, OLD_SECRET, SECRET

CART = CartSnapshot(
    cart="cart-1",
    payment=PaymentStatus.PAID,
    payment_reference="test-1",
    currency="eur",
    lines=(
        CartLine(reference="1", sku="KIT", description="Kit", quantity=2, unit_amount=2500),
        CartLine(reference="2", sku="CARD", description="Card", quantity=1, unit_amount=900),
    ),
    is_test=True,
    paid_at=NOW,
    buyer_email="buyer@example.com",
)


class NativeWorld:
    """A native channel with one paid cart."""

    def __init__(self) -> None:
        self.now = NOW
        self.order = "cart-1"
        self.unknown = "cart-2"
        self.signs_time = True
        self.carts = {"cart-1": CART}
        self.channel = Native(
            NativeSettings(
                secrets=(SECRET, OLD_SECRET),
                read_cart=self.carts.get,
                carts_changed_since=lambda since: [*self.carts, *self.carts],
                pay_url="/pay/{cart}",
            )
        )

    def message(self, **changes: object) -> bytes:
        values = {"message_id": "msg-1", "topic": "cart.paid", "cart": "cart-1", "is_test": True}
        return nudge(**(values | changes))  # type: ignore[arg-type]

    def signed(self, body: bytes, *, at: datetime, secret: int = 1) -> Envelope:
        header = sign(body, (SECRET, OLD_SECRET)[secret - 1], at=at)
        return Envelope(body=body, headers={SIGNATURE_HEADER: header}, received_at=self.now)


@pytest.fixture
def world() -> NativeWorld:
    return NativeWorld()


class TestNativeContract(ChannelContract):
    """What every channel does."""


def test_adds_up_what_the_cart_holds(world: NativeWorld) -> None:
    order = world.channel.read_order("cart-1", as_of=NOW)

    assert order is not None
    assert (order.reference, order.cart) == ("cart-1", "cart-1")
    assert (order.currency, order.amount_total) == ("EUR", 5900)
    assert order.lines[0].product_keys == ("sku:KIT",)


def test_keeps_a_total_that_differs_from_the_lines(world: NativeWorld) -> None:
    world.carts["cart-1"] = replace(CART, amount_total=0)
    order = world.channel.read_order("cart-1", as_of=NOW)
    assert order is not None
    assert order.amount_total == 0


@pytest.mark.parametrize(
    "changes",
    [{"message_id": ""}, {"topic": "a b"}, {"cart": "../x"}, {"cart": 7}, {"is_test": "yes"}],
)
def test_refuses_a_nudge_without_usable_names(
    world: NativeWorld, changes: dict[str, object]
) -> None:
    with pytest.raises(Malformed):
        world.channel.authenticate(world.signed(world.message(**changes), at=NOW))


def test_claims_a_payment_only_when_told_so(world: NativeWorld) -> None:
    envelope = world.signed(world.message(topic="cart.expired"), at=NOW)
    assert not world.channel.authenticate(envelope).claims_paid


def test_sends_the_buyer_to_our_own_page(world: NativeWorld) -> None:
    request = CheckoutRequest(
        cart="cart-1", lines=(), currency="EUR", success_url="/thanks", cancel_url="/"
    )
    checkout = world.channel.open_checkout(request)
    assert (checkout.reference, checkout.url) == ("cart-1", "/pay/cart-1")


def test_keeps_its_secrets_out_of_logs(world: NativeWorld) -> None:
    assert SECRET not in repr(world.channel.settings)
