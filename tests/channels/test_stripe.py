"""Stripe Checkout as a channel, over HTTP to a simulated Stripe."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from counterfoil.channels.base import (
    CheckoutLine,
    CheckoutRequest,
    Envelope,
    Refunding,
    RefundRequest,
)
from counterfoil.channels.stripe import Stripe, StripeSettings
from counterfoil.errors import ChannelRefused, ChannelUnavailable
from counterfoil.rules.orders import DisputeStatus, OrderState, PaymentStatus, RefundStatus
from counterfoil.rules.refunds import Doubt, attribute
from counterfoil.testing.channel_contract import ChannelContract
from counterfoil_sim import Deliveries, Simulator, SimulatorServer
from tests.channels.builders import NOW, OLD_SECRET, SAMPLES, SECRET, envelope, event
from tests.simulated import Clock, Shop

COVERS = {
    "F12": ["test_sweeps_what_did_not_arrive_and_what_was_opened"],
    "F4": ["test_sweeps_what_was_opened_a_day_before_and_nothing_older"],
}

REQUEST = CheckoutRequest(
    cart="cart-1",
    lines=(
        CheckoutLine(name="Kit", sku="KIT", unit_amount=2500, quantity=2),
        CheckoutLine(name="Card", sku="CARD", unit_amount=900, quantity=1),
    ),
    currency="EUR",
    success_url="https://shop.example/thanks?session_id={CHECKOUT_SESSION_ID}",
    cancel_url="https://shop.example/cart",
    email="buyer@example.com",
    locale="de",
)


@pytest.fixture
def channel(server: SimulatorServer) -> Stripe:
    return Stripe(
        StripeSettings(
            api_key="sk_test_x",
            webhook_secrets=(SECRET, OLD_SECRET),
            is_test=True,
            api_base=server.url,
            retries=0,
        )
    )


@pytest.fixture
def session(channel: Stripe) -> str:
    return channel.open_checkout(REQUEST).reference


def read(channel: Stripe, pointer: str) -> OrderState:
    order = channel.read_order(pointer, as_of=NOW)
    assert order is not None
    return order


class StripeWorld:
    """A Stripe account with one paid session."""

    def __init__(self, channel: Stripe, sim: Simulator, now: datetime) -> None:
        self.channel = channel
        self.now = now
        self.order = channel.open_checkout(REQUEST).reference
        self.unknown = "cs_test_nothing"
        self.signs_time = True
        self.session = sim.pay(self.order)

    def message(self) -> bytes:
        return event("checkout.session.completed", self.session)

    def signed(self, body: bytes, *, at: datetime, secret: int = 1) -> Envelope:
        used = (SECRET, OLD_SECRET)[secret - 1]
        return envelope(body, secret=used, signed_at=at, received_at=self.now)


@pytest.fixture
def world(channel: Stripe, sim: Simulator, clock: Clock) -> StripeWorld:
    return StripeWorld(channel, sim, clock.now())


class TestStripeContract(ChannelContract):
    """What every channel does."""


def test_opens_one_checkout_per_cart(channel: Stripe, sim: Simulator) -> None:
    first = channel.open_checkout(REQUEST)
    again = channel.open_checkout(REQUEST)

    assert first == again
    assert first.url.endswith(f"/pay/{first.reference}")
    assert len(sim.store.tables["session"]) == 1
    session = sim.store.get("session", first.reference)
    assert session["metadata"] == {"cf_cart": "cart-1"}
    assert (session["customer_email"], session["locale"]) == ("buyer@example.com", "de")
    with pytest.raises(ChannelRefused):
        channel.open_checkout(replace(REQUEST, currency="USD"))
    assert len(sim.store.tables["session"]) == 1


def test_charges_a_price_registered_with_stripe(channel: Stripe, sim: Simulator) -> None:
    product = sim.add_product("Kit", metadata={"cf_sku": "KIT"})
    price = sim.add_price(product["id"], unit_amount=700, currency="jpy", lookup_key="KIT-P")
    line = replace(REQUEST.lines[0], price_reference=price["id"])

    checkout = channel.open_checkout(replace(REQUEST, lines=(line,), currency="JPY"))

    order = read(channel, checkout.reference)
    assert (order.currency, order.amount_total) == ("JPY", 1400)
    assert order.lines[0].product_keys == (
        f"price:{price['id']}",
        "lookup:KIT-P",
        "sku:KIT",
        f"product:{product['id']}",
    )


def test_refuses_a_price_that_does_not_exist(channel: Stripe) -> None:
    line = replace(REQUEST.lines[0], price_reference="price_nothing")
    with pytest.raises(ChannelRefused):
        channel.open_checkout(replace(REQUEST, lines=(line,)))


def test_follows_a_payment_that_takes_days(channel: Stripe, sim: Simulator, session: str) -> None:
    assert read(channel, session).payment is PaymentStatus.OPEN
    sim.pay_later(session)
    awaiting = read(channel, session)
    assert (awaiting.payment, awaiting.paid_at) == (PaymentStatus.AWAITING, None)
    sim.settle(session)
    paid = read(channel, session)
    assert paid.payment is PaymentStatus.PAID
    assert paid.paid_at is not None
    assert paid.buyer_email == "buyer@example.com"
    assert paid.cart == "cart-1"


def test_tells_a_failed_payment_from_an_awaited_one(
    channel: Stripe, sim: Simulator, session: str
) -> None:
    sim.fail_later(session)
    assert read(channel, session).payment is PaymentStatus.AWAITING
    sim.settle(session)
    assert read(channel, session).payment is PaymentStatus.FAILED


def test_reads_what_was_free_and_what_expired(
    channel: Stripe, sim: Simulator, session: str
) -> None:
    other = channel.open_checkout(replace(REQUEST, cart="cart-2")).reference
    sim.pay(session, percent_off=100)
    sim.expire(other)

    free = read(channel, session)
    assert (free.payment, free.amount_total, free.payment_reference) == (PaymentStatus.PAID, 0, "")
    assert free.paid_at is not None
    assert [line.unit_amount for line in free.lines] == [2500, 900]
    assert read(channel, other).payment is PaymentStatus.EXPIRED


def test_leaves_subscriptions_to_others(channel: Stripe, sim: Simulator) -> None:
    session = sim.create_session(
        {
            "mode": "subscription",
            "success_url": "https://shop.example/",
            "line_items": [
                {
                    "quantity": "1",
                    "price_data": {
                        "currency": "eur",
                        "unit_amount": "100",
                        "product_data": {"name": "Club"},
                    },
                }
            ],
        }
    )["id"]
    sim.pay(session)

    assert channel.read_order(session, as_of=NOW) is None
    willing = Stripe(replace(channel.settings, modes=("payment", "subscription")))
    assert read(willing, session).payment is PaymentStatus.PAID


def test_finds_the_order_by_its_payment(channel: Stripe, sim: Simulator, session: str) -> None:
    payment = sim.pay(session)["payment_intent"]
    assert read(channel, payment) == read(channel, session)
    assert channel.read_order("pi_nothing", as_of=NOW) is None


def test_reads_all_pages_of_lines_and_refunds(channel: Stripe, sim: Simulator) -> None:
    lines = tuple(
        CheckoutLine(name=f"Kit {n}", sku=f"KIT-{n}", unit_amount=100 + n, quantity=2)
        for n in range(100)
    )
    session = channel.open_checkout(replace(REQUEST, cart="large", lines=lines)).reference
    sim.store.items[session] *= 2  # more than one page, which a shop may reach by other means
    for number, item in enumerate(sim.store.items[session]):
        sim.store.items[session][number] = {**item, "id": f"li_{number}"}
    sim.pay(session)
    for _ in range(101):
        sim.refund(session, amount=1)

    order = read(channel, session)

    assert len(order.lines) == 200
    assert len(order.refunds) == 101


def test_attributes_a_refund_made_by_us(channel: Stripe, sim: Simulator, session: str) -> None:
    payment = sim.pay(session)["payment_intent"]
    line = read(channel, session).lines[0]
    request = RefundRequest(
        payment_reference=payment,
        amount=2500,
        currency="EUR",
        idempotency_key="refund-1",
        line=line.reference,
        quantity=1,
        units=("ent_a",),
        reason="requested_by_customer",
    )

    assert isinstance(channel, Refunding)
    made = channel.refund(request)
    assert channel.refund(request) == made

    order = read(channel, session)
    assert order.refunds == (made,)
    assert made.status is RefundStatus.SUCCEEDED
    result = attribute(order, lines_of={"ent_a": line.reference})
    assert result.counts() == {line.reference: 1}
    assert result.units() == {"ent_a"}


@pytest.mark.parametrize(
    ("currency", "ours", "theirs"),
    [("ISK", 1_990, 199_000), ("UGX", 45_000, 4_500_000), ("MGA", 250_000, 2_500)],
)
def test_charges_and_reads_what_stripe_counts_otherwise(
    channel: Stripe, sim: Simulator, currency: str, ours: int, theirs: int
) -> None:
    lines = (CheckoutLine(name="Kit", sku="KIT", unit_amount=ours, quantity=2),)
    opened = channel.open_checkout(replace(REQUEST, lines=lines, currency=currency)).reference
    paid = sim.pay(opened)
    assert paid["amount_total"] == 2 * theirs

    back = RefundRequest(
        payment_reference=paid["payment_intent"],
        amount=ours,
        currency=currency,
        idempotency_key="refund-1",
    )
    made = channel.refund(back)

    order = read(channel, opened)
    [line] = order.lines
    assert (order.amount_total, line.amount_total, line.unit_amount) == (2 * ours, 2 * ours, ours)
    assert [one.amount for one in order.refunds] == [made.amount] == [ours]


def test_asks_for_no_coin_that_stripe_does_not_have(channel: Stripe) -> None:
    lines = (CheckoutLine(name="Kit", sku="KIT", unit_amount=250_050, quantity=1),)
    with pytest.raises(ChannelRefused):
        channel.open_checkout(replace(REQUEST, lines=lines, currency="MGA"))


def test_refuses_to_give_back_too_much(channel: Stripe, sim: Simulator, session: str) -> None:
    payment = sim.pay(session)["payment_intent"]
    with pytest.raises(ChannelRefused):
        channel.refund(
            RefundRequest(
                payment_reference=payment, amount=5901, currency="EUR", idempotency_key="r"
            )
        )
    assert read(channel, session).refunds == ()


def test_leaves_an_unexplained_refund_undecided_until_it_fails(
    channel: Stripe, sim: Simulator, session: str
) -> None:
    sim.pay(session)
    refund = sim.refund(session, amount=900)

    (undecided,) = attribute(read(channel, session)).undecided
    assert undecided.doubt is Doubt.AMOUNT_ONLY
    assert [one.quantity for one in undecided.suggestions] == [1]
    sim.fail_refund(refund["id"])
    assert attribute(read(channel, session)).undecided == ()


def test_follows_disputes(channel: Stripe, sim: Simulator, session: str) -> None:
    def statuses() -> list[DisputeStatus]:
        return [dispute.status for dispute in read(channel, session).disputes]

    sim.pay(session)
    assert statuses() == []
    inquiry = sim.dispute(session, inquiry=True)
    assert statuses() == [DisputeStatus.INQUIRY]
    sim.close_dispute(inquiry["id"], won=False)
    assert statuses() == [DisputeStatus.INQUIRY_CLOSED]
    for won in (True, False):
        dispute = sim.dispute(session)
        assert statuses()[0] is DisputeStatus.OPEN
        sim.close_dispute(dispute["id"], won=won)
    assert statuses()[:2] == [DisputeStatus.LOST, DisputeStatus.WON]


def test_points_every_event_of_a_story_to_the_same_order(
    channel: Stripe, sim: Simulator, deliveries: Deliveries, shop: Shop, session: str
) -> None:
    deliveries.secret = SECRET
    sim.pay_later(session)
    sim.settle(session)
    sim.fail_refund(sim.refund(session)["id"])
    sim.close_dispute(sim.dispute(session)["id"], won=True)
    deliveries.deliver_now()

    notices = [channel.authenticate(one) for one in shop.received]
    pointers = {one.pointer for one in notices if one.pointer}
    assert {read(channel, pointer).reference for pointer in pointers} == {session}
    ignored = {one.topic for one in notices if not one.pointer}
    assert ignored == {"payment_intent.processing", "charge.succeeded", "payment_intent.succeeded"}
    assert [one.topic for one in notices if one.claims_paid] == [
        "checkout.session.async_payment_succeeded"
    ]


def test_sweeps_what_did_not_arrive_and_what_was_opened(
    channel: Stripe, sim: Simulator, deliveries: Deliveries, clock: Clock
) -> None:
    def opened(cart: str) -> str:
        return channel.open_checkout(replace(REQUEST, cart=cart)).reference

    old = opened("old")
    payment = sim.pay(old)["payment_intent"]
    deliveries.deliver_now()
    clock.time += 3 * 86_400
    since = clock.now() - timedelta(hours=1)
    assert list(channel.changed_since(since)) == []

    sim.refund(old)
    recent, abandoned = opened("recent"), opened("abandoned")
    sim.pay(recent)
    deliveries.switch(drop=True)
    deliveries.deliver_now()

    changed = list(channel.changed_since(since))
    assert changed[0] == payment
    assert recent in changed
    assert abandoned not in changed


def test_sweeps_what_was_opened_a_day_before_and_nothing_older(
    channel: Stripe, sim: Simulator, deliveries: Deliveries, clock: Clock
) -> None:
    lost = channel.open_checkout(replace(REQUEST, cart="lost")).reference
    sim.pay(lost)
    deliveries.switch(drop=True)
    deliveries.deliver_now()
    deliveries.switch(drop=False)
    clock.time += 40 * 86_400
    opened = channel.open_checkout(REQUEST).reference
    clock.time += 23 * 3600
    since = clock.now()
    sim.pay(opened)
    deliveries.deliver_now()  # answered, and then forgotten by whoever answered

    assert list(channel.changed_since(since)) == [opened]


def test_says_when_stripe_does_not_answer(channel: Stripe, server: SimulatorServer) -> None:
    server.stop()
    for ask in (
        lambda: channel.read_order("cs_test_one", as_of=NOW),
        lambda: list(channel.changed_since(NOW)),
        lambda: channel.open_checkout(REQUEST),
    ):
        with pytest.raises(ChannelUnavailable):
            ask()


def test_says_so_when_the_key_is_not_accepted(channel: Stripe) -> None:
    locked_out = Stripe(replace(channel.settings, api_key="sk_live_stolen"))
    with pytest.raises(ChannelUnavailable) as caught:
        locked_out.read_order("cs_test_one", as_of=NOW)
    assert "stolen" not in str(caught.value)


def test_keeps_its_secrets_out_of_logs(channel: Stripe) -> None:
    shown = repr(channel.settings)
    assert SECRET not in shown
    assert "sk_test_x" not in shown


def sample(name: str) -> Any:
    (path,) = SAMPLES.glob(f"{name}*.json")
    return json.loads(path.read_text())


@pytest.mark.skipif(not SAMPLES.exists(), reason="the sample payloads are not here")
class TestRecordedStory:
    """The sample payloads, replayed."""

    def load(self, sim: Simulator, number: str, *refunds: str, **more: Any) -> str:
        items = sample("list_line_items")["data"]
        session = sample(number)["data"]["object"]
        return str(
            sim.load(
                session,
                items,
                refunds=[sample(one)["data"]["object"] for one in refunds],
                **more,
            )["id"]
        )

    def test_reads_the_paid_session(self, channel: Stripe, sim: Simulator) -> None:
        order = read(channel, self.load(sim, "01"))
        assert order.payment is PaymentStatus.PAID
        assert (order.currency, order.amount_total) == ("USD", 35700)
        assert sum(line.quantity for line in order.lines) == 3
        assert order.cart == "cart-7f3a"

    def test_tells_the_others_apart(self, channel: Stripe, sim: Simulator) -> None:
        assert read(channel, self.load(sim, "02")).payment is PaymentStatus.AWAITING
        assert read(channel, self.load(sim, "03")).payment is PaymentStatus.PAID
        failed = self.load(sim, "04", payment="requires_payment_method")
        assert read(channel, failed).payment is PaymentStatus.FAILED
        assert read(channel, self.load(sim, "06")).payment is PaymentStatus.PAID

    def test_attributes_the_refunds(self, channel: Stripe, sim: Simulator) -> None:
        session = self.load(sim, "01", "08")
        assert attribute(read(channel, session)).counts() == {"li_cf_a2": 1}
        self.load(sim, "01", "08", "10")
        assert attribute(read(channel, session)).counts() == {"li_cf_a1": 2, "li_cf_a2": 1}

    @pytest.mark.parametrize(
        ("number", "status"),
        [("15", DisputeStatus.OPEN), ("17", DisputeStatus.WON), ("18", DisputeStatus.LOST)],
    )
    def test_reads_the_disputes(
        self, channel: Stripe, sim: Simulator, number: str, status: DisputeStatus
    ) -> None:
        session = self.load(sim, "03", disputes=[sample(number)["data"]["object"]])
        (dispute,) = read(channel, session).disputes
        assert dispute.status is status

    def test_points_each_event_to_its_order(self, channel: Stripe) -> None:
        pointers = {
            path.name[:2]: channel.authenticate(
                envelope(path.read_bytes(), received_at=NOW)
            ).pointer
            for path in sorted(SAMPLES.glob("[0-9]*.json"))
        }
        assert pointers["01"] == "cs_test_cf_a"
        assert {pointers[n] for n in ("08", "09", "10", "11", "12")} == {"pi_cf_a"}
        assert {pointers[n] for n in ("15", "16", "17", "18")} == {"pi_cf_b"}
