"""Large orders: issued in parts, as one act, of which the buyer is told once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models.signals import post_init

from counterfoil.effects.settling import settle
from counterfoil.intake.converging import MOST_AT_ONCE, bring_to
from counterfoil.models import Connection, Delivery, Entitlement, Entry, Line, Purchase
from counterfoil.operations._withdrawing import choose
from counterfoil.operations.converge_purchase import converge_purchase
from counterfoil.queries.invariants import INVARIANTS, broken
from counterfoil.rules.orders import DisputeStatus, OrderDispute, OrderState, PaymentStatus
from counterfoil.testing.builders import CHANNEL, now
from tests.converged import HEALTH, UNIT, live, make_shop, of, refund_of
from tests.records import unchanged

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Connection:
    return make_shop()


def part(shop: Connection, order: OrderState, most: int = 3) -> Purchase:
    """Issue a part, and find every promise kept in between."""
    order = replace(order, as_of=now())
    purchase = converge_purchase(
        connection=shop, order=order, by=CHANNEL, at=order.as_of, most_units=most
    )
    assert purchase is not None
    settle()
    assert broken(INVARIANTS, grace=timedelta(minutes=1)) == {}
    return purchase


def test_an_order_is_issued_in_parts_and_told_of_once(shop: Connection) -> None:
    owed, told = [], []
    for _ in range(4):
        purchase = part(shop, of(5, 4))
        owed.append(purchase.units_owed)
        told.append(Delivery.objects.count())

    assert owed == [6, 3, 0, 0]
    assert told == [0, 0, 1, 1]
    assert Entry.objects.values("act").distinct().count() == 1
    assert list(Line.objects.order_by("pk").values_list("units_paid", flat=True)) == [5, 4]
    assert purchase.issuing is None
    with unchanged():
        converge_purchase(
            connection=shop,
            order=replace(of(5, 4), as_of=purchase.state_as_of),
            by=CHANNEL,
            at=now(),
            most_units=3,
        )


def test_what_is_owed_is_what_is_wanted_by_now(shop: Connection) -> None:
    part(shop, of(9))

    assert part(shop, of(4)).units_owed == 0
    assert live() == 4


def test_a_cancellation_in_between_leaves_nothing_owed(shop: Connection) -> None:
    part(shop, of(9))

    purchase = part(shop, replace(of(9), cancelled_at=now()))
    assert (live(), purchase.units_owed, purchase.issuing) == (0, 0, None)

    for _ in range(3):
        part(shop, of(9))
    assert (live(), Entitlement.objects.count()) == (9, 9)


def test_a_payment_that_falls_back_in_between_leaves_nothing_owed(shop: Connection) -> None:
    part(shop, of(9))

    purchase = part(shop, replace(of(9), payment=PaymentStatus.AWAITING))

    assert (live(), purchase.units_owed, purchase.issuing) == (3, 0, None)


def test_refunds_of_what_is_not_issued_yet_are_decided_as_it_comes(shop: Connection) -> None:
    everything = refund_of(("li_1", 5, 5 * UNIT), ("li_2", 4, 4 * HEALTH))
    for wanted in (0, 0, 0):
        part(shop, replace(of(5, 4), refunds=(everything,)))
        assert live() == wanted
    assert Entitlement.objects.count() == 9


def test_nothing_stays_of_an_order_whose_money_was_lost_before_all_was_issued(
    shop: Connection,
) -> None:
    order = replace(of(5), as_of=now())
    lost = OrderDispute(
        reference="dp_1",
        amount=order.amount_total,
        currency=order.currency,
        status=DisputeStatus.LOST,
        at=order.as_of,
    )
    order = replace(order, disputes=(lost,))

    for _ in range(3):
        purchase = converge_purchase(
            connection=shop, order=order, by=CHANNEL, at=order.as_of, most_units=2
        )

    assert purchase is not None
    assert (purchase.units_owed, purchase.entitlements.count(), live()) == (0, 5, 0)


def test_of_a_large_purchase_only_what_is_withdrawn_is_read_whole(shop: Connection) -> None:
    purchase = part(shop, of(5), most=5)
    read: list[int] = []

    def count(instance: Entitlement, **_given: object) -> None:
        read.append(instance.ordinal)

    post_init.connect(count, sender=Entitlement)
    try:
        with transaction.atomic():
            chosen = choose(purchase.lines.get(), 2)
    finally:
        post_init.disconnect(count, sender=Entitlement)

    assert [one.ordinal for one in chosen] == [4, 3]
    assert sorted(read) == [3, 4]


def test_nothing_is_owed_for_long_without_somebody_seeing_it(shop: Connection) -> None:
    order = replace(of(9), as_of=now())
    converge_purchase(connection=shop, order=order, by=CHANNEL, at=now(), most_units=3)

    assert "I01" in broken(INVARIANTS, grace=timedelta(0))


@pytest.mark.django_db(transaction=True)
def test_the_intake_issues_part_after_part(shop: Connection) -> None:
    order = replace(of(MOST_AT_ONCE + 1), as_of=now())

    done = bring_to(connection=shop, order=order)

    assert (done.owed, live()) == (0, MOST_AT_ONCE + 1)
    assert Entry.objects.values("act").distinct().count() == 1
