"""Requests that come twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from tests.api.partners import Teller, a_line, an_order, make_teller
from tests.records import unchanged

from counterfoil.models import Purchase, Reply
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.operations.forget_replies import forget_replies
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import make_product, now

COVERS = {
    "F1": ["test_the_same_request_is_answered_the_same"],
    "F6": ["test_another_request_by_the_same_key_is_refused"],
    "F7": ["test_a_new_key_finds_what_an_old_one_told"],
}
pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "k-1"}


@pytest.fixture
def vets(client: Client) -> Teller:
    return make_teller(client, make_product())


def test_the_same_request_is_answered_the_same(vets: Teller) -> None:
    first = vets.post("", an_order(), **KEY)
    vets.post("/PO-1/cancel", {"reference": "C-1", "whole": True})
    with unchanged():
        again = vets.post("", an_order(), **KEY)
    assert (again.status_code, again.content) == (201, first.content)
    assert (again["Idempotency-Replayed"], "Idempotency-Replayed" in first) == ("true", False)


def test_another_request_by_the_same_key_is_refused(vets: Teller) -> None:
    vets.post("", an_order(), **KEY)
    for path, body in [
        ("", an_order(**a_line(quantity=3))),
        ("", an_order("PO-2")),
        ("/PO-1/cancel", {"reference": "C-1", "whole": True}),
    ]:
        with unchanged():
            answer = vets.post(path, body, **KEY)
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256])
@pytest.mark.parametrize("path", ["", "/PO-1/cancel"])
def test_what_changes_something_needs_a_key(vets: Teller, path: str, key: str) -> None:
    body = {"reference": "C-1", "whole": True} if path else an_order()
    with unchanged():
        answer = vets.post(path, body, **{"Idempotency-Key": key})
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")


def test_a_key_belongs_to_whoever_used_it(client: Client, vets: Teller) -> None:
    zoo = make_teller(client, slug="zoo")
    zoo.connection.mappings.create(
        key="sku:DNA-STD", product=vets.connection.mappings.get().product
    )
    mine, theirs = vets.post("", an_order(), **KEY), zoo.post("", an_order(), **KEY)
    assert (mine.status_code, theirs.status_code) == (201, 201)
    assert Purchase.objects.count() == 2


def test_a_refusal_is_not_kept(vets: Teller) -> None:
    mappings = vets.connection.mappings
    known = mappings.get()
    mappings.all().delete()
    assert vets.post("", an_order(), **KEY).status_code == 422
    mappings.create(key=known.key, product=known.product)
    assert vets.post("", an_order(), **KEY).status_code == 201


def test_replies_hold_no_code_and_are_forgotten_after_thirty_days(vets: Teller) -> None:
    vets.post("", an_order(), **KEY)
    assert forget_replies(by=SYSTEM, at=now() + timedelta(days=29)) == 0
    assert forget_replies(by=SYSTEM, at=now() + timedelta(days=31)) == 1
    assert not Reply.objects.exists()
    assert vets.post("", an_order(), **KEY).status_code == 200  # found by its own reference


@pytest.mark.django_db(transaction=True)
def test_a_request_that_is_being_worked_on_is_not_done_twice(client: Client) -> None:
    vets = make_teller(client, make_product())
    key_id = vets.connection.apikey_set.get().pk
    elsewhere = connection.copy()
    with elsewhere.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"reply:key:{key_id}:k-1"]
        )
        answer = vets.post("", an_order(), **KEY)
        cursor.execute("SELECT pg_advisory_unlock_all()")  # a closed connection lingers
    elsewhere.close()
    assert (answer.status_code, answer.json()["code"]) == (409, "request_in_flight")
    assert answer["Retry-After"] == "1"
    assert not Purchase.objects.exists()
    assert vets.post("", an_order(), **KEY).status_code == 201


def test_a_new_key_finds_what_an_old_one_told(vets: Teller) -> None:
    """A partner may be given a new API key while it repeats a call."""
    vets.post("", an_order(), **KEY)
    made: Any = create_api_key(
        name="new", scopes=[Scope.TELL], by=SYSTEM, at=now(), connection=vets.connection
    )
    again = Teller(vets.connection, made.secret, vets.client).post("", an_order(), **KEY)
    assert again.status_code == 200
