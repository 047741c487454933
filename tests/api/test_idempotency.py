"""A request with a key has its effect once; a refusal is not kept, what it wrote down is."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from ninja import Schema
from tests.api.partners import an_order, make_teller
from tests.order_files import a_file, a_row, procurement
from tests.records import refused, rows, unchanged
from tests.scenes import suspend

from counterfoil.api.idempotency import HEADER, once
from counterfoil.api.security import Caller
from counterfoil.api.urls import api
from counterfoil.errors import NotFound
from counterfoil.models import Attempt, Entry, HoldKind, OrderFile, Reply
from counterfoil.models.ids import uuid7
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.operations.lift_hold import lift_hold
from counterfoil.operations.open_account import open_account
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import (
    OPERATOR,
    Issued,
    issue_one,
    make_product,
    now,
)

pytestmark = pytest.mark.django_db
CHANGE_NOTHING = {"/v1/codes/check", "/v1/search"}
ANA = {"external_reference": "user-1"}


@pytest.fixture
def call(client: Client, key: Callable[..., str]) -> Any:
    """Post with a key of the house, and with an idempotency key if one is given."""
    bearer = key(*(scope for scope in Scope if scope is not Scope.REASONS))

    def calling(path: str, body: Any, once: str | None = None, method: str = "post") -> Any:
        headers = {"Authorization": f"Bearer {bearer}"} | ({HEADER: once} if once else {})
        send = getattr(client, method)
        return send(f"/v1{path}", body, content_type="application/json", headers=headers)

    return calling


def to_ana(issued: Issued) -> dict[str, Any]:
    return {"code": issued.code, "account": ANA}


def test_the_house_may_go_without_a_key_and_then_nothing_is_kept(call: Any) -> None:
    issued = issue_one()
    assert call("/codes/redeem", to_ana(issued)).json()["repeated"] is False
    assert call("/codes/redeem", to_ana(issued)).json()["repeated"] is True
    assert not Reply.objects.exists()
    malformed = call("/codes/redeem", to_ana(issued), "two words")
    assert (malformed.status_code, malformed.json()["code"]) == (400, "idempotency_key_missing")


def test_with_a_key_it_is_answered_the_same_and_another_request_is_refused(call: Any) -> None:
    issued, other = issue_one(), issue_one()
    first = call("/codes/redeem", to_ana(issued), "k")
    with unchanged():
        again = call("/codes/redeem", to_ana(issued), "k")
        reused = call("/codes/redeem", to_ana(other), "k")
    assert (again.content, again["Idempotency-Replayed"]) == (first.content, "true")
    assert (reused.status_code, reused.json()["code"]) == (422, "idempotency_key_reused")


def test_a_refusal_is_not_kept_but_the_attempt_it_was_is(call: Any) -> None:
    issued = issue_one()
    call("/codes/redeem", to_ana(issue_one()))  # Ana has an account
    suspend(issued.id)
    before = rows()

    refused = call("/codes/redeem", to_ana(issued), "k")

    assert (refused.status_code, refused.json()["code"]) == (409, "code_not_usable")
    assert {table for table, found in rows().items() if found != before[table]} == {
        Attempt._meta.db_table
    }
    assert Attempt.objects.latest("at").outcome == "entitlement_on_hold"
    hold = {"kind": HoldKind.FRAUD, "reference": "case-1"}
    lift_hold(entitlement_ids=[issued.id], by=OPERATOR, at=now(), reason="mistake", **hold)
    assert call("/codes/redeem", to_ana(issued), "k").status_code == 200


@pytest.mark.parametrize("once", [None, "k"])
def test_a_refusal_opens_no_account_on_the_way(call: Any, once: str | None) -> None:
    issued = issue_one()
    suspend(issued.id)
    with unchanged():
        handle = issued.entitlement().handle
        refused = call(f"/entitlements/{handle}/assign", {"account": ANA}, once)
    assert (refused.status_code, refused.json()["code"]) == (409, "entitlement_on_hold")


def test_a_refusal_undoes_what_the_view_did_before() -> None:
    request: Any = RequestFactory().post("/v1/x", headers={HEADER: "k"})
    request.auth = Caller(key_id=uuid7(), name="office", scopes=frozenset(), is_partner=False)

    @once
    def acts_and_refuses(asked: Any) -> Schema:
        open_account(external_reference="user-9", by=asked.auth.actor, at=now())
        raise NotFound

    with refused(NotFound):
        acts_and_refuses(request)


def test_the_key_of_a_partner_has_to_name_one(client: Client) -> None:
    teller = make_teller(client, make_product(), scopes=(Scope.REDEEM,))
    headers = {"Authorization": f"Bearer {teller.secret}"}
    with unchanged():
        body = {"code": "x", "account": ANA}
        answer = client.post(
            "/v1/codes/redeem", body, content_type="application/json", headers=headers
        )
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")


def test_codes_are_never_kept_and_are_opened_again(client: Client) -> None:
    teller = make_teller(client, make_product())
    teller.post("", an_order())
    first, again = (teller.post("/PO-1/codes", {}, **{HEADER: "c"}) for _ in range(2))
    assert [one["code"] for one in first.json()["codes"]] != [None, None]
    assert (again.content, again["Idempotency-Replayed"]) == (first.content, "true")
    assert (again["Cache-Control"], Reply.objects.get(key="c").body) == ("no-store", "")
    assert Entry.objects.filter(act_name="collect_codes").count() == 4
    other = teller.post("/PO-1/codes", {"limit": 1}, **{HEADER: "c"})
    assert other.json()["code"] == "idempotency_key_reused"


def test_what_somebody_said_of_themselves_is_not_kept(call: Any) -> None:
    issued = issue_one()
    call("/codes/redeem", to_ana(issued))
    path = f"/entitlements/{issued.entitlement().handle}/subject"
    told = {"data": {"name": "Rex of the Hills"}}
    first = call(path, told, "s", "put")
    with unchanged():
        again = call(path, told, "s", "put")
    assert first.json()["data"]["name"] == "Rex of the Hills"
    assert (again.content, Reply.objects.get().body) == (first.content, "")


def test_a_file_is_part_of_what_a_request_says(client: Client) -> None:
    secret = create_api_key(
        name="files", scopes=[Scope.ORDER_FILES], connection=procurement(), by=SYSTEM, at=now()
    ).secret
    headers = {"Authorization": f"Bearer {secret}", HEADER: "f"}

    def send(content: bytes) -> Any:
        given = {"file": SimpleUploadedFile("orders.csv", content)}
        return client.post("/v1/order-files", given, headers=headers)

    first, again = (send(a_file(a_row("PO-1"))) for _ in range(2))
    other = send(a_file(a_row("PO-2")))
    assert (first.status_code, again.content) == (201, first.content)
    assert (again["Idempotency-Replayed"], other.status_code) == ("true", 422)
    assert OrderFile.objects.count() == 1


def test_everything_that_changes_something_takes_a_key() -> None:
    schema: Mapping[str, Any] = api.get_openapi_schema(path_prefix="/v1/")
    without = {
        path
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
        if method != "get"
        and not (
            HEADER in {one["name"] for one in operation.get("parameters", ())}
            and {"400", "409", "422"} <= {str(one) for one in operation["responses"]}
        )
    }
    assert without == CHANGE_NOTHING
