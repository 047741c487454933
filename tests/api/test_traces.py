"""Searching and tracing over HTTP."""

from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client
from tests.api.conftest import Post

from counterfoil.models import Partner
from counterfoil.models.ids import handle_of, uuid7
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.rules.codes import display
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import issue_many, issue_one, now

pytestmark = pytest.mark.django_db


@pytest.fixture
def get(client: Client, key: Callable[..., str]) -> Callable[[str], HttpResponse]:
    """Get with a key that may read purchases."""
    token = key(Scope.TRACE)
    return lambda path: client.get(path, headers={"Authorization": f"Bearer {token}"})  # type: ignore[return-value]


def test_a_code_leads_to_its_entitlement_and_is_not_repeated(post: Post) -> None:
    issued = issue_one()

    answer = post("/v1/search", {"query": display(issued.code)})

    body = answer.json()
    assert body["kind"] == "code"
    assert [hit["handle"] for hit in body["hits"]] == [issued.entitlement().handle]
    assert issued.code not in answer.content.decode()
    assert display(issued.code) not in answer.content.decode()


def test_a_purchase_tells_its_story(get: Callable[[str], HttpResponse]) -> None:
    issued = issue_many(3)

    body = get(f"/v1/purchases/{issued.purchase.pk}/trace").json()  # type: ignore[attr-defined]

    assert body["purchase"]["reference"] == issued.purchase.external_reference
    assert len(body["units"]) == 3
    assert body["counts"] == {"issued": 3}
    assert any(event["name"] == "issue" for event in body["timeline"])


def test_a_handle_tells_the_same_story(get: Callable[[str], HttpResponse]) -> None:
    issued = issue_one()
    story = get(f"/v1/entitlements/{issued.entitlement().handle}/trace").json()  # type: ignore[attr-defined]
    assert story == get(f"/v1/purchases/{issued.purchase.pk}/trace").json()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "path",
    [
        f"/v1/purchases/{uuid7()}/trace",
        f"/v1/entitlements/{handle_of(uuid7())}",
        f"/v1/entitlements/{handle_of(uuid7())}/trace",
        "/v1/entitlements/x",
    ],
    ids=["purchase", "entitlement", "its trace", "no handle"],  # alike in every worker
)
def test_what_does_not_exist_is_not_found(get: Callable[[str], HttpResponse], path: str) -> None:
    answer = get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")  # type: ignore[attr-defined]


def test_a_key_without_the_scope_sees_nothing(client: Client, key: Callable[..., str]) -> None:
    issued = issue_one()
    answer = client.get(
        f"/v1/purchases/{issued.purchase.pk}/trace",
        headers={"Authorization": f"Bearer {key(Scope.REDEEM)}"},
    )
    assert answer.status_code == 403


def test_a_partner_sees_nobody_elses_purchases(client: Client, post: Post) -> None:
    issued = issue_one()
    partner = Partner.objects.create(slug="vet", name="Vet", created_at=now())
    token = create_api_key(
        name="vet", scopes=list(Scope), by=SYSTEM, at=now(), partner=partner
    ).secret

    searched = post("/v1/search", {"query": "ann.buyer@example.com"}, token=token)
    traced = client.get(
        f"/v1/purchases/{issued.purchase.pk}/trace", headers={"Authorization": f"Bearer {token}"}
    )

    assert (searched.status_code, traced.status_code) == (403, 403)
    checked = post("/v1/codes/check", {"code": issued.code}, token=token)
    assert (checked.status_code, checked.json()["code"]) == (404, "code_not_found")
