"""Printed batches over the API."""

import pytest
from tests.api.calling import machine
from tests.batches import good_certificate, mint_batch
from tests.records import unchanged
from tests.staff import make_colleague

from counterfoil.jobs.running import work_jobs
from counterfoil.models import Approval, Entitlement
from counterfoil.operations.approve import approve
from counterfoil.operations.fetch_print_file import fetch_print_file
from counterfoil.operations.make_print_file import make_print_file
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import OPERATOR, make_product, now

pytestmark = pytest.mark.django_db
WANTED = {"name": "spring", "sku": "DNA-STD", "quantity": 5, "reason": "Spring"}


def test_nothing_is_minted_before_a_person_has_approved_it() -> None:
    make_product()
    by = machine(Scope.BATCHES, Scope.GRANT)

    asked = by.post("/v1/batches", {**WANTED, "certificate": good_certificate()})
    [listed] = by.get("/v1/batches").json()["batches"]

    body = asked.json()
    assert (asked.status_code, body["approved_at"]) == (202, None)
    assert listed["batch"] == body["batch"]
    assert by.get(f"/v1/approvals/{body['approval']}").json()["standing"] == "waiting"
    assert Approval.objects.get().requested_by == by.id
    assert not Entitlement.objects.exists()
    assert "certificate" not in body
    with unchanged():
        taken = by.post("/v1/batches", {**WANTED, "certificate": good_certificate()})
        wrong = by.post("/v1/batches", {**WANTED, "name": "other", "certificate": "none"})
    assert (taken.status_code, taken.json()["code"]) == (409, "batch_name_taken")
    assert wrong.status_code == 422


def test_pieces_are_withdrawn_if_they_are_as_many_as_was_seen() -> None:
    batch = mint_batch(make_product(), quantity=5).batch
    by = machine(Scope.BATCHES)
    path = f"/v1/batches/{batch.pk}"

    seen = by.get(f"{path}/counts", first=2, last=3).json()
    body = {"first": 2, "last": 3, "reason": "spoiled", "expected": 3}
    with unchanged():
        differs = by.post(f"{path}/withdraw", body)
    gone = by.post(f"{path}/withdraw", body | {"expected": seen["unsold"]}).json()

    assert seen["unsold"] == 2
    assert (differs.status_code, differs.json()["code"]) == (409, "counts_differ")
    assert gone["withdrawn"] == 2
    assert gone["batch"]["counts"]["withdrawn"] == 2


def test_what_a_key_asked_for_is_minted_once_a_person_has_approved_it() -> None:
    make_product()
    by = machine(Scope.BATCHES)
    path = "/v1/batches"
    asked = by.post(path, {**WANTED, "certificate": good_certificate()}).json()

    approve(approval_id=asked["approval"], by=make_colleague("bert"), at=now())
    work_jobs()

    told = by.get(f"{path}/{asked['batch']}").json()
    assert (told["counts"]["unsold"], told["print_file"]) == (5, "ready")


def test_a_batch_is_handed_over_its_file_asked_for_again_and_all_of_it_recalled() -> None:
    batch = mint_batch(make_product(), quantity=5).batch
    by = machine(Scope.BATCHES)
    path = f"/v1/batches/{batch.pk}"
    with unchanged():
        early = by.post(f"{path}/hand-over", {})
        unasked = by.post(f"{path}/print-file", {"reason": "lost"})
        differs = by.post(f"{path}/recall", {"reason": "recalled", "expected": 4})
    assert [one.json()["code"] for one in (early, unasked, differs)] == [
        "batch_not_ready",
        "batch_not_ready",
        "counts_differ",
    ]

    make_print_file(batch_id=batch.pk, number=1, claim_page="https://x/c", by=OPERATOR, at=now())
    fetch_print_file(batch_id=batch.pk, by=OPERATOR, at=now())
    over = by.post(f"{path}/hand-over", {}).json()
    asked = by.post(f"{path}/print-file", {"reason": "lost"})
    gone = by.post(f"{path}/recall", {"reason": "recalled", "expected": 5}).json()

    assert over["handed_over_at"] is not None
    assert (asked.status_code, asked.json()["standing"]) == (202, "waiting")
    assert (gone["withdrawn"], gone["batch"]["counts"]["withdrawn"]) == (5, 5)
    assert gone["batch"]["recalled_at"] is not None
