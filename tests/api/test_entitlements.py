"""Entitlements in lists, and acting on what was read."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.api.partners import an_order, make_teller
from tests.partnership import make_clinic
from tests.records import unchanged
from tests.scenes import end, suspend, withdraw

from counterfoil.api.preconditions import versions_named
from counterfoil.errors import Malformed
from counterfoil.models.ids import id_of
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import (
    Issued,
    issue_many,
    issue_one,
    make_connection,
    make_product,
    now,
)

pytestmark = pytest.mark.django_db
WHY = {"reason": "mistake"}


@pytest.fixture
def house(client: Client, key: Callable[..., str]) -> Callable[..., Any]:
    """Call as the house, which may do everything."""
    bearer = f"Bearer {key(*Scope)}"

    def call(method: str, path: str, body: Any = None, **headers: str) -> Any:
        given = {} if body is None else {"data": body, "content_type": "application/json"}
        send = getattr(client, method)
        return send(f"/v1{path}", headers={"Authorization": bearer} | headers, **given)

    return call


def found(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [one["entitlement"] for one in answer.json()["entitlements"]]


def at(issued: Issued) -> str:
    return f"/entitlements/{issued.entitlement().handle}"


def test_pages_follow_each_other_while_others_come_to_be(house: Any) -> None:
    issued = issue_many(5)
    whole = found(house("get", "/entitlements"))
    units = issued.purchase.entitlements.values_list("pk", flat=True)
    assert sorted(map(id_of, whole)) == sorted(units)
    first = house("get", "/entitlements?limit=3").json()
    later = issue_one().entitlement().handle
    rest = house("get", f"/entitlements?limit=3&after={first['next']}").json()
    listed = [one["entitlement"] for one in first["entitlements"] + rest["entitlements"]]
    assert (listed, rest["next"]) == ([*whole, later], None)


def test_each_filter_finds_what_it_says(house: Any) -> None:
    kept, gone, held, over = (
        issue_one(make_connection(make_product(sku), slug=sku.lower())) for sku in "ABCD"
    )
    withdraw(gone.id)
    suspend(held.id)
    end(over.id)
    moment = now().isoformat().replace("+", "%2B")
    for query, wanted in {
        "state=revoked": [gone],
        "state=revoked&state=issued": [kept, gone, held, over],
        "product=A": [kept],
        f"purchase={kept.purchase.pk}": [kept],
        f"reference={kept.purchase.external_reference}": [kept],
        "on_hold=true": [held],
        "on_hold=false&state=issued": [kept, over],
        f"expires_before={moment}": [over],
        f"created_after={moment}": [],
        "is_test=false": [],
        "reference=nothing": [],
    }.items():
        told = found(house("get", f"/entitlements?{query}"))
        assert set(told) == {one.entitlement().handle for one in wanted}, query


def test_what_is_misspelled_or_too_much_is_refused(house: Any) -> None:
    for path, place in {
        "/entitlements?stat=issued": "stat",
        "/entitlements?limit=1&limit=2": "limit",
        "/entitlements?limit=201": "limit",
        "/entitlements?limit=0": "limit",
        "/entitlements?state=nice": "state.0",
        "/entitlements?created_after=yesterday": "created_after",
        "/handouts?page=2": "page",
        "/reservations?offset=10": "offset",
        f"{at(issue_one())}?fields=state": "fields",
        "/subject-kinds?all=1": "all",
    }.items():
        token = None
        answer = house("get", path)
        if answer.status_code == 403:
            token = create_api_key(
                name="p", scopes=list(Scope), by=SYSTEM, at=now(), partner=make_clinic().partner
            ).secret
            answer = house("get", path, Authorization=f"Bearer {token}")
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), path
        assert answer.json()["errors"][0]["at"] == place
    assert house("get", "/entitlements?product=NONE").status_code == 404
    assert house("get", "/entitlements?after=ent_nonsense").status_code == 404


def test_a_partner_sees_its_own_and_nothing_else(client: Client, house: Any) -> None:
    clinic, zoo = make_clinic("clinic"), make_clinic("zoo")
    teller = make_teller(client, make_product("TOLD"), scopes=(Scope.TELL, Scope.TRACE))
    body = an_order(lines=[{"sku": "TOLD", "quantity": 2, "unit_amount": 1}])
    told = teller.post("", body).json()
    issue_one(make_connection(make_product("OTHER"), slug="other"))

    def seen(secret: str, query: str = "") -> Any:
        return house("get", f"/entitlements{query}", Authorization=f"Bearer {secret}")

    made = create_api_key(
        name="c", scopes=[Scope.TRACE], by=SYSTEM, at=now(), partner=clinic.partner
    )
    assert sorted(map(id_of, found(seen(made.secret)))) == sorted(clinic.free())
    assert {one["reference"] for one in seen(made.secret).json()["entitlements"]} == {""}
    assert found(seen(made.secret, f"?partner={clinic.partner.slug}"))
    for query in (f"?partner={zoo.partner.slug}", "?partner=nobody"):
        assert seen(made.secret, query).status_code == 404
    assert found(seen(made.secret, f"?purchase={told['purchase']}")) == []
    own = seen(teller.secret).json()["entitlements"]
    assert {one["reference"] for one in own} == {"PO-1"}
    assert {one["entitlement"] for one in own} == {
        one["entitlement"] for one in told["entitlements"]
    }


def test_a_stale_writer_is_refused_and_nothing_was_done(house: Any) -> None:
    issued = issue_one()
    read = house("get", at(issued))["ETag"]
    done = house("post", f"{at(issued)}/revoke", WHY, **{"If-Match": read})
    assert (done.status_code, done["ETag"]) == (200, f'"{done.json()["version"]}"')
    assert done["ETag"] != read == '"1"'
    with unchanged():
        for stale in (read, f"W/{done['ETag']}", '"nonsense"'):
            for act in ("reinstate", "assign", "extend", "unassign", "holds"):
                body = {
                    "assign": {"account": {"external_reference": "new"}},
                    "extend": WHY | {"until": None},
                    "holds": {"reason": "fraud", "kind": "fraud", "reference": "c"},
                }.get(act, WHY)
                answer = house("post", f"{at(issued)}/{act}", body, **{"If-Match": stale})
                assert (answer.status_code, answer.json()["code"]) == (412, "stale_entitlement")
        bad = house("post", f"{at(issued)}/reinstate", WHY, **{"If-Match": "4"})
        assert (bad.status_code, bad.json()["code"]) == (400, "malformed")
    again = house("post", f"{at(issued)}/reinstate", WHY, **{"If-Match": done["ETag"]})
    assert again.status_code == 200
    assert house("post", f"{at(issued)}/revoke", WHY, **{"If-Match": "*"}).status_code == 200


def test_a_repeated_request_is_answered_with_the_tag_it_had(house: Any) -> None:
    issued = issue_one()
    headers = {"If-Match": '"1"', "Idempotency-Key": "k"}
    first, again = (house("post", f"{at(issued)}/revoke", WHY, **headers) for _ in range(2))
    assert (again.content, again["ETag"]) == (first.content, first["ETag"])
    assert again["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ("*", None),
        (' "1" ', {"1"}),
        ('"1", "2" ,W/"3"', {"1", "2"}),
        ('W/"1"', set()),
        ('""', {""}),
        ('"1",,"2"', {"1", "2"}),
    ],
)
def test_tags_are_read_as_they_are_meant(header: str, named: set[str] | None) -> None:
    assert versions_named(header) == named


@pytest.mark.parametrize("header", ["", "1", '"1', '*, "1"', '"a b"', 'w/"1"', '"1" "2"'])
def test_what_is_no_tag_is_refused(header: str) -> None:
    with pytest.raises(Malformed):
        versions_named(header)


def test_created_in_the_last_hour_is_after_it(house: Any) -> None:
    issued = issue_one()
    moment = (now() - timedelta(hours=1)).isoformat().replace("+", "%2B")
    assert found(house("get", f"/entitlements?created_after={moment}")) == [
        issued.entitlement().handle
    ]
