"""Lists of a back office: what is in them, a page after the other, and what is no filter."""

from typing import Any
from uuid import uuid4

import pytest
from tests.api.calling import Machine, machine
from tests.granting import carried_out, supporter
from tests.jobs.work import a_job
from tests.partnership import make_clinic
from tests.records import unchanged

from counterfoil.effects.settling import settle
from counterfoil.models import Delivery, Job
from counterfoil.models.ids import handle_of
from counterfoil.rules.scopes import Scope
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import issue_one, make_product, make_terms

pytestmark = pytest.mark.django_db


def all_pages(of: Machine, path: str, name: str, **query: Any) -> list[Any]:
    """Read a list one by one."""
    found: list[Any] = []
    following: dict[str, Any] = {}
    while True:
        page = of.get(path, limit=1, **query, **following).json()
        found += page[name]
        if page["next"] is None:
            return found
        following = {"after": page["next"]}


def test_purchases_are_listed_newest_first_and_narrowed_down() -> None:
    older, newer = issue_one(), issue_one()
    office = machine(Scope.TRACE)

    found = all_pages(office, "/v1/purchases", "purchases")

    assert [one["purchase"] for one in found] == [str(newer.purchase.pk), str(older.purchase.pk)]
    assert found[0]["entitlements"] == {"issued": 1}
    assert "@example.com" in found[0]["buyer"]
    assert "ann.buyer" not in found[0]["buyer"], "masked"
    assert all_pages(office, "/v1/purchases", "purchases", kind="grant") == []
    assert len(all_pages(office, "/v1/purchases", "purchases", refunded=False)) == 2
    wrong = office.get("/v1/purchases", product="NONE")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "filter_wrong")


def test_grants_are_listed_with_whoever_answers_for_them() -> None:
    make_product()
    olga = supporter()
    carried_out(["eva@example.com", "max@example.com"], olga)
    office = machine(Scope.TRACE)

    found = all_pages(office, "/v1/grants", "grants", alone=True)

    assert len(found) == 2
    assert {one["issued_by"] for one in found} == {olga.display}
    assert all_pages(office, "/v1/grants", "grants", alone=False) == []


def test_products_come_with_every_version_of_their_terms() -> None:
    product = make_product()
    make_terms(product, Terms(valid_days=90))
    office = machine(Scope.READ_PRODUCTS)

    [listed] = office.get("/v1/products").json()["products"]
    read = office.get(f"/v1/products/{product.sku}").json()

    assert (listed["sku"], listed["terms_version"]) == (product.sku, 2)
    assert [one["terms"]["valid_days"] for one in read["versions"]] == [90, None]
    assert office.get("/v1/products/NONE").status_code == 404


def test_jobs_are_listed_and_stopped() -> None:
    job = a_job()
    office = machine(Scope.JOBS, Scope.STOP_JOBS, Scope.CONTINUE_JOBS)
    watchdog = machine(Scope.JOBS, Scope.STOP_JOBS)

    [listed] = office.get("/v1/jobs", status="waiting").json()["jobs"]
    stopped = office.post(f"/v1/jobs/{job.pk}/stop")

    assert listed["id"] == str(job.pk)
    assert stopped.json()["status"] == "stopped"
    with unchanged():
        assert watchdog.post(f"/v1/jobs/{job.pk}/continue").json()["code"] == "scope_missing"
    going = office.post(f"/v1/jobs/{job.pk}/continue").json()
    assert (going["status"], going["finished_at"]) == ("waiting", None)
    Job.objects.update(status="done", finished_at=job.created_at)
    reader = machine(Scope.JOBS)
    with unchanged():
        assert office.post(f"/v1/jobs/{job.pk}/continue").json()["code"] == "job_finished"
        assert reader.post(f"/v1/jobs/{job.pk}/continue").status_code == 403
        assert office.post(f"/v1/jobs/{job.pk}/stop").json()["code"] == "job_finished"
        assert reader.post(f"/v1/jobs/{job.pk}/stop").status_code == 403


def test_a_mail_that_did_not_leave_is_listed_and_tried_again() -> None:
    issue_one()
    settle()
    mail = Delivery.objects.get()
    Delivery.objects.update(sent_at=None, parked_at=mail.created_at, attempts=10)
    office = machine(Scope.READ_DELIVERIES, Scope.DELIVERIES)

    [listed] = office.get("/v1/deliveries", status="failed").json()["deliveries"]
    tried = office.post(f"/v1/deliveries/{mail.pk}/retry").json()

    assert (listed["delivery"], listed["can_retry"]) == (str(mail.pk), True)
    assert (tried["status"], tried["attempts"]) == ("waiting", 0)
    assert "@" in listed["to"]
    assert "ann.buyer" not in listed["to"], "masked"
    Delivery.objects.update(sent_at=mail.created_at)
    with unchanged():
        refused = office.post(f"/v1/deliveries/{mail.pk}/retry")
    assert (refused.status_code, refused.json()["code"]) == (409, "delivery_over")


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_is_no_larger_than_it_may_be(limit: int) -> None:
    assert machine(Scope.TRACE).get("/v1/purchases", limit=limit).status_code == 422


def test_lists_that_are_read_at_once_have_pages_too() -> None:
    clinic = make_clinic()
    for sku in ("A", "B"):
        make_product(sku)
    handle = handle_of(clinic.free()[0])
    office = machine()
    for number in range(3):
        office.post("/v1/webhook-endpoints", {"url": f"https://hooks.example/{number}"})
        hold = {"kind": "fraud", "reference": str(number), "reason": "fraud"}
        office.post(f"/v1/entitlements/{handle}/holds", hold)
    office.post(
        "/v1/allotments",
        {
            "request_id": str(uuid4()),
            "partner": clinic.partner.slug,
            "sku": "A",
            "quantity": 1,
            "reason": "More",
            "reference": "CASE-1",
        },
    )
    known: dict[tuple[str, str], dict[str, str]] = {
        ("/v1/products", "products"): {},
        ("/v1/partners", "partners"): {},
        ("/v1/subject-kinds", "kinds"): {},
        ("/v1/webhook-endpoints", "endpoints"): {},
        ("/v1/allotments", "allotments"): {"partner": clinic.partner.slug},
        (f"/v1/entitlements/{handle}/holds", "holds"): {},
    }
    for (path, name), query in known.items():
        whole = office.get(path, **query).json()
        assert whole["next"] is None
        assert len(whole[name]) > 1 or name == "kinds", path
        assert all_pages(office, path, name, **query) == whole[name]
    assert office.get("/v1/partners", after="nobody").status_code == 404
