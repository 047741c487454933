"""Purchases that partners take back, whole or in part."""

from typing import Any

import pytest
from django.test import Client
from tests.api.partners import Teller, a_line, an_order, make_teller
from tests.records import assert_kept, unchanged

from counterfoil.models import Entitlement, ExceptionCase
from counterfoil.models.ids import id_of
from counterfoil.operations.assign import assign
from counterfoil.rules.terms import RefundPolicy, Terms
from counterfoil.testing.builders import OPERATOR, make_assignee, make_product, now

COVERS = {
    "F1": ["test_the_whole_is_taken_back_once", "test_a_cancellation_repeated_is_the_same_one"],
    "F3": [
        "test_several_come_to_the_same_in_any_order",
        "test_part_of_what_is_cancelled_already_is_nothing",
        "test_what_is_still_being_issued_is_taken_back_later",
    ],
    "F36": [
        "test_part_is_taken_back_the_newest_first",
        "test_named_ones_are_taken_back_and_no_others",
        "test_one_that_is_gone_already_takes_no_other_along",
        "test_no_more_than_is_left_is_taken_back",
    ],
    "F38": [
        "test_what_somebody_has_goes_by_the_terms",
        "test_of_a_whole_that_is_partly_in_use_the_rest_is_withdrawn",
    ],
}
pytestmark = pytest.mark.django_db


@pytest.fixture
def vets(client: Client) -> Teller:
    teller = make_teller(client, make_product())
    teller.post("", an_order(**a_line(quantity=4)))
    return teller


def cancel(vets: Teller, reference: str = "C-1", *, order: str = "PO-1", **what: Any) -> Any:
    return vets.post(f"/{order}/cancel", {"reference": reference} | what)


def states(answer: Any) -> list[str]:
    return [one["state"] for one in answer.json()["entitlements"]]


def of_line(quantity: int, line: str = "1") -> dict[str, Any]:
    return {"lines": [{"line": line, "quantity": quantity}]}


def use(handle: str) -> None:
    """Let somebody have this one."""
    assign(
        entitlement_id=id_of(handle),
        to=make_assignee(),
        by=OPERATOR,
        at=now(),
        reason="support_case",
    )


def handles(vets: Teller) -> list[str]:
    return [one["entitlement"] for one in vets.get("/PO-1").json()["entitlements"]]


def test_the_whole_is_taken_back_once(vets: Teller) -> None:
    answer = cancel(vets, whole=True)
    assert (answer.status_code, answer.json()["status"]) == (200, "cancelled")
    assert states(answer) == ["revoked"] * 4
    assert {one["cancelled"] for one in answer.json()["entitlements"]} == {"withdrawn"}
    assert answer.json()["cancelled_at"] is not None

    before = list(Entitlement.objects.order_by("pk").values_list("pk", "version"))
    again = cancel(vets, "C-2", whole=True)
    assert again.json() == answer.json()
    assert before == list(Entitlement.objects.order_by("pk").values_list("pk", "version"))
    assert vets.post("", an_order(**a_line(quantity=4))).status_code == 200  # found, not revived
    assert states(vets.get("/PO-1")) == ["revoked"] * 4
    assert_kept()


def test_part_is_taken_back_the_newest_first(vets: Teller) -> None:
    answer = cancel(vets, **of_line(1), reason="returned")
    assert states(answer) == ["issued", "issued", "issued", "revoked"]
    assert [one["reference"] for one in answer.json()["cancellations"]] == ["C-1"]
    assert answer.json()["status"] == "complete"
    assert_kept()


def test_a_cancellation_repeated_is_the_same_one(vets: Teller) -> None:
    first = cancel(vets, **of_line(1))
    assert cancel(vets, **of_line(1)).json() == first.json()
    with unchanged():
        other = cancel(vets, **of_line(2))
    assert (other.status_code, other.json()["code"]) == (409, "declared_differently")
    assert Entitlement.objects.filter(state="revoked").count() == 1


def test_several_come_to_the_same_in_any_order(client: Client, vets: Teller) -> None:
    vets.post("", an_order("PO-2", **a_line(quantity=4)))
    for order, references in (("PO-1", "ABA"), ("PO-2", "BAB")):
        for reference in references:
            quantity = {"A": 1, "B": 2}[reference]
            assert cancel(vets, reference, order=order, **of_line(quantity)).status_code == 200
        assert states(vets.get(f"/{order}")).count("revoked") == 3
    assert_kept()


def test_named_ones_are_taken_back_and_no_others(vets: Teller) -> None:
    first, second, *_ = handles(vets)
    answer = cancel(vets, units=[first])
    assert states(answer) == ["revoked", "issued", "issued", "issued"]
    assert states(cancel(vets, "C-2", units=[first, second])) == ["revoked"] * 2 + ["issued"] * 2
    with unchanged():
        assert cancel(vets, "C-2", units=[first]).status_code == 409
    assert states(cancel(vets, "C-2", units=[first, second])) == ["revoked"] * 2 + ["issued"] * 2


def test_one_that_is_gone_already_takes_no_other_along(vets: Teller) -> None:
    cancel(vets, **of_line(1))
    last = handles(vets)[-1]
    answer = cancel(vets, "C-2", units=[last])
    assert answer.status_code == 200
    assert states(answer) == ["issued", "issued", "issued", "revoked"]
    assert cancel(vets, "C-2", units=[last]).json() == answer.json()
    assert_kept()


@pytest.mark.parametrize(
    ("policy", "state", "told"),
    [
        (RefundPolicy.REVOKE, "revoked", "withdrawn"),
        (RefundPolicy.KEEP, "assigned", "kept"),
        (RefundPolicy.ASK, "assigned", "undecided"),
    ],
)
def test_what_somebody_has_goes_by_the_terms(
    client: Client, policy: RefundPolicy, state: str, told: str
) -> None:
    zoo = make_teller(client, make_product(terms=Terms(refund_policy=policy)), slug="zoo")
    zoo.post("", an_order())
    first = handles(zoo)[0]
    use(first)

    answer = cancel(zoo, units=[first])

    [unit, other] = answer.json()["entitlements"]
    assert (unit["state"], unit["cancelled"]) == (state, told)
    assert (other["state"], other["cancelled"]) == ("issued", None)
    assert answer.json()["status"] == (
        "complete" if policy is RefundPolicy.REVOKE else "needs_attention"
    )
    assert_kept()


def test_of_a_whole_that_is_partly_in_use_the_rest_is_withdrawn(vets: Teller) -> None:
    use(handles(vets)[0])
    answer = cancel(vets, whole=True)
    told = [one["cancelled"] for one in answer.json()["entitlements"]]
    assert told == ["undecided", "withdrawn", "withdrawn", "withdrawn"]
    assert answer.json()["status"] == "needs_attention"
    assert ExceptionCase.objects.filter(kind="refund_after_assignment").count() == 1
    assert_kept()


def test_part_of_what_is_cancelled_already_is_nothing(vets: Teller) -> None:
    whole = cancel(vets, whole=True)
    late = cancel(vets, "C-2", **of_line(2))
    assert late.status_code == 200
    assert late.json() == whole.json()


@pytest.mark.parametrize(
    ("what", "at"),
    [
        ({}, "body"),
        ({"whole": False}, "body"),
        ({"lines": []}, "body"),
        ({"whole": True} | of_line(1), "body"),
        (of_line(1) | {"units": ["ent_1"]}, "body"),
        (of_line(5), "lines.0.quantity"),
        (of_line(0), "lines.0.quantity"),
        (of_line(-1), "lines.0.quantity"),
        (of_line(1, "2"), "cancellations"),
        ({"lines": of_line(3)["lines"] * 2}, "cancellations"),
        ({"units": ["ent_1"]}, "units.0"),
        ({"units": ["\x00"]}, "units.0"),
        ({"whole": "true"}, "whole"),
        ({"whole": True, "reason": "x" * 201}, "reason"),
        ({"all": True}, "all"),
    ],
)
def test_what_is_wrong_takes_nothing_back(vets: Teller, what: dict[str, Any], at: str) -> None:
    with unchanged():
        answer = cancel(vets, **what)
    assert answer.status_code == 422, answer.content
    assert answer.json()["errors"][0]["at"] == at


def test_no_more_than_is_left_is_taken_back(vets: Teller) -> None:
    cancel(vets, **of_line(3))
    with unchanged():
        answer = cancel(vets, "C-2", **of_line(2))
    assert answer.json()["errors"][0] == {
        "at": "lines.0.quantity",
        "message": "only 1 of this line are left",
    }


def test_units_of_another_purchase_are_none_of_this_one(vets: Teller) -> None:
    vets.post("", an_order("PO-2"))
    [other, _] = [one["entitlement"] for one in vets.get("/PO-2").json()["entitlements"]]
    with unchanged():
        assert cancel(vets, units=[other]).status_code == 422


def test_what_was_never_told_cannot_be_taken_back(vets: Teller) -> None:
    for what in ({"whole": True}, of_line(1)):
        with unchanged():
            answer = cancel(vets, order="PO-9", **what)
        assert (answer.status_code, answer.json()["code"]) == (404, "order_unknown")


def test_what_is_still_being_issued_is_taken_back_later(vets: Teller) -> None:
    vets.post("", an_order("PO-2", **a_line(quantity=600)))
    with unchanged():
        answer = cancel(vets, order="PO-2", **of_line(1))
    assert (answer.status_code, answer.json()["code"]) == (409, "purchase_unfinished")
    assert answer["Retry-After"] == "5"
