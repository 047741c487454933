"""Purchases that partners tell us of."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.api.partners import Teller, a_line, an_order, make_teller
from tests.records import assert_kept, unchanged

from counterfoil.intake.sweep import sweep
from counterfoil.intake.worker import work_message
from counterfoil.jobs.running import work_jobs
from counterfoil.models import (
    DeclaredOrder,
    Delivery,
    Entitlement,
    Entry,
    ExceptionCase,
    Job,
    Message,
    Purchase,
)
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import make_product, make_terms, now

COVERS = {
    "F2": ["test_a_purchase_is_made_once_by_its_reference"],
    "F4": ["test_a_purchase_of_last_year_is_a_purchase"],
    "F9": [
        "test_what_is_wrong_is_said_where_it_is",
        "test_what_cannot_be_read_is_refused",
        "test_only_json_is_read",
    ],
    "F10": ["test_everything_that_is_wrong_is_said_at_once"],
    "F11": ["test_a_test_connection_makes_tests"],
    "F12": ["test_what_was_told_and_not_finished_is_found_by_the_sweep"],
    "F13": ["test_what_fails_at_once_is_kept_and_done_later"],
    "F41": ["test_another_purchase_by_the_same_reference_is_refused"],
    "F43": ["test_what_costs_nothing_is_issued"],
    "F45": ["test_amounts_are_whole_minor_units"],
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def vets(client: Client) -> Teller:
    return make_teller(client, make_product())


def test_a_purchase_is_made_once_by_its_reference(vets: Teller) -> None:
    made, found = vets.post("", an_order()), vets.post("", an_order())

    assert (made.status_code, found.status_code) == (201, 200)
    assert found.json() == made.json()
    body = made.json()
    assert (body["reference"], body["status"], body["job"]) == ("PO-1", "complete", None)
    assert [one["state"] for one in body["entitlements"]] == ["issued", "issued"]
    assert [one["unit"] for one in body["entitlements"]] == [1, 2]
    assert body["lines"] == [{"reference": "1", "sku": "DNA-STD", "quantity": 2, "entitlements": 2}]
    assert vets.get("/PO-1").json() == body
    purchase = Purchase.objects.get()
    assert (purchase.connection, purchase.partner) == (vets.connection, vets.connection.partner)
    assert purchase.amount_total == 19_800
    assert {one.partner_id for one in Entitlement.objects.all()} == {purchase.partner_id}
    assert {one.actor_id for one in Entry.objects.all()} == {"vets"}
    assert not ExceptionCase.objects.exists()
    assert_kept()


def test_it_went_through_the_inbox(vets: Teller) -> None:
    vets.post("", an_order())
    message = Message.objects.get()
    assert (message.topic, message.pointer, message.outcome) == (
        "purchase.told",
        "PO-1",
        "converged",
    )
    assert message.handled_at is not None


def test_another_purchase_by_the_same_reference_is_refused(vets: Teller) -> None:
    vets.post("", an_order())

    with unchanged():
        other = vets.post("", an_order(**a_line(quantity=3)))

    assert other.status_code == 409
    assert other.json()["code"] == "declared_differently"
    assert other.json()["errors"][0] == {
        "at": "lines.1.quantity",
        "message": "it was 2, and is told as 3",
    }


def test_the_buyer_is_not_written_to_unless_asked(vets: Teller) -> None:
    buyer = {"mail": "ann@example.com", "name": "Ann"}
    vets.post("", an_order("PO-1", buyer=buyer))
    vets.post("", an_order("PO-2", buyer=buyer, notify_buyer=True))
    assert [one.notify for one in Purchase.objects.order_by("created_at")] == [False, True]
    assert all(one.buyer is not None for one in Purchase.objects.all())
    assert not Delivery.objects.exists()  # nothing was dispatched yet


WRONG: list[tuple[dict[str, Any], str]] = [
    (a_line(sku="NOTHING"), "lines.0.sku"),
    (a_line(sku=""), "lines.0.sku"),
    (a_line(sku="\x00"), "lines.0.sku"),
    (a_line(quantity=0), "lines.0.quantity"),
    (a_line(quantity=-1), "lines.0.quantity"),
    (a_line(quantity=100_001), "lines.0.quantity"),
    (a_line(quantity=True), "lines.0.quantity"),
    (a_line(quantity=1.0), "lines.0.quantity"),
    (a_line(quantity="1"), "lines.0.quantity"),
    (a_line(quantity=2**70), "lines.0.quantity"),
    (a_line(unit_amount=-1), "lines.0.unit_amount"),
    (a_line(unit_amount=2**63), "lines.0.unit_amount"),
    (a_line(holders=[{"account": "user-1"}]), "lines.0.holders"),
    (a_line(colour="red"), "lines.0.colour"),
    ({"lines": []}, "lines"),
    ({"lines": None}, "lines"),
    ({"lines": [a_line()["lines"][0] | {"reference": "a"}] * 2}, "lines"),
    ({"currency": "usd"}, "currency"),
    ({"currency": "QQQ"}, "currency"),
    ({"reference": ""}, "reference"),
    ({"reference": "a/b"}, "reference"),
    ({"reference": "x" * 101}, "reference"),
    ({"reference": 820982911946154508}, "reference"),
    ({"reference": None}, "reference"),
    ({"refrence": "PO-1"}, "refrence"),
    ({"is_test": True}, "is_test"),
    ({"buyer": {"mail": "nobody"}}, "buyer.mail"),
    ({"paid_at": "2026-11-21T10:00:00"}, "paid_at"),
    ({"paid_at": "yesterday"}, "paid_at"),
    ({"gift": {"recipient_mail": "nobody"}}, "gift.recipient_mail"),
    ({"notify_buyer": "yes"}, "notify_buyer"),
    ({"number": "a\x07b"}, "number"),
]


@pytest.mark.parametrize(("changes", "at"), WRONG)
def test_what_is_wrong_is_said_where_it_is(vets: Teller, changes: dict[str, Any], at: str) -> None:
    with unchanged():
        answer = vets.post("", an_order(**changes))

    assert answer.status_code == 422, answer.content
    assert at in [one["at"] for one in answer.json()["errors"]]


def test_everything_that_is_wrong_is_said_at_once(vets: Teller) -> None:
    lines = [
        {"sku": "A", "quantity": 1},
        {"sku": "DNA-STD", "quantity": 1},
        {"sku": "B", "quantity": 1},
    ]
    answer = vets.post("", an_order(lines=lines))
    assert [one["at"] for one in answer.json()["errors"]] == ["lines.0.sku", "lines.2.sku"]


def test_what_was_found_stays_found_when_it_is_sold_no_more(vets: Teller) -> None:
    vets.post("", an_order())
    vets.connection.mappings.all().delete()
    assert vets.post("", an_order()).status_code == 200
    assert vets.post("", an_order("PO-2")).status_code == 422


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 422, "invalid_request"),
        (b"{", 400, "malformed_request"),
        (b"[]", 400, "malformed_request"),
        (b'{"reference": NaN}', 400, "malformed_request"),
        (b'{"reference": "a", "reference": "b"}', 400, "malformed_request"),
        (b'{"reference": "\xff"}', 400, "malformed_request"),
        (b'{"reference": "\\ud800"}', 400, "malformed_request"),
        (b'{"n": ' + b"9" * 5000 + b"}", 400, "malformed_request"),
        (b"[" * 100_000, 400, "malformed_request"),
        (b'{"reference": "' + b"x" * 1_048_576 + b'"}', 413, "request_too_large"),
        (b'{"reference": "' + b"x" * 20_000_000 + b'"}', 413, "request_too_large"),
    ],
    ids=[
        "nothing",
        "half",
        "list",
        "nan",
        "twice",
        "bytes",
        "half character",
        "long number",
        "bomb",
        "large",
        "very large",
    ],
)
def test_what_cannot_be_read_is_refused(vets: Teller, body: bytes, status: int, code: str) -> None:
    with unchanged():
        answer = vets.post("", body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_only_json_is_read(vets: Teller, kind: str) -> None:
    with unchanged():
        answer = vets.post("", an_order(), **{"Content-Type": kind})
    assert (answer.status_code, answer.json()["code"]) == (415, "content_type_wrong")


def test_a_unit_may_yield_several_entitlements_and_an_ignored_product_none(vets: Teller) -> None:
    vets.connection.mappings.update(entitlements_per_unit=3)
    vets.connection.mappings.create(key="sku:MUG", product=None)
    lines = [{"sku": "DNA-STD", "quantity": 2}, {"sku": "MUG", "quantity": 1}]
    body = vets.post("", an_order(lines=lines)).json()
    assert [one["entitlements"] for one in body["lines"]] == [6, 0]
    assert body["status"] == "complete"


def test_more_entitlements_than_allowed_are_refused_with_the_limit(vets: Teller) -> None:
    vets.connection.mappings.update(entitlements_per_unit=3)
    with unchanged():
        answer = vets.post("", an_order(**a_line(quantity=40_000)))
    [error] = answer.json()["errors"]
    assert error["message"] == "they come to 120000 entitlements, and 100000 are allowed"


def test_a_test_connection_makes_tests(client: Client) -> None:
    teller = make_teller(client, make_product(), is_test=True)
    assert teller.post("", an_order()).json()["is_test"]
    assert Entitlement.objects.filter(is_test=True).count() == 2
    assert_kept()


def test_what_fails_at_once_is_kept_and_done_later(vets: Teller) -> None:
    """The order is acknowledged, so nothing that goes wrong afterwards may lose it."""
    product = vets.connection.mappings.get().product
    assert product is not None
    product.terms_versions.all().delete()  # nobody can say what is sold: issuing fails

    answer = vets.post("", an_order())

    assert (answer.status_code, answer.json()["status"]) == (202, "accepted")
    assert DeclaredOrder.objects.count() == 1
    message = Message.objects.get()
    assert (message.handled_at, message.parked_at) == (None, None)
    assert not Entitlement.objects.exists()
    work_message(message)
    assert not Entitlement.objects.exists()
    make_terms(product, Terms())

    assert work_message(message)

    assert vets.get("/PO-1").json()["status"] == "complete"
    assert Entitlement.objects.count() == 2
    assert_kept()


def test_what_was_told_and_not_finished_is_found_by_the_sweep(vets: Teller) -> None:
    vets.post("", an_order(**a_line(quantity=501)))
    Job.objects.all().delete()  # as if somebody had emptied the queue
    assert not Entitlement.objects.exists()

    sweep(connection=vets.connection, since=now() - timedelta(hours=1))

    assert vets.get("/PO-1").json()["status"] == "complete"
    assert Entitlement.objects.count() == 501
    assert_kept()


def test_a_purchase_of_last_year_is_a_purchase(vets: Teller) -> None:
    answer = vets.post("", an_order(paid_at="2025-11-21T10:00:00+01:00"))
    assert (answer.status_code, answer.json()["status"]) == (201, "complete")
    assert str(Purchase.objects.get().paid_at) == "2025-11-21 09:00:00+00:00"


def test_what_costs_nothing_is_issued(vets: Teller) -> None:
    answer = vets.post("", an_order(**a_line(unit_amount=0)))
    assert answer.json()["status"] == "complete"
    assert Entitlement.objects.count() == 2


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
def test_amounts_are_whole_minor_units(vets: Teller, currency: str) -> None:
    told = an_order(currency=currency, **a_line(unit_amount=1_500, amount_total=2_999))
    assert vets.post("", told).status_code == 201
    purchase = Purchase.objects.get()
    assert (purchase.currency, purchase.amount_total) == (currency, 2_999)
    assert_kept()


def test_a_large_purchase_is_done_in_the_background(vets: Teller) -> None:
    accepted = vets.post("", an_order(**a_line(quantity=501)))
    assert (accepted.status_code, accepted.json()["status"]) == (202, "accepted")
    assert not Entitlement.objects.exists()
    job = accepted.json()["job"]
    headers = {"Authorization": f"Bearer {vets.secret}"}
    assert vets.client.get(f"/v1/jobs/{job}", headers=headers).json()["total"] == 501

    work_jobs()

    done = vets.client.get(f"/v1/jobs/{job}", headers=headers).json()
    assert (done["status"], done["done"], done["total"]) == ("done", 501, 501)
    found = vets.post("", an_order(**a_line(quantity=501)))
    assert (found.status_code, found.json()["status"]) == (200, "complete")
    assert (found.json()["job"], len(found.json()["entitlements"])) == (job, 500)
    after = vets.get(f"/PO-1/entitlements?after={found.json()['next']}").json()
    assert ([one["unit"] for one in after["entitlements"]], after["next"]) == ([501], None)
    assert_kept()
