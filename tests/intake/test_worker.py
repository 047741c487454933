"""The worker: every stored message comes to an end, and none holds up another."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F

from counterfoil.channels.base import Channel
from counterfoil.errors import ChannelUnavailable
from counterfoil.intake import registry
from counterfoil.intake.converging import Outcome, converge_order
from counterfoil.intake.inbox import lease
from counterfoil.intake.registry import adapter_for
from counterfoil.intake.worker import pause_after, work_messages
from counterfoil.models import Connection, Entitlement, Entry, ExceptionCase, Message, Purchase
from counterfoil.models.ids import uuid7
from counterfoil.operations.replay_messages import replay_messages
from counterfoil.testing.builders import OPERATOR, make_connection, now
from tests.intake.native import Shop, open_shop

COVERS = {
    "F2": ["test_two_messages_about_one_cart_issue_once"],
    "F3": ["test_a_paid_order_that_the_channel_does_not_know_is_asked_for_three_days"],
    "F13": [
        "test_poison_is_parked_after_ten_attempts_and_holds_up_nobody",
        "test_pauses_grow_to_six_hours",
    ],
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def come_due() -> None:
    Message.objects.update(next_attempt_at=F("acked_at"))


def test_a_message_that_a_cart_was_paid_issues_what_is_in_it(shop: Shop) -> None:
    cart = shop.paid_cart(3)
    shop.post(shop.message(cart))

    assert work_messages() == 1

    purchase = Purchase.objects.get()
    assert purchase.cart_id == cart.pk
    assert purchase.entitlements.filter(state="issued").count() == 3
    message = Message.objects.get()
    assert (message.outcome, message.order_reference) == ("converged", str(cart.pk))
    assert message.handled_at is not None
    assert set(Entry.objects.values_list("actor_kind", "actor_id")) == {("channel", "ours")}
    assert work_messages() == 0


def test_two_messages_about_one_cart_issue_once(shop: Shop) -> None:
    cart = shop.paid_cart(3)
    shop.post(shop.message(cart, number=1))
    shop.post(shop.message(cart, number=2))

    assert work_messages() == 2

    assert Entitlement.objects.count() == 3
    assert Message.objects.filter(outcome="converged").count() == 2


def test_a_message_about_a_cart_nobody_paid_does_nothing(shop: Shop) -> None:
    shop.post(shop.message(shop.cart()))

    work_messages()

    assert Message.objects.get().outcome == "nothing_bought"
    assert not Purchase.objects.exists()


def test_a_paid_order_that_the_channel_does_not_know_is_asked_for_three_days(shop: Shop) -> None:
    cart = shop.cart()
    cart.pk = uuid7()
    shop.post(shop.message(cart))

    assert work_messages() == 1

    message = Message.objects.get()
    assert message.handled_at is message.parked_at is None
    assert message.last_error.startswith("order_unknown")
    assert work_messages() == 0  # not before its time

    for _ in range(20):
        come_due()
        work_messages()
    assert not ExceptionCase.objects.exists()

    Message.objects.update(acked_at=F("acked_at") - timedelta(hours=73))
    come_due()
    work_messages()

    message.refresh_from_db()
    assert message.parked_at is not None
    case = ExceptionCase.objects.get()
    assert (case.kind, case.message_id) == ("poison_message", message.pk)
    assert case.evidence["order"] == str(cart.pk)


def test_an_order_that_is_not_ours_is_nothing_to_do_if_nobody_says_it_was_paid(shop: Shop) -> None:
    shop.post(
        shop.message(shop.cart(), number=1)
        .replace(b"cart.paid", b"cart.changed")
        .replace(str(shop.connection.pk).encode(), b"x")
    )
    Message.objects.update(pointer=str(uuid7()))

    work_messages()

    assert Message.objects.get().outcome == "not_ours"


class Broken:
    """A channel that is down, or that nobody has written properly."""

    def __init__(self, inner: Channel, error: Exception | None) -> None:
        self.inner = inner
        self.error = error

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def read_order(self, pointer: str, **given: object) -> object:
        if self.error is not None:
            raise self.error
        return self.inner.read_order(pointer, **given)  # type: ignore[arg-type]


def break_channel(shop: Shop, error: Exception | None) -> None:
    """From now on this shop's connection speaks through a channel that fails like this."""

    def build(connection: Connection) -> Channel:
        as_it_was = Connection(pk=connection.pk, slug=connection.slug, channel="native")
        as_it_was.is_test, as_it_was.key_id = connection.is_test, connection.key_id
        as_it_was.secrets_sealed = connection.secrets_sealed
        return Broken(adapter_for(as_it_was), error)  # type: ignore[return-value]

    registry._builders["broken"] = build
    Connection.objects.filter(pk=shop.connection.pk).update(channel="broken")


def test_poison_is_parked_after_ten_attempts_and_holds_up_nobody(shop: Shop) -> None:
    bad, good = open_shop_beside(shop), shop
    break_channel(bad, RuntimeError("cannot be\nDETAIL: ann@example.com"))
    bad_cart = bad.paid_cart_elsewhere()
    bad.post(bad_cart)
    good.post(good.message(good.paid_cart()))

    for _ in range(10):
        come_due()
        work_messages()

    parked = Message.objects.get(connection=bad.connection)
    assert parked.parked_at is not None
    assert parked.attempts == 10
    assert parked.last_error == "RuntimeError: cannot be"
    assert Message.objects.get(connection=good.connection).outcome == "converged"
    assert ExceptionCase.objects.get().kind == "poison_message"
    come_due()
    assert work_messages() == 0


def test_a_parked_message_can_be_tried_again(shop: Shop) -> None:
    cart = shop.paid_cart()
    shop.post(shop.message(cart))
    break_channel(shop, RuntimeError("cannot be"))
    for _ in range(10):
        come_due()
        work_messages()
    break_channel(shop, None)
    message = Message.objects.select_related("connection").get()
    assert message.parked_at is not None

    replay_messages(message_ids=[message.pk], by=OPERATOR, at=now())

    assert work_messages() == 1
    message.refresh_from_db()
    assert message.outcome == "converged"
    assert ExceptionCase.objects.get().resolved_by == OPERATOR.display


def test_a_channel_that_is_down_is_asked_for_longer_than_ten_times(shop: Shop) -> None:
    cart = shop.paid_cart()
    shop.post(shop.message(cart))
    break_channel(shop, ChannelUnavailable("connection refused"))
    for _ in range(15):
        come_due()
        work_messages()
    message = Message.objects.get()
    assert message.parked_at is None
    assert message.attempts == 15

    break_channel(shop, None)
    come_due()
    work_messages()

    assert Purchase.objects.get().entitlements.count() == 2


def test_pauses_grow_to_six_hours() -> None:
    pauses = [pause_after(number) for number in range(1, 40)]
    assert pauses[0] == timedelta(seconds=10)
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(hours=6)
    assert sum(pauses[:9], timedelta()) < timedelta(hours=24)


def test_a_lease_keeps_others_off_for_a_minute(shop: Shop) -> None:
    shop.post(shop.message(shop.paid_cart()))

    taken = lease()

    assert taken is not None
    assert lease() is None  # whoever took it has a minute
    come_due()
    again = lease()  # and died
    assert again is not None
    assert again.attempts == 2


def test_nothing_that_fails_leaves_half_of_itself(shop: Shop) -> None:
    """The mark on the message and what came of it are one transaction."""
    shop.post(shop.message(shop.paid_cart()))

    def fail(execute: object, sql: str, *args: object) -> object:
        if sql.startswith('UPDATE "counterfoil_message" SET "outcome"') or "handled_at" in sql[:60]:
            raise RuntimeError("killed")
        return execute(sql, *args)  # type: ignore[operator]

    with connection.execute_wrapper(fail):  # type: ignore[arg-type]
        work_messages()

    assert not Purchase.objects.exists()
    assert not Entitlement.objects.exists()
    come_due()
    work_messages()
    assert Entitlement.objects.count() == 2


def test_the_same_function_serves_who_comes_without_a_message(shop: Shop) -> None:
    cart = shop.paid_cart()

    first = converge_order(connection=shop.connection, pointer=str(cart.pk))
    again = converge_order(connection=shop.connection, pointer=str(cart.pk), by=OPERATOR)

    assert first.outcome is again.outcome is Outcome.CONVERGED
    assert first.purchase == again.purchase
    assert Entitlement.objects.count() == 2
    unknown = converge_order(connection=shop.connection, pointer="nothing of ours")
    assert (unknown.outcome, unknown.purchase) == (Outcome.NOT_OURS, None)


class Beside(Shop):
    """A second shop, whose connection knows the product of the first."""

    def paid_cart_elsewhere(self) -> bytes:
        cart = self.cart()
        return self.message(cart)


def open_shop_beside(shop: Shop) -> Beside:
    product = shop.connection.mappings.get().product
    assert product is not None
    return Beside(make_connection(product, slug="beside", channel="native"))


def test_a_lease_takes_one_message_however_many_are_due(shop: Shop) -> None:
    for number in range(20):
        shop.post(shop.message(shop.cart(1), number=number))

    assert lease() is not None

    assert Message.objects.filter(attempts=0).count() == 19
