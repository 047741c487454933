"""Grants over HTTP."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.api.conftest import Post
from tests.records import refused
from tests.staff import make_colleague

from counterfoil.errors import RequesterMayNot
from counterfoil.models import ApiKey, Entitlement, GrantRecord, Purchase
from counterfoil.operations.approve import approve
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import make_product, now

pytestmark = pytest.mark.django_db


def _request(**changes: Any) -> dict[str, Any]:
    return {
        "request_id": str(uuid.uuid4()),
        "sku": "DNA-STD",
        "quantity": 2,
        "category": "customer_service",
        "reason": "The kit was lost in the post",
        "reference": "CASE-1",
        "recipient": "eva@example.com",
    } | changes


def test_a_grant_issues_once_however_often_it_is_asked_for(post: Post) -> None:
    make_product()
    body = _request()

    first, again = post("/v1/grants", body), post("/v1/grants", body)

    assert first.status_code == 200
    assert again.json() == first.json()
    assert len(first.json()["entitlements"]) == Entitlement.objects.count() == 2
    assert GrantRecord.objects.get().reference == "CASE-1"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"sku": "NOTHING"}, 404, "not_found"),
        ({"quantity": 0}, 422, "invalid_request"),
        ({"partner": "nobody"}, 404, "not_found"),
        ({"reference_kind": "order"}, 422, "reference_unknown"),
        ({"reason": " "}, 422, "reason_missing"),
        ({"recipient": "nobody"}, 422, "order_invalid"),
        ({"category": "because"}, 422, "invalid_request"),
    ],
)
def test_a_grant_that_cannot_be_changes_nothing(
    post: Post, changes: dict[str, Any], status: int, code: str
) -> None:
    make_product()

    answer = post("/v1/grants", _request(**changes))

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Entitlement.objects.exists()
    assert not GrantRecord.objects.exists()


def test_above_the_limit_it_waits_for_a_second_person_who_approves_it_later(
    post: Post, key: Callable[..., str], client: Client
) -> None:
    make_product()
    body, token = _request(quantity=21), key(Scope.GRANT)

    asked, again = (post("/v1/grants", body, token=token) for _ in range(2))

    assert (asked.status_code, again.status_code) == (202, 202)
    assert asked.json() == again.json()
    assert asked.json()["standing"] == "waiting"
    assert not Entitlement.objects.exists()
    assert read(client, asked.json()["approval"], token).json() == asked.json()

    approve(approval_id=uuid.UUID(asked.json()["approval"]), by=make_colleague("bert"), at=now())

    done = read(client, asked.json()["approval"], token).json()
    assert (done["standing"], done["purchase"]) == ("approved", str(Purchase.objects.get().pk))
    given = post("/v1/grants", body, token=token)
    assert (given.status_code, given.json()["quantity"]) == (200, 21)
    assert GrantRecord.objects.get().approved_by != ""


def test_another_keys_request_is_not_there(
    post: Post, key: Callable[..., str], client: Client
) -> None:
    make_product()
    asked = post("/v1/grants", _request(quantity=21), token=key(Scope.GRANT)).json()

    assert read(client, asked["approval"], key(Scope.GRANT)).status_code == 404
    assert read(client, str(uuid.uuid4()), key(Scope.GRANT)).status_code == 404
    assert read(client, asked["approval"], key(Scope.TRACE)).status_code == 403


def test_a_key_that_was_revoked_gets_nothing_any_more(
    post: Post, key: Callable[..., str], client: Client
) -> None:
    make_product()
    asked = post("/v1/grants", _request(quantity=21), token=key(Scope.GRANT)).json()
    ApiKey.objects.update(revoked_at=now())
    bert = make_colleague("bert")

    with refused(RequesterMayNot):
        approve(approval_id=uuid.UUID(asked["approval"]), by=bert, at=now())


def read(client: Client, approval: str, token: str) -> Any:
    return client.get(f"/v1/approvals/{approval}", headers={"Authorization": f"Bearer {token}"})
