"""Keys that are bound to a connection reach what was told through it, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.api.partners import ALL, Teller, an_order, make_teller
from tests.records import refused, unchanged

from counterfoil.errors import NotTold
from counterfoil.models import ApiKey, Connection, Partner
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import make_connection, make_product, now

COVERS = {
    "F5": [
        "test_a_key_that_is_over_reaches_nothing",
        "test_a_key_that_is_bound_to_nothing_reaches_nothing",
    ],
    "F9": ["test_references_of_other_forms_are_unknown"],
}
pytestmark = pytest.mark.django_db
CANCEL = {"reference": "C-1", "whole": True}
CALLS: list[tuple[str, str, Any, Scope]] = [
    ("post", "", an_order("PO-2"), Scope.TELL),
    ("post", "/PO-1/cancel", CANCEL, Scope.TELL),
    ("get", "/PO-1", None, Scope.TRACE),
    ("get", "/PO-1/entitlements", None, Scope.TRACE),
    ("post", "/PO-1/codes", {}, Scope.COLLECT),
]


@pytest.fixture
def vets(client: Client) -> Teller:
    teller = make_teller(client, make_product())
    assert teller.post("", an_order()).status_code == 201
    return teller


def call(teller: Teller, method: str, path: str, body: Any) -> Any:
    return teller.post(path, body) if method == "post" else teller.get(path)


def with_key(teller: Teller, secret: str) -> Teller:
    return Teller(teller.connection, secret, teller.client)


@pytest.mark.parametrize(("method", "path", "body", "scope"), CALLS)
def test_another_partners_purchase_is_as_unknown_as_none(
    vets: Teller, client: Client, method: str, path: str, body: Any, scope: Scope
) -> None:
    zoo = make_teller(client, slug="zoo")
    if not path:
        return
    with unchanged():
        theirs = call(zoo, method, path, body)
        unknown = call(zoo, method, path.replace("PO-1", "PO-9"), body)
    assert theirs.status_code == unknown.status_code == 404
    assert theirs.content == unknown.content


@pytest.mark.parametrize(("method", "path", "body", "scope"), CALLS)
def test_every_call_needs_its_scope(
    vets: Teller, method: str, path: str, body: Any, scope: Scope
) -> None:
    scopes = [one for one in ALL if one is not scope]
    made = create_api_key(
        name="less", scopes=scopes, by=SYSTEM, at=now(), connection=vets.connection
    )
    with unchanged():
        answer = call(with_key(vets, made.secret), method, path, body)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


@pytest.mark.parametrize(("method", "path", "body", "scope"), CALLS)
@pytest.mark.parametrize("change", [{"revoked_at": -1}, {"expires_at": -1}, {"secret": 0}])
def test_a_key_that_is_over_reaches_nothing(
    vets: Teller, method: str, path: str, body: Any, scope: Scope, change: dict[str, int]
) -> None:
    moment = now() - timedelta(seconds=1)
    if "secret" in change:
        vets = with_key(vets, vets.secret[:-1])
    else:
        ApiKey.objects.update(**dict.fromkeys(change, moment))
    with unchanged():
        answer = call(vets, method, path, body)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize(("method", "path", "body", "scope"), CALLS)
def test_a_key_that_is_bound_to_nothing_reaches_nothing(
    vets: Teller, method: str, path: str, body: Any, scope: Scope
) -> None:
    made = create_api_key(name="house", scopes=list(Scope), by=SYSTEM, at=now())
    with unchanged():
        answer = call(with_key(vets, made.secret), method, path, body)
    assert (answer.status_code, answer.json()["code"]) == (403, "key_unbound")


@pytest.mark.parametrize(("method", "path", "body", "scope"), CALLS)
def test_a_connection_that_is_switched_off_takes_nothing(
    vets: Teller, method: str, path: str, body: Any, scope: Scope
) -> None:
    Connection.objects.update(enabled=False)
    with unchanged():
        answer = call(vets, method, path, body)
    assert (answer.status_code, answer.json()["code"]) == (403, "connection_off")


def test_a_bound_key_sees_nothing_of_the_house(vets: Teller) -> None:
    made = create_api_key(
        name="all", scopes=list(Scope), by=SYSTEM, at=now(), connection=vets.connection
    )
    headers = {"Authorization": f"Bearer {made.secret}"}
    purchase = vets.get("/PO-1").json()["purchase"]
    for answer in (
        vets.client.get(f"/v1/purchases/{purchase}/trace", headers=headers),
        vets.client.post(
            "/v1/search", {"query": "PO-1"}, content_type="application/json", headers=headers
        ),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")


@pytest.mark.parametrize(("method", "path", "body", "scope"), CALLS)
def test_the_key_of_a_till_tells_of_no_purchases(
    client: Client, method: str, path: str, body: Any, scope: Scope
) -> None:
    till = make_teller(client, make_product(), slug="till", channel="point_of_sale")
    with unchanged():
        answer = call(till, method, path, body)
    assert (answer.status_code, answer.json()["code"]) == (403, "key_unbound")


@pytest.mark.parametrize("channel", ["stripe", "native"])
def test_only_channels_that_tell_have_bound_keys(channel: str) -> None:
    connection = make_connection(slug="shop", channel=channel)
    with refused(NotTold):
        create_api_key(name="x", scopes=ALL, by=SYSTEM, at=now(), connection=connection)


def test_a_key_is_bound_to_no_other_partners_connection(vets: Teller) -> None:
    other = Partner.objects.create(slug="zoo", name="Zoo", created_at=now())
    with refused(NotTold):
        create_api_key(
            name="x", scopes=ALL, by=SYSTEM, at=now(), connection=vets.connection, partner=other
        )
    made = create_api_key(name="x", scopes=ALL, by=SYSTEM, at=now(), connection=vets.connection)
    assert made.api_key.partner == vets.connection.partner


@pytest.mark.parametrize(
    "path", ["/%00", "/a%2Fb", "/..%2F..", "/%F0%9F%90%95", "/" + "x" * 5_000, "/PO-1%20"]
)
def test_references_of_other_forms_are_unknown(vets: Teller, path: str) -> None:
    with unchanged():
        assert vets.get(path).status_code == 404


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "limit=-1", "limit=1e9"])
def test_huge_and_empty_pages_are_refused(vets: Teller, query: str) -> None:
    assert vets.get(f"/PO-1/entitlements?{query}").status_code == 422


@pytest.mark.parametrize("after", ["x", "ent_x", "ent_01k9z4v7h2m3n4p5q6r7s8t9va"])
def test_a_page_after_nothing_is_not_found(vets: Teller, after: str) -> None:
    assert vets.get(f"/PO-1/entitlements?after={after}").status_code == 404


def test_nothing_changes_by_reading(vets: Teller) -> None:
    with unchanged():
        assert vets.get("/PO-1").status_code == 200
        assert vets.get("/PO-1/entitlements").status_code == 200
        headers = {"Authorization": f"Bearer {vets.secret}"}
        for method in ("head", "options", "put", "patch", "delete"):
            getattr(vets.client, method)("/v1/purchases/PO-1", headers=headers)
            getattr(vets.client, method)("/v1/purchases/PO-1/codes", headers=headers)
        assert vets.get("/PO-1/codes").status_code == 405
