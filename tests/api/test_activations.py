"""Selling printed codes over HTTP, as a till does."""

from typing import Any

import pytest
from django.test import Client
from tests.api.conftest import Post
from tests.batches import Printed, make_till, mint_batch
from tests.scenes import withdraw

from counterfoil.models import Attempt, Connection, Entitlement
from counterfoil.models.ids import handle_of
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.rules.codes import draw_code
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import make_product, now

pytestmark = pytest.mark.django_db
SELL = "/v1/activations"


@pytest.fixture
def till() -> Connection:
    return make_till()


@pytest.fixture
def token(till: Connection) -> str:
    """Give the key of the till."""
    scopes = [Scope.ACTIVATE]
    made = create_api_key(name="till", scopes=scopes, connection=till, by=SYSTEM, at=now())
    return made.secret


@pytest.fixture
def printed() -> Printed:
    return mint_batch(make_product())


def test_a_scan_sells_and_the_same_again_is_the_same_answer(
    post: Post, token: str, printed: Printed
) -> None:
    body = {"unit": printed.codes[0], "sale": "R-1", "till": "3"}

    first, again = (post(SELL, body, token=token) for _ in range(2))

    assert first.status_code == again.status_code == 200
    told = first.json()
    assert told["entitlement"] == handle_of(printed.entitlement_ids[0])
    assert (told["state"], told["batch"], told["ordinal"], told["repeated"]) == (
        "issued",
        printed.batch.name,
        1,
        False,
    )
    assert again.json() == told | {"repeated": True}
    assert printed.codes[0] not in first.content.decode()


def test_a_till_lists_by_product_what_it_sold(
    client: Client, post: Post, till: Connection, printed: Printed
) -> None:
    scopes = [Scope.ACTIVATE, Scope.TRACE]
    key = create_api_key(name="till", scopes=scopes, connection=till, by=SYSTEM, at=now()).secret
    listed = {"path": "/v1/entitlements", "headers": {"Authorization": f"Bearer {key}"}}
    before = client.get(query_params={"product": "DNA-STD"}, **listed)
    post(SELL, {"unit": printed.codes[0], "sale": "R-1"}, token=key)

    found = client.get(query_params={"product": "DNA-STD"}, **listed)

    assert (before.status_code, found.status_code) == (404, 200)
    assert len(found.json()["entitlements"]) == 1


def test_what_was_sold_elsewhere_is_refused_with_what_is_true(
    post: Post, token: str, printed: Printed
) -> None:
    post(SELL, {"unit": printed.codes[0], "sale": "R-1"}, token=token)

    refused = post(SELL, {"unit": printed.codes[0], "sale": "R-2"}, token=token)

    assert (refused.status_code, refused.json()["code"]) == (409, "entitlement_already_sold")
    assert "under R-1" in refused.json()["detail"]


def test_a_refused_code_is_an_attempt_and_a_handle_is_none(
    post: Post, token: str, printed: Printed
) -> None:
    withdraw(printed.entitlement_ids[0])

    for unit, status in (
        (draw_code(), 404),
        (printed.codes[0], 409),
        ("7K3M-9QXT-2B5N-RWE8", 422),
        (handle_of(printed.entitlement_ids[0]), 409),
        ("ent_nonsense", 404),
    ):
        assert post(SELL, {"unit": unit, "sale": "R-1"}, token=token).status_code == status

    assert list(Attempt.objects.order_by("at").values_list("outcome", "counted")) == [
        ("code_not_found", True),
        ("entitlement_revoked", True),
        ("code_malformed", False),
    ]
    assert not Entitlement.objects.filter(state="issued").exists()


def test_a_sale_is_undone(post: Post, token: str, printed: Printed) -> None:
    post(SELL, {"unit": printed.codes[0], "sale": "R-1"}, token=token)

    undone = post(f"{SELL}/undo", {"unit": printed.codes[0]}, token=token)

    assert (undone.status_code, undone.json()["state"]) == (200, "revoked")
    nothing = post(f"{SELL}/undo", {"unit": printed.codes[1]}, token=token)
    assert (nothing.status_code, nothing.json()["code"]) == (409, "not_assigned")


def test_undoing_is_no_way_to_guess(post: Post, token: str, printed: Printed) -> None:
    for unit, status in ((draw_code(), 404), (handle_of(printed.entitlement_ids[0]), 409)):
        assert post(f"{SELL}/undo", {"unit": unit}, token=token).status_code == status

    told = Attempt.objects.values_list("outcome", "counted")
    assert list(told) == [("code_not_found", True)]


@pytest.mark.parametrize("body", [{"unit": "x"}, {"sale": "R-1"}, {"unit": "x", "sale": ""}, {}])
def test_bad_requests_are_refused(post: Post, token: str, body: dict[str, Any]) -> None:
    assert post(SELL, body, token=token).status_code == 422


def test_only_a_key_of_a_point_of_sale_sells(post: Post, client: Client, printed: Printed) -> None:
    unbound = create_api_key(name="x", scopes=[Scope.ACTIVATE], by=SYSTEM, at=now()).secret
    other = Connection.objects.create(
        slug="club", channel="partner", name="Club", is_test=True, created_at=now()
    )
    partner = create_api_key(
        name="y", scopes=[Scope.ACTIVATE], connection=other, by=SYSTEM, at=now()
    ).secret
    body = {"unit": printed.codes[0], "sale": "R-1"}

    statuses = [post(SELL, body, token=token).status_code for token in (unbound, partner, "no")]

    assert statuses == [403, 404, 401]
    assert not Entitlement.objects.filter(state="issued").exists()
