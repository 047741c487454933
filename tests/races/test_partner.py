"""Partners that tell us the same thing, or different things, several times at once."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from counterfoil.intake.clock import database_now
from counterfoil.models import Connection, DeclaredOrder, Entitlement, Message, Purchase, Reply
from counterfoil.models.ids import id_of
from counterfoil.operations.redeem import redeem
from counterfoil.testing.builders import ORIGIN, customer, make_assignee, make_product, now
from tests.api.partners import Teller, a_line, an_order, make_teller
from tests.races.arena import SOME, fight

COVERS = {
    "F1": [
        "test_eight_who_tell_the_same_make_one_purchase",
        "test_one_request_sent_eight_times_is_done_once",
    ],
    "F41": ["test_what_is_told_differently_at_once_is_one_of_them"],
}
pytestmark = pytest.mark.django_db(transaction=True)
CAUGHT = (AssertionError, IntegrityError)
UNITS = 3


@pytest.fixture
def vets() -> Teller:
    return make_teller(Client(), make_product())


def post(vets: Teller, path: str, body: Any, **headers: str) -> Any:
    """Post with a client of one's own, as another process would."""
    return Teller(vets.connection, vets.secret, Client()).post(path, body, **headers)


def statuses(outcomes: list[Any]) -> list[int]:
    return sorted(answer.status_code for answer in outcomes)


def test_eight_who_tell_the_same_make_one_purchase(vets: Teller) -> None:
    bodies = [an_order(f"PO-{number}", **a_line(quantity=UNITS)) for number in range(SOME)]

    def judge(number: int, outcomes: list[Any]) -> None:
        assert statuses(outcomes) == [200] * 7 + [201]
        assert Purchase.objects.count() == number + 1
        assert Entitlement.objects.count() == UNITS * (number + 1)
        assert Message.objects.count() == number + 1

    fight([[partial(post, vets, "", body)] * 8 for body in bodies], judge)


def test_one_request_sent_eight_times_is_done_once(vets: Teller) -> None:
    def judge(number: int, outcomes: list[Any]) -> None:
        done = [answer for answer in outcomes if answer.status_code == 201]
        assert done
        assert set(statuses(outcomes)) <= {201, 409}
        assert len({answer.content for answer in done}) == 1
        assert Reply.objects.count() == Purchase.objects.count() == number + 1

    rounds = []
    for number in range(SOME):
        key = {"Idempotency-Key": f"key-{number}"}
        rounds.append([partial(post, vets, "", an_order(f"PO-{number}"), **key)] * 8)
    fight(rounds, judge)


def test_what_is_told_differently_at_once_is_one_of_them(vets: Teller) -> None:
    def judge(number: int, outcomes: list[Any]) -> None:
        assert statuses(outcomes) == [201] + [409] * 3
        [made] = [answer.json() for answer in outcomes if answer.status_code == 201]
        purchase = Purchase.objects.get(external_reference=f"PO-{number}")
        assert purchase.entitlements.count() == made["lines"][0]["quantity"]

    rounds = [
        [
            partial(post, vets, "", an_order(f"PO-{number}", **a_line(quantity=quantity)))
            for quantity in (1, 2, 3, 4)
        ]
        for number in range(SOME)
    ]
    fight(rounds, judge)


def test_cancellations_at_once_take_back_what_each_says_and_once(vets: Teller) -> None:
    for number in range(SOME):
        vets.post("", an_order(f"PO-{number}", **a_line(quantity=6)))

    def part(number: int, reference: str, quantity: int) -> Callable[[], Any]:
        lines = [{"line": "1", "quantity": quantity}]
        body = {"reference": reference, "lines": lines}
        return partial(post, vets, f"/PO-{number}/cancel", body)

    def judge(number: int, outcomes: list[Any]) -> None:
        assert statuses(outcomes) == [200] * 4
        units = Entitlement.objects.filter(purchase__external_reference=f"PO-{number}")
        assert units.filter(state="revoked").count() == 3

    rounds = [[part(number, "A", 1), part(number, "B", 2)] * 2 for number in range(SOME)]
    fight(rounds, judge)


def test_a_code_that_is_used_while_it_is_collected_is_used_once(vets: Teller) -> None:
    ana = make_assignee()
    codes = []
    for number in range(SOME):
        vets.post("", an_order(f"PO-{number}", **a_line(quantity=1)))
        [one] = vets.post(f"/PO-{number}/codes", {}).json()["codes"]
        codes.append(one)

    def use(code: str) -> object:
        return redeem(code=code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)

    def judge(number: int, outcomes: list[Any]) -> None:
        assert not any(isinstance(one, Exception) for one in outcomes)
        [given] = outcomes[1].json()["codes"]
        assert given["code"] in (codes[number]["code"], None)
        unit = Entitlement.objects.get(pk=id_of(codes[number]["entitlement"]))
        assert unit.state == "assigned"

    rounds = [
        [partial(use, one["code"]), partial(post, vets, f"/PO-{number}/codes", {})]
        for number, one in enumerate(codes)
    ]
    fight(rounds, judge, even=True)


def careless(connection: Connection, reference: str) -> None:
    """Keep an order as one must not: look first, then write."""
    if not DeclaredOrder.objects.filter(connection=connection, reference=reference).exists():
        at = database_now()
        DeclaredOrder.objects.create(
            connection=connection,
            reference=reference,
            digest=b"",
            key_id=1,
            body_sealed=b"",
            changed_at=at,
            created_at=at,
        )


def test_looking_before_writing_is_caught(vets: Teller) -> None:
    def judge(number: int, outcomes: list[Any]) -> None:
        assert not any(isinstance(one, Exception) for one in outcomes)

    rounds = [[partial(careless, vets.connection, f"PO-{number}")] * 8 for number in range(SOME)]
    with pytest.raises(CAUGHT):
        fight(rounds, judge)
