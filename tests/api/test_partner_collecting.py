"""Partners collect the codes of what they told us of, and that is written down."""

import json
from typing import Any

import pytest
from django.test import Client
from tests.api.partners import Teller, a_line, an_order, make_teller
from tests.records import assert_kept
from tests.scenes import end, suspend, withdraw

from counterfoil.models import Code, Entry, Message, Reply
from counterfoil.models.ids import id_of
from counterfoil.operations.redeem import redeem
from counterfoil.testing.builders import (
    ORIGIN,
    customer,
    make_assignee,
    make_product,
    now,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def vets(client: Client) -> Teller:
    teller = make_teller(client, make_product())
    teller.post("", an_order(**a_line(quantity=5)))
    return teller


def collect(vets: Teller, **body: Any) -> Any:
    return vets.post("/PO-1/codes", body)


def test_codes_are_collected_and_can_be_used(vets: Teller) -> None:
    answer = collect(vets)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store"
    codes = answer.json()["codes"]
    units = vets.get("/PO-1").json()["entitlements"]
    assert [one["entitlement"] for one in codes] == [one["entitlement"] for one in units]
    assert len({one["code"] for one in codes}) == 5
    ana = make_assignee()
    used = redeem(code=codes[2]["code"], to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    assert used.handle == codes[2]["entitlement"]
    assert_kept()


def test_the_ledger_keeps_who_was_given_each_code_each_time(vets: Teller) -> None:
    collect(vets)
    collect(vets)
    entries = Entry.objects.filter(act_name="collect_codes")
    assert entries.count() == 10
    assert entries.values("act").distinct().count() == 2
    key = vets.connection.apikey_set.get()
    assert {(one.actor_kind, one.actor_id) for one in entries} == {("partner", f"key:{key.pk}")}
    assert_kept()


def test_codes_come_in_pages_that_follow_each_other(vets: Teller) -> None:
    whole = collect(vets).json()["codes"]
    pages, after = [], None
    for _ in range(3):
        answer = collect(vets, limit=2, **({"after": after} if after else {})).json()
        pages += answer["codes"]
        after = answer["next"]
    assert (pages, after) == (whole, None)


def test_a_code_that_nobody_can_use_is_not_given(vets: Teller) -> None:
    codes = collect(vets).json()["codes"]
    ids = [id_of(one["entitlement"]) for one in codes]
    ana = make_assignee()
    redeem(code=codes[0]["code"], to=ana, by=customer(ana), at=now(), origin=ORIGIN)
    suspend(ids[1])
    withdraw(ids[2])
    end(ids[3])

    again = collect(vets).json()["codes"]

    assert [one["without"] for one in again] == [
        "in_use",
        "on_hold",
        "withdrawn",
        "expired",
        None,
    ]
    assert [one["code"] for one in again] == [None] * 4 + [codes[4]["code"]]
    assert Entry.objects.filter(act_name="collect_codes").count() == 5 + 1


def test_a_code_that_is_not_kept_readable_is_not_given(vets: Teller) -> None:
    Code.objects.update(ciphertext=None)
    assert {one["without"] for one in collect(vets).json()["codes"]} == {"not_readable"}


def test_before_there_are_any_there_are_none(vets: Teller) -> None:
    vets.post("", an_order("PO-2", **a_line(quantity=600)))
    assert vets.post("/PO-2/codes", {}).json() == {"codes": [], "next": None}


@pytest.mark.parametrize(
    "body",
    [{"limit": 0}, {"limit": 501}, {"limit": "1"}, {"limit": 1.0}, {"limit": True}, {"all": True}],
)
def test_what_is_wrong_gives_no_code(vets: Teller, body: dict[str, Any]) -> None:
    assert collect(vets, **body).status_code == 422
    assert not Entry.objects.filter(act_name="collect_codes").exists()


def test_codes_are_in_that_answer_and_nowhere_else(
    vets: Teller, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        codes = [one["code"].replace("-", "") for one in collect(vets).json()["codes"]]
        answers = [
            vets.post("", an_order(**a_line(quantity=5))),
            vets.get("/PO-1"),
            vets.get("/PO-1/entitlements"),
            vets.post(
                "/PO-1/cancel", {"reference": "C-1", "lines": [{"line": "1", "quantity": 1}]}
            ),
        ]
    kept = [str(list(model.objects.values())) for model in (Reply, Message, Entry)]
    said = [answer.content.decode() for answer in answers] + kept + [caplog.text]
    for text in said:
        plain = text.replace("-", "").upper()
        assert not [code for code in codes if code in plain]
        assert not [code for code in codes if json.dumps(code) in text]
