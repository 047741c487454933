"""Printed batches over the API."""

import pytest
from tests.api.calling import machine
from tests.batches import good_certificate, mint_batch
from tests.records import unchanged

from counterfoil.models import Approval, Entitlement
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import make_product

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
