"""A partner's calls, in whatever order and however often they arrive, come to the same."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from counterfoil.intake.sweep import sweep
from counterfoil.intake.worker import work_messages
from counterfoil.models import Entitlement, Message
from counterfoil.queries.trace import trace
from counterfoil.testing.builders import make_product, now
from tests.api.partners import Teller, a_line, an_order, make_teller
from tests.records import assert_kept

COVERS = {
    "F2": ["test_calls_in_any_order_repeated_and_lost_come_to_the_same"],
    "F3": ["test_calls_in_any_order_repeated_and_lost_come_to_the_same"],
}
pytestmark = pytest.mark.django_db
UNITS = 6


@pytest.fixture
def vets(client: Client) -> Teller:
    return make_teller(client, make_product())


def part(reference: str, quantity: int) -> tuple[str, Any]:
    lines = [{"line": "1", "quantity": quantity}]
    return ("/PO-1/cancel", {"reference": reference, "lines": lines})


TELL = ("", an_order(**a_line(quantity=UNITS)))
CALLS = [TELL, part("A", 1), part("B", 2), part("C", 1)]
WHOLE = ("/PO-1/cancel", {"reference": "Z", "whole": True})


@given(
    order=st.lists(st.integers(0, len(CALLS) - 1), min_size=1, max_size=12),
    swept=st.sets(st.integers(0, 11)),
    lost=st.booleans(),
    whole=st.booleans(),
)
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
def test_calls_in_any_order_repeated_and_lost_come_to_the_same(
    vets: Teller, order: list[int], swept: set[int], lost: bool, whole: bool
) -> None:
    calls = [CALLS[number] for number in order] + ([WHOLE] if whole else [])
    with transaction.atomic():
        for number, (path, body) in enumerate(calls):
            assert vets.post(path, body).status_code in {200, 201, 404}
            if lost:
                Message.objects.update(handled_at=None, next_attempt_at=now())
            if number in swept:
                sweep(connection=vets.connection, since=now() - timedelta(hours=1))
                work_messages()
        # Whoever was not answered as it wished asks again, until it is.
        for path, body in [TELL, *calls]:
            assert vets.post(path, body).status_code in {200, 201}
        gone = UNITS if whole else sum({1: 1, 2: 2, 3: 1}.get(number, 0) for number in set(order))
        assert Entitlement.objects.count() == UNITS
        assert Entitlement.objects.filter(state="revoked").count() == gone
        assert_kept()
        transaction.set_rollback(True)  # the next example begins with nothing


def test_staff_read_what_became_of_it(vets: Teller) -> None:
    told = vets.post(*TELL).json()
    vets.post("/PO-1/codes", {})
    vets.post(*part("RET-77", 2))

    found = trace(purchase_id=told["purchase"], now=now(), page=1)

    said = [(event.what, event.who, event.amount) for event in reversed(found.timeline)]
    assert ("6 entitlements issued", "Vets", None) in said
    assert ("6 codes given to the partner", "vets", None) in said
    assert ("Taken back by whoever sold it", "Vets", None) in said
    assert ("2 entitlements revoked", "Vets", None) in said


def test_staff_read_who_had_it_from_the_beginning(client: Client) -> None:
    shop = make_teller(client, make_product(), slug="old", channel="coupled")
    dog = {"kind": "dog", "data": {"name": "Rex"}}
    line = {"sku": "DNA-STD", "quantity": 1, "holders": [{"account": "user-1", "subject": dog}]}
    told = shop.post("", an_order("5501", lines=[line])).json()

    found = trace(purchase_id=told["purchase"], now=now(), page=1)

    assert "Assigned to user-1" in [event.what for event in found.timeline]
    assert [(one.holder, one.subject) for one in found.units] == [("user-1", "Rex")]
