"""A coupled shop tells of sales whose holders it knows."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from tests.api.partners import Teller, an_order, make_teller
from tests.records import assert_kept, unchanged

from counterfoil.models import (
    Account,
    Assignment,
    Code,
    DeclaredOrder,
    Entitlement,
    Provisioning,
    Purchase,
)
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import make_product

COVERS = {
    "F1": ["test_told_again_it_is_the_same_sale"],
    "F2": ["test_told_again_it_is_the_same_sale"],
    "F9": ["test_what_is_missing_or_wrong_is_said_in_words"],
    "F36": ["test_part_is_taken_back_by_the_terms"],
    "F38": ["test_part_is_taken_back_by_the_terms"],
    "F41": ["test_another_holder_is_another_sale"],
}
pytestmark = pytest.mark.django_db
REX = {"kind": "dog", "reference": "dog-1", "data": {"name": "Rex", "sex": "male"}}
LUNA = {"kind": "dog", "reference": "dog-2", "data": {"name": "Luna"}}


@pytest.fixture
def shop(client: Client) -> Iterator[Teller]:
    yield make_teller(client, make_product(), slug="old", channel="coupled")
    assert_kept()


def holder(subject: Any = REX, **changes: Any) -> dict[str, Any]:
    return {"account": "user-1", "mail": "ann@example.com", "subject": subject} | changes


def a_sale(*holders: Any, **changes: Any) -> dict[str, Any]:
    told = holders or (holder(), holder(LUNA))
    line = {"sku": "DNA-STD", "quantity": len(told), "unit_amount": 9_900, "holders": list(told)}
    return an_order("5501", lines=[line | changes])


def test_a_sale_is_recorded_and_assigned_in_one_act(shop: Teller) -> None:
    answer = shop.post("", a_sale())

    assert (answer.status_code, answer.json()["status"]) == (201, "complete")
    assert [one["state"] for one in answer.json()["entitlements"]] == ["assigned"] * 2
    purchase = Purchase.objects.get()
    assert (purchase.path, purchase.notify) == ("coupled", False)
    assert purchase.partner == shop.connection.partner
    told = Assignment.objects.order_by("entitlement__ordinal")
    assert [str(one.subject) for one in told] == ["Rex", "Luna"]
    assert {one.account.external_reference for one in told} == {"user-1"}
    assert Account.objects.count() == 1
    assert not Code.objects.exists()
    assert Provisioning.objects.count() == 2
    one = Entitlement.objects.order_by("ordinal")[0]
    entries = list(one.entries.order_by("seq"))
    assert [entry.act_name for entry in entries] == ["issue", "assign"]
    assert len({entry.act for entry in entries}) == 1


def test_told_again_it_is_the_same_sale(shop: Teller) -> None:
    first = shop.post("", a_sale())
    again = shop.post("", a_sale())
    assert (first.status_code, again.status_code) == (201, 200)
    assert Assignment.objects.count() == Entitlement.objects.count() == 2


def test_another_holder_is_another_sale(shop: Teller) -> None:
    shop.post("", a_sale())
    with unchanged():
        answer = shop.post("", a_sale(holder(), holder(LUNA, account="user-2")))
    assert answer.status_code == 409
    [error] = answer.json()["errors"]
    assert error == {"at": "lines.1.holders", "message": "it was told otherwise"}


HOLDER = "lines.0.holders.0"
WRONG: list[tuple[dict[str, Any], str, str]] = [
    (a_sale(holder(), quantity=2), "lines.0.holders", "there are 1, for 2 entitlements"),
    (a_sale(holder(), holder(), quantity=1), "lines.0.holders", "there are 2, for 1 entitlements"),
    (a_sale(holders=[]), "lines.0.holders", "there are 0, for 2 entitlements"),
    (a_sale(holder(None)), f"{HOLDER}.subject", "for whom or what it is is missing: a dog"),
    (a_sale(holder(REX | {"kind": "cat"})), f"{HOLDER}.subject.kind", "this product is for a dog"),
    (a_sale(holder(REX | {"data": {}})), f"{HOLDER}.subject.data", "Name is missing."),
    (
        a_sale(holder(REX | {"data": {"name": "Rex", "sex": "both"}})),
        f"{HOLDER}.subject.data",
        "Sex is not one of the choices.",
    ),
    (
        a_sale(holder(REX | {"data": {"name": "x" * 121}})),
        f"{HOLDER}.subject.data",
        "Name is longer than 120 characters.",
    ),
    (
        a_sale(holder(REX | {"data": {"name": "Rex", "colour": "red"}})),
        f"{HOLDER}.subject.data",
        "nobody asks for colour",
    ),
    (a_sale(holder(account="")), f"{HOLDER}.account", "it is empty, or has spaces around it"),
    (a_sale(holder(mail="nobody")), f"{HOLDER}.mail", "no mail can reach this address"),
]


@pytest.mark.parametrize(("sale", "at", "says"), WRONG)
def test_what_is_missing_or_wrong_is_said_in_words(
    shop: Teller, sale: dict[str, Any], at: str, says: str
) -> None:
    with unchanged():
        answer = shop.post("", sale)
    assert answer.status_code == 422
    assert {"at": at, "message": says} in answer.json()["errors"]
    assert not DeclaredOrder.objects.exists()


def test_a_subject_where_none_is_asked_for_is_refused(client: Client) -> None:
    shop = make_teller(client, make_product(terms=Terms()), slug="old", channel="coupled")
    refused = shop.post("", a_sale(holder()))
    assert refused.json()["errors"][0]["message"] == "this product has no subject"
    assert shop.post("", a_sale(holder(None))).status_code == 201
    assert_kept()


def test_part_is_taken_back_by_the_terms(shop: Teller) -> None:
    shop.post("", a_sale())
    part = {"reference": "C-1", "lines": [{"line": "1", "quantity": 1}]}
    answer = shop.post("/5501/cancel", part)
    assert [one["cancelled"] for one in answer.json()["entitlements"]] == [None, "undecided"]
    assert answer.json()["status"] == "needs_attention"


def test_no_code_can_be_collected(shop: Teller) -> None:
    shop.post("", a_sale())
    answer = shop.post("/5501/codes", {})
    assert {(one["code"], one["without"]) for one in answer.json()["codes"]} == {(None, "in_use")}
