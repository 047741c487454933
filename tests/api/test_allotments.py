"""What partners have, by the API: looked at, handed on, given back; nothing while suspended."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from tests.api.partners import an_order, make_teller
from tests.isolation import Side, make_side
from tests.partnership import units_of
from tests.records import unchanged

from counterfoil.models import Allotment, CodeState, Entitlement, Suspension
from counterfoil.models.ids import handle_of, uuid7
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.operations.suspend_partner import suspend_partner
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import OPERATOR, make_product, now

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(client: Client) -> Side:
    return make_side("clinic", client)


@pytest.fixture
def house(clinic: Side) -> Side:
    """Give the key of a back office."""
    scopes = [Scope.ALLOTMENTS, Scope.HAND_OUT, Scope.GRANT]
    key = create_api_key(name="house", scopes=scopes, by=SYSTEM, at=now())
    return Side(clinic.clinic, key.secret, clinic.client)


def get(side: Side, path: str = "") -> Any:
    headers = {"Authorization": f"Bearer {side.secret}"}
    return side.client.get(f"/v1/allotments{path}", headers=headers)


def post(side: Side, path: str, body: dict[str, Any]) -> Any:
    headers = {"Authorization": f"Bearer {side.secret}", "Idempotency-Key": str(uuid7())}
    return side.client.post(f"/v1/{path}", body, content_type="application/json", headers=headers)


def on(side: Side, **choice: Any) -> Any:
    return post(side, "allotments/hand-on", {"to": "clinic-branch"} | choice)


def test_a_partner_is_told_what_it_has(clinic: Side) -> None:
    told = get(clinic).json()
    assert told["partner"] == "clinic"
    assert told["sub_partners"] == [{"slug": "clinic-branch", "name": "Branch"}]
    [one] = told["allotments"]
    assert (one["sku"], one["granted"], one["counts"]["free"]) == ("DNA-STD", 20, 20)
    assert get(clinic, f"/{one['id']}").json() == one
    page = get(clinic, f"/{one['id']}/entitlements?limit=15").json()
    rest = get(clinic, f"/{one['id']}/entitlements?after={page['next']}&standing=free").json()
    assert (len(page["entitlements"]), len(rest["entitlements"]), rest["next"]) == (15, 5, None)


def test_hands_on_and_takes_back(clinic: Side) -> None:
    done = on(clinic, allotment=str(clinic.clinic.allotment.pk), quantity=3)
    assert (done.status_code, done.json()["quantity"]) == (200, 3)
    meant = [handle_of(pk) for pk in units_of(clinic.clinic.branch)[:2]]
    back = post(clinic, "allotments/return", {"partner": "clinic-branch", "entitlements": meant})
    assert back.json() == {"quantity": 2}
    assert len(units_of(clinic.clinic.branch)) == 1


def test_takes_back_by_its_name_what_was_all_handed_on(clinic: Side) -> None:
    other = make_side("other", clinic.client)
    meant = [handle_of(pk) for pk in clinic.clinic.free()]
    assert on(clinic, entitlements=meant).status_code == 200
    Allotment.objects.filter(partner=clinic.clinic.branch).update(parent=None)
    clinic.clinic.allotment.partner = other.clinic.partner  # as if it never was the clinic's
    clinic.clinic.allotment.save()
    wanted = {"sku": "DNA-STD", "quantity": 2}

    with unchanged():
        theirs = post(other, "allotments/return", wanted | {"partner": "clinic-branch"})
    back = post(clinic, "allotments/return", wanted | {"partner": "clinic-branch"})

    assert (theirs.status_code, back.status_code, back.json()) == (404, 200, {"quantity": 2})


def test_a_page_begins_after_what_is_gone_by_then(clinic: Side) -> None:
    teller = make_teller(clinic.client, make_product("CAT-STD"), slug="clinic")
    order = an_order(lines=[{"sku": "CAT-STD", "quantity": 1, "unit_amount": 1}])
    bought = [one["entitlement"] for one in teller.post("", order).json()["entitlements"]]
    seen = get(clinic).json()["allotments"]
    first = get(clinic, "?limit=1").json()

    assert on(clinic, entitlements=bought).status_code == 200
    second = get(clinic, f"?limit=1&after={first['next']}").json()

    assert [one["id"] for one in seen] == [None, str(clinic.clinic.allotment.pk)]
    assert first["allotments"] + second["allotments"] == seen
    assert second["next"] is None


def test_says_what_is_left(clinic: Side) -> None:
    with unchanged():
        answer = on(clinic, sku="DNA-STD", quantity=21)
    assert (answer.status_code, answer.json()["code"]) == (409, "not_enough_free")
    assert "20" in answer.json()["detail"]


def test_refuses_what_says_nothing(clinic: Side) -> None:
    with unchanged():
        assert on(clinic).json()["code"] == "choice_invalid"
        assert on(clinic, quantity=1).json()["code"] == "choice_invalid"


def test_the_house_names_the_partner(house: Side) -> None:
    assert get(house).status_code == 404
    assert get(house, "?partner=clinic").json()["partner"] == "clinic"
    assert on(house, partner="clinic", sku="DNA-STD", quantity=1).status_code == 200


def test_the_house_allots(house: Side) -> None:
    body = {"request_id": str(uuid4()), "partner": "clinic", "sku": "DNA-STD", "quantity": 4}
    body |= {"reason": "Autumn", "reference": "CASE-3"}
    for _ in range(2):
        answer = post(house, "allotments", body)
        assert (answer.status_code, answer.json()["counts"]["free"]) == (200, 4)
    waits = post(house, "allotments", body | {"request_id": str(uuid4()), "quantity": 21})
    assert waits.status_code == 202


def test_a_partner_allots_nothing_to_itself(clinic: Side) -> None:
    with unchanged():
        answer = post(clinic, "allotments", {})
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


def test_a_suspended_partner_may_look_and_nothing_else(clinic: Side) -> None:
    unit = Entitlement.objects.get(pk=clinic.clinic.free()[0])
    code = unit.codes.get(state=CodeState.LIVE).opened()
    mode = Suspension.HANDING_OUT
    partner = clinic.clinic.partner
    suspend_partner(partner_id=partner.pk, mode=mode, reason="Unpaid", by=OPERATOR, at=now())

    assert get(clinic).json()["suspension"] == "handing_out"
    assert post(clinic, "codes/check", {"code": code}).status_code == 200
    for path, body in (
        ("allotments/hand-on", {"to": "clinic-branch", "sku": "DNA-STD", "quantity": 1}),
        ("allotments/return", {"sku": "DNA-STD", "quantity": 1}),
        ("codes/redeem", {"code": code, "account": {"external_reference": "user-1"}}),
        ("reservations", {"sku": "DNA-STD", "quantity": 1, "until": "2030-01-01T00:00:00Z"}),
    ):
        answer = post(clinic, path, body)
        assert (answer.status_code, answer.json()["code"]) == (403, "partner_suspended"), path
    assert len(clinic.clinic.free()) == 20
