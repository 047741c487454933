"""Assigning, transferring, correcting and milestones over the API."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from tests.records import unchanged
from tests.scenes import fulfil, suspend, use

from counterfoil.models import Account, Assignment, Milestone
from counterfoil.rules.scopes import Scope
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import Issued, issue_one, make_assignee

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(client: Client, key: Callable[..., str]) -> Any:
    """Call as the back office of the host."""
    bearer = key(Scope.ASSIGN, Scope.MILESTONES)

    def calling(method: str, issued: Issued, path: str, body: Any = None, once: str = "k1") -> Any:
        where = f"/v1/entitlements/{issued.entitlement().handle}/{path}"
        given = {"HTTP_AUTHORIZATION": f"Bearer {bearer}"}
        given |= {"HTTP_IDEMPOTENCY_KEY": once} if once else {}
        if body is None:
            return getattr(client, method)(where, **given)
        return getattr(client, method)(where, body, content_type="application/json", **given)

    return calling


ANA = {"account": {"external_reference": "user-1"}, "reason": "customer_asked"}


def test_assigns_to_an_account_that_is_new_and_repeats_safely(call: Any) -> None:
    issued = issue_one()
    assert call("get", issued, "assignment").json()["code"] == "not_assigned"

    told = call("post", issued, "assign", ANA)

    held = Assignment.objects.get()
    assert told.status_code == 200
    assert told.json()["account"] == str(Account.objects.get(external_reference="user-1").pk)
    assert (told.json()["assignment"], told.json()["state"]) == (str(held.pk), "assigned")
    again = call("post", issued, "assign", ANA)
    assert (again.json(), again["Idempotency-Replayed"]) == (told.json(), "true")
    assert call("post", issued, "assign", ANA, "k2").json() == told.json()
    assert Assignment.objects.get() == held
    other = {"account": {"email": "bob@example.com"}}
    assert call("post", issued, "assign", other, "k3").json()["code"] == "code_already_used"
    assert call("get", issued, "assignment").json() == told.json()


def test_transfers_and_stops_at_the_cut_off(call: Any) -> None:
    issued = issue_one(terms=Terms(cutoff="card_sent"))
    use(issued, make_assignee())
    to_bob = {"account": {"email": "bob@example.com"}, "reason": "customer_asked"}

    assert call("post", issued, "transfer", to_bob).status_code == 200
    assert Assignment.objects.count() == 2
    told = call("post", issued, "milestones", {"name": "card_sent", "reference": "parcel-7"}, "m1")
    assert told.status_code == 200
    with unchanged():
        other = {"name": "card_sent", "reference": "other"}
        again = call("post", issued, "milestones", other, once="")
    assert again.json() == told.json()
    back = {"account": {"email": "ana@example.com"}}
    refused = call("post", issued, "transfer", back, "k2")
    assert (refused.status_code, refused.json()["code"]) == (409, "cutoff_passed")


def test_corrects_a_subject(call: Any) -> None:
    issued = issue_one()
    fulfil(issued, make_assignee())

    told = call("post", issued, "correct-subject", {"answers": {"name": "Miso"}})

    assert told.status_code == 200
    held = Assignment.objects.select_related("subject").get(ended_at=None)
    assert (str(held.subject), told.json()["subject"]) == ("Miso", str(held.subject_id))
    wrong = call("post", issued, "correct-subject", {"answers": {"name": ""}}, "k2")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "subject_invalid")


def test_refusals_have_their_codes(call: Any) -> None:
    issued = issue_one()
    assert call("post", issued, "transfer", ANA).json()["code"] == "not_assigned"
    assert call("post", issued, "milestones", {"name": "x"}).json()["code"] == "not_assigned"
    assert call("post", issued, "milestones", {"name": "Bad Name"}).status_code == 422
    assert call("post", issued, "assign", {"account": {}}, "k2").status_code == 404
    use(issued, make_assignee())
    suspend(issued.id)
    assert call("post", issued, "transfer", ANA, "k3").json()["code"] == "entitlement_on_hold"
    assert not Milestone.objects.exists()


def test_what_does_not_exist_is_not_there(client: Client, key: Callable[..., str]) -> None:
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {key(Scope.ASSIGN)}"}

    assert client.get("/v1/entitlements/ent_nonsense/assignment", **bearer).status_code == 404
