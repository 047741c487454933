"""Grants over HTTP."""

import uuid
from typing import Any

import pytest
from tests.api.conftest import Post

from counterfoil.models import Entitlement, GrantRecord
from counterfoil.testing.builders import make_product

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
        ({"quantity": 21}, 403, "approval_missing"),
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
