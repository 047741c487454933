"""Several who were told of the same order, and of different ones, at once."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import pytest
from django.db import IntegrityError

from counterfoil.models import Connection, Entitlement, ExceptionCase, Line, Person, Purchase
from counterfoil.operations.converge_purchase import converge_purchase
from counterfoil.operations.issue import issue
from counterfoil.rules.orders import OrderState
from counterfoil.testing.builders import (
    CHANNEL,
    a_line,
    a_refund,
    an_order,
    converge,
    make_connection,
    make_product,
    now,
)
from tests.races import careless
from tests.races.arena import SOME, fight

COVERS = {
    "F1": [
        "test_one_order_told_several_times_at_once_is_one_purchase",
        "test_a_refund_told_twice_takes_one_unit",
    ],
    "F3": ["test_states_that_overtake_each_other_end_in_the_newest"],
}

pytestmark = pytest.mark.django_db(transaction=True)
CAUGHT = (AssertionError, IntegrityError)
UNITS = 3


@pytest.fixture
def shop() -> Connection:
    return make_connection(make_product("DNA-STD"), make_product("DNA-PLUS"))


def deliver(shop: Connection, order: OrderState) -> object:
    return converge_purchase(connection=shop, order=order, by=CHANNEL, at=now())


def test_one_order_told_several_times_at_once_is_one_purchase(shop: Connection) -> None:
    orders = [an_order(a_line(UNITS), reference=f"cs_{number}") for number in range(SOME)]

    def judge(number: int, outcomes: list[object]) -> None:
        assert len({getattr(one, "pk", one) for one in outcomes}) == 1
        assert Purchase.objects.count() == number + 1
        assert Entitlement.objects.count() == UNITS * (number + 1)

    fight([[partial(deliver, shop, order)] * 4 for order in orders], judge)
    assert not ExceptionCase.objects.exists()


def test_states_that_overtake_each_other_end_in_the_newest(shop: Connection) -> None:
    def of(number: int, units: int) -> OrderState:
        return an_order(a_line(units), reference=f"cs_{number}")

    rounds = []
    for number in range(SOME):
        told = [of(number, 1), of(number, UNITS), of(number, UNITS)]
        rounds.append([partial(deliver, shop, order) for order in told])

    def judge(number: int, outcomes: list[object]) -> None:
        assert not any(isinstance(one, Exception) for one in outcomes)
        live = Entitlement.objects.exclude(state="revoked").filter(
            purchase__external_reference=f"cs_{number}"
        )
        assert live.count() == UNITS

    fight(rounds, judge)


def raising(using: Callable[[Line, int], object], shop: Connection) -> None:
    """Tell twice at once that an order of one has become an order of three."""
    sold = [converge(shop, an_order(reference=f"cs_{number}")).line() for number in range(SOME)]

    def judge(number: int, outcomes: list[object]) -> None:
        assert not any(isinstance(one, Exception) for one in outcomes)
        assert Entitlement.objects.filter(line=sold[number]).count() == UNITS

    fight([[partial(using, line, UNITS)] * 2 for line in sold], judge)


def proper(line: Line, units: int) -> object:
    return issue(line=line, units=units, by=CHANNEL, at=now())


def test_a_line_that_grows_is_filled_once(shop: Connection) -> None:
    raising(proper, shop)


def test_a_careless_count_is_caught(shop: Connection) -> None:
    with pytest.raises(CAUGHT):
        raising(careless.raise_to, shop)


def test_orders_of_one_buyer_do_not_wait_for_ever(shop: Connection) -> None:
    def of(number: int, place: int) -> OrderState:
        lines = (a_line(2), a_line(1, sku="DNA-PLUS", reference="li_2"))
        order = an_order(*lines[:: -1 if place % 2 else 1], reference=f"cs_{number}_{place}")
        return replace(order, buyer_email=f"buyer{number}@example.com")

    rounds = [
        [partial(deliver, shop, of(number, place)) for place in range(4)] for number in range(SOME)
    ]

    def judge(number: int, outcomes: list[object]) -> None:
        assert not any(isinstance(one, Exception) for one in outcomes)
        assert Person.objects.count() == number + 1
        assert Entitlement.objects.count() == 12 * (number + 1)

    fight(rounds, judge)


def test_a_refund_told_twice_takes_one_unit(shop: Connection) -> None:
    def of(number: int) -> OrderState:
        back = a_refund()
        return replace(an_order(a_line(UNITS), reference=f"cs_{number}"), refunds=(back,))

    for number in range(SOME):
        converge(shop, an_order(a_line(UNITS), reference=f"cs_{number}"))
    rounds = [[partial(deliver, shop, of(number))] * 3 for number in range(SOME)]

    def judge(number: int, outcomes: list[object]) -> None:
        assert not any(isinstance(one, Exception) for one in outcomes)
        assert Entitlement.objects.filter(state="revoked").count() == number + 1

    fight(rounds, judge)
