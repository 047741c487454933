"""Cards over the API: codes of what is free, for whoever prints them."""

from typing import Any
from uuid import uuid4

import pytest
from tests.api.calling import machine
from tests.partnership import allotted, make_clinic
from tests.records import unchanged

from counterfoil.models import Entry, Reply
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import make_product

pytestmark = pytest.mark.django_db
PRINT = "/v1/handouts/cards"


def test_cards_are_printed_once_however_often_they_are_asked_for_and_printed_again() -> None:
    clinic = make_clinic(quantity=5)
    by = machine(Scope.CARDS, Scope.HAND_OUT, partner=clinic.partner)
    body = {"sku": "DNA-STD", "quantity": 2, "request_id": str(uuid4()), "message": "Welcome"}

    made = by.post(PRINT, body)
    again = by.post(PRINT, body).json()
    sheet = made.json()
    reprinted = by.post(f"/v1/handouts/{sheet['handout']}/cards", {}).json()

    assert made.status_code == 200
    assert made["Cache-Control"] == "no-store"
    assert sheet == again == reprinted
    assert by.post(PRINT, body | {"quantity": 4, "request_id": str(uuid4())}).status_code == 409
    first, second = sheet["cards"]
    assert first["message"] == "Welcome"
    assert first["link"].endswith("#" + first["code"].replace("-", ""))
    assert not any(first["code"] in one.body for one in Reply.objects.all())
    told = Entry.objects.filter(act_name="reveal_code", actor_id=by.id)
    assert told.count() == 6, "each time it was given is kept, for each code"

    by.post("/v1/handouts/take-back", {"entitlements": [first["entitlement"]]})
    left = by.post(f"/v1/handouts/{sheet['handout']}/cards", {}).json()["cards"]
    assert [one["entitlement"] for one in left] == [second["entitlement"]]


@pytest.mark.parametrize("other", [{"quantity": 3}, {"message": "Bye"}, {"sku": "CAT-STD"}])
def test_a_request_id_is_good_for_the_same_cards_alone(other: dict[str, Any]) -> None:
    clinic = make_clinic(quantity=5)
    allotted(clinic.partner, make_product("CAT-STD"), 5)
    by = machine(Scope.CARDS, partner=clinic.partner)
    body = {"sku": "DNA-STD", "quantity": 2, "request_id": str(uuid4()), "message": "Welcome"}
    assert by.post(PRINT, body).status_code == 200

    with unchanged():
        refused = by.post(PRINT, body | other)

    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")


def test_no_card_is_printed_of_what_is_anothers_too_much_or_without_the_scope() -> None:
    clinic, other = make_clinic(quantity=3), make_clinic("zoo")
    by = machine(Scope.CARDS, partner=clinic.partner)
    theirs = machine(Scope.CARDS, partner=other.partner)
    body = {"sku": "DNA-STD", "quantity": 1, "request_id": str(uuid4())}
    sheet = by.post(PRINT, body).json()["handout"]
    all_but = machine(*(set(Scope) - {Scope.CARDS}), partner=clinic.partner)
    wanted = body | {"request_id": str(uuid4())}

    with unchanged():
        answers = [
            theirs.post(f"/v1/handouts/{sheet}/cards", {}),
            theirs.post(PRINT, wanted | {"partner": clinic.partner.slug}),
            by.post(PRINT, wanted | {"quantity": 3}),
            by.post(PRINT, wanted | {"quantity": 1_000_000}),
            all_but.post(PRINT, wanted),
        ]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [
        (404, "not_found"),
        (404, "not_found"),
        (409, "not_enough_free"),
        (422, "recipient_invalid"),
        (403, "scope_missing"),
    ]
