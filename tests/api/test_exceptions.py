"""What needs a person, worked on over the API."""

from datetime import timedelta

import pytest
from tests.api.calling import Machine, machine
from tests.playbooks.scenes import a_case, refunded_in_use
from tests.records import unchanged

from counterfoil.models import ExceptionCase
from counterfoil.operations.take_case import take_case
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import OPERATOR, issue_one, now

pytestmark = pytest.mark.django_db


def office() -> Machine:
    """Call with a key that works on exceptions, and may do nothing else."""
    return machine(Scope.READ_EXCEPTIONS, Scope.EXCEPTIONS)


def without_address() -> ExceptionCase:
    """Sell something that can be mailed to nobody."""
    purchase = issue_one().purchase
    return a_case(
        ExceptionKind.NO_DELIVERY_ADDRESS, str(purchase.pk), {"units": 1}, purchase=purchase
    )


def test_one_is_read_with_what_was_found_and_settled_as_it_suggests() -> None:
    case, by = without_address(), office()

    [listed] = by.get("/v1/exceptions", kind="no_delivery_address").json()["exceptions"]
    read = by.get(f"/v1/exceptions/{listed['exception']}").json()
    [chosen] = [one for one in read["suggestions"] if one["suggestion"] == "not_needed"]
    followed = by.post(
        f"/v1/exceptions/{case.pk}/follow",
        {"suggestion": chosen["suggestion"], "mark": chosen["mark"], "comment": "Printed"},
    ).json()

    assert (chosen["scope"], chosen["settles"]) == ("exceptions:write", True)
    assert followed["exception"]["settled_by"] == "office"
    assert followed["exception"]["outcome"].endswith("Printed")
    assert by.get("/v1/exceptions").json()["exceptions"] == []
    [settled] = by.get("/v1/exceptions", which="settled").json()["exceptions"]
    assert settled["exception"] == str(case.pk)


def test_a_suggestion_that_says_something_else_by_now_is_not_followed() -> None:
    case, by = without_address(), office()
    body = {"suggestion": "not_needed", "mark": "0" * 32}

    with unchanged():
        stale = by.post(f"/v1/exceptions/{case.pk}/follow", body)

    assert (stale.status_code, stale.json()["code"]) == (409, "situation_changed")


def test_what_decides_over_money_is_left_to_people() -> None:
    case, issued = refunded_in_use()
    by = machine()
    suggestions = by.get(f"/v1/exceptions/{case.pk}").json()["suggestions"]
    body = {"suggestion": suggestions[0]["suggestion"], "mark": suggestions[0]["mark"]}

    with unchanged():
        refused = by.post(f"/v1/exceptions/{case.pk}/follow", body)

    assert {one["scope"] for one in suggestions} == {None}
    assert (refused.status_code, refused.json()["code"]) == (403, "person_needed")
    assert issued.entitlement().state == "assigned"


def test_a_key_takes_one_on_lets_it_wait_and_lets_it_go() -> None:
    case, by = without_address(), office()
    until = (now() + timedelta(days=3)).isoformat()

    taken = by.post(f"/v1/exceptions/{case.pk}/take").json()
    mine = by.get("/v1/exceptions", which="mine").json()["exceptions"]
    later = by.post(
        f"/v1/exceptions/{case.pk}/postpone", {"until": until, "comment": "She sends a receipt"}
    ).json()
    gone = by.post(f"/v1/exceptions/{case.pk}/give-back").json()

    assert taken["owner"] == "office"
    assert len(mine) == 1
    assert later["due_at"][:19] == until[:19]
    assert gone["owner"] == ""


def test_what_somebody_else_works_on_is_theirs() -> None:
    case, by = without_address(), office()
    take_case(case_id=case.pk, by=OPERATOR, at=now())

    with unchanged():
        for act, body in (("take", None), ("settle", {"outcome": "nothing"})):
            refused = by.post(f"/v1/exceptions/{case.pk}/{act}", body)
            assert (refused.status_code, refused.json()["code"]) == (409, "case_taken")


def test_one_is_settled_by_hand_with_words_where_they_are_needed() -> None:
    case, by = without_address(), office()

    with unchanged():
        refused = by.post(f"/v1/exceptions/{case.pk}/settle", {"outcome": "other"})
    settled = by.post(
        f"/v1/exceptions/{case.pk}/settle", {"outcome": "other", "comment": "Told ann@example.com"}
    ).json()

    assert (refused.status_code, refused.json()["code"]) == (422, "outcome_missing")
    assert settled["outcome"] == "Told a•••@example.com"
