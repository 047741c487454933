"""Purchases too large to be done while the partner waits, and bodies nobody thought of."""

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.api.partners import Teller, a_line, an_order, make_teller
from tests.records import assert_kept, unchanged

from counterfoil.intake.converging import MOST_AT_ONCE
from counterfoil.intake.worker import work_messages
from counterfoil.jobs.purchases import issue_purchase
from counterfoil.jobs.running import work_jobs
from counterfoil.models import Entitlement, Entry, Job
from counterfoil.testing.builders import make_product, now

COVERS = {"F9": ["test_no_body_is_too_strange_to_be_answered"]}
pytestmark = pytest.mark.django_db
UNITS = MOST_AT_ONCE + 7


@pytest.fixture
def vets(client: Client) -> Teller:
    return make_teller(client, make_product())


def follow(vets: Teller, job: str) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {vets.secret}"}
    answer = vets.client.get(f"/v1/jobs/{job}", headers=headers)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_a_large_purchase_is_issued_in_parts_that_survive_a_crash(vets: Teller) -> None:
    told = an_order(**a_line(quantity=UNITS))
    job_id = vets.post("", told).json()["job"]
    job = Job.objects.get(pk=job_id)

    first = issue_purchase(job, at=now())  # and whoever did it dies before it is kept
    assert (first.done, first.total, first.is_finished) == (MOST_AT_ONCE, UNITS, False)
    halfway = vets.post("", told)
    assert (halfway.status_code, halfway.json()["status"]) == (202, "accepted")
    assert follow(vets, job_id)["done"] == 0

    work_jobs()

    assert follow(vets, job_id) | {"finished_at": None, "started_at": None} == {
        "id": job_id,
        "kind": "purchase",
        "status": "done",
        "done": UNITS,
        "total": UNITS,
        "problems": 0,
        "created_at": follow(vets, job_id)["created_at"],
        "started_at": None,
        "finished_at": None,
    }
    assert vets.post("", told).json()["status"] == "complete"
    assert Entitlement.objects.count() == UNITS
    assert Entry.objects.filter(act_name="issue").values("act").distinct().count() == 1
    assert_kept()


def test_what_yields_much_is_large(vets: Teller) -> None:
    vets.connection.mappings.update(entitlements_per_unit=251)
    answer = vets.post("", an_order())
    assert (answer.status_code, answer.json()["job"] is None) == (202, False)
    assert not Entitlement.objects.exists()


def test_another_partner_cannot_follow_the_job(client: Client, vets: Teller) -> None:
    job_id = vets.post("", an_order(**a_line(quantity=501))).json()["job"]
    zoo = make_teller(client, slug="zoo")
    headers = {"Authorization": f"Bearer {zoo.secret}"}
    assert client.get(f"/v1/jobs/{job_id}", headers=headers).status_code == 404


def test_a_large_purchase_is_taken_back_by_the_worker(vets: Teller) -> None:
    vets.post("", an_order(**a_line(quantity=600)))
    work_jobs()
    answer = vets.post("/PO-1/cancel", {"reference": "C-1", "whole": True})
    assert (answer.status_code, answer.json()["status"]) == (202, "accepted")
    work_messages()
    assert vets.get("/PO-1").json()["status"] == "cancelled"
    assert not Entitlement.objects.exclude(state="revoked").exists()
    assert_kept()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=9), inside, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    ["reference", "currency", "lines", "buyer", "gift", "number", "paid_at", "notify_buyer"]
)
LINE_FIELDS = st.sampled_from(
    ["reference", "sku", "quantity", "unit_amount", "amount_total", "gift", "holders"]
)


@given(st.dictionaries(FIELDS, JSON, max_size=2), st.dictionaries(LINE_FIELDS, JSON, max_size=2))
@settings(max_examples=150, suppress_health_check=list(HealthCheck))
def test_no_body_is_too_strange_to_be_answered(
    vets: Teller, changes: dict[str, Any], line: dict[str, Any]
) -> None:
    body = json.dumps(an_order(**(a_line(**line) | changes)))
    answer = vets.post("", body.encode())
    assert answer.status_code in {200, 201, 400, 409, 422}, answer.content
    if answer.status_code >= 400:
        assert answer.json()["code"] != "error"


@pytest.mark.parametrize("body", [b'{"reference": 1e400}', b"\xef\xbb\xbf{}", b"null", b'"x"'])
def test_what_is_not_an_object_changes_nothing(vets: Teller, body: bytes) -> None:
    with unchanged():
        assert vets.post("", body).status_code == 400
        assert vets.post("/PO-1/cancel", body).status_code == 400
        assert vets.post("/PO-1/codes", body).status_code == 400
