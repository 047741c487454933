"""What one person asks for is done when a second one says so, and never otherwise."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import override_settings

from counterfoil.errors import (
    ApprovalClosed,
    NotFound,
    OrderInvalid,
    OwnRequest,
    ReasonMissing,
    RequesterMayNot,
)
from counterfoil.models import Approval, Batch, Entitlement, GrantRecord, Job, Product, Purchase
from counterfoil.operations.approve import approve
from counterfoil.operations.reject import reject
from counterfoil.operations.request_batch import request_batch
from counterfoil.operations.request_grant import request_grant
from counterfoil.rules.approvals import Standing
from counterfoil.rules.grants import GrantCategory, ReferenceKind
from counterfoil.rules.people import Actor
from counterfoil.rules.permissions import Permission
from counterfoil.testing.builders import make_product
from tests.batches import batch_request
from tests.records import refused
from tests.staff import make_colleague, take_permission

pytestmark = pytest.mark.django_db
COVERS = {
    "F57": [
        "test_what_is_above_the_limit_waits_for_a_second_person",
        "test_nobody_decides_on_their_own_request",
    ]
}


@pytest.fixture
def product() -> Product:
    return make_product()


@pytest.fixture
def olga() -> Actor:
    return make_colleague("olga")


@pytest.fixture
def bert() -> Actor:
    return make_colleague("bert")


def ask(product: Product, by: Actor, at: datetime, **other: Any) -> Approval:
    """Ask for more than one person may give."""
    asked = request_grant(**wish(product, by, at, **other))
    assert isinstance(asked, Approval)
    return asked


def wish(product: Product, by: Actor, at: datetime, **other: Any) -> dict[str, Any]:
    return {
        "request_id": uuid4(),
        "product": product,
        "quantity": 21,
        "category": GrantCategory.CUSTOMER_SERVICE,
        "reason": "A whole club was disappointed",
        "reference": "CASE-1",
        "reference_kind": ReferenceKind.CASE,
        "recipient": "eve@example.com",
        "by": by,
        "at": at,
    } | other


def test_what_is_above_the_limit_waits_for_a_second_person(
    product: Product, olga: Actor, bert: Actor, at: datetime
) -> None:
    asked = ask(product, olga, at)

    assert asked.standing(at) is Standing.WAITING
    assert not Entitlement.objects.exists()
    assert b"eve@example.com" not in bytes(asked.parameters_sealed)

    done = approve(approval_id=asked.pk, by=bert, at=at, comment="Agreed with the club")

    record = GrantRecord.objects.get()
    assert (record.quantity, record.issued_by, record.approved_by) == (21, olga.id, bert.id)
    assert Entitlement.objects.count() == 21
    assert (done.decision, done.decided_by, done.comment) == (
        "approved",
        bert.id,
        "Agreed with the club",
    )
    assert {one.actor_id for one in Entitlement.objects.first().entries.all()} == {olga.id}


def test_asking_again_gives_the_same_request_and_later_the_grant(
    product: Product, olga: Actor, bert: Actor, at: datetime
) -> None:
    given = wish(product, olga, at)
    asked = request_grant(**given)

    assert request_grant(**given) == asked
    assert isinstance(asked, Approval)
    approve(approval_id=asked.pk, by=bert, at=at)
    granted = request_grant(**given)

    assert isinstance(granted, Purchase)
    assert Entitlement.objects.count() == 21


def test_nobody_decides_on_their_own_request(product: Product, olga: Actor, at: datetime) -> None:
    asked = ask(product, olga, at)

    with refused(OwnRequest):
        approve(approval_id=asked.pk, by=olga, at=at)
    with refused(OwnRequest):
        reject(approval_id=asked.pk, comment="Changed my mind", by=olga, at=at)
    with pytest.raises(IntegrityError, match="counterfoil_approval_decided"), transaction.atomic():
        Approval.objects.update(decision="approved", decided_by=olga.id, decided_at=at)


def test_what_was_decided_stays_decided(
    product: Product, olga: Actor, bert: Actor, at: datetime
) -> None:
    asked = ask(product, olga, at)
    reject(approval_id=asked.pk, comment="Too many", by=bert, at=at)

    with refused(ApprovalClosed, match="Bert has rejected"):
        approve(approval_id=asked.pk, by=make_colleague("carl"), at=at)
    with refused(ApprovalClosed):
        reject(approval_id=asked.pk, comment="Too many", by=bert, at=at)
    assert not Purchase.objects.exists()
    assert Approval.objects.get().comment == "Too many"


@override_settings(COUNTERFOIL_APPROVAL_HOURS=2)
def test_a_request_lapses_by_the_date_it_carries(
    product: Product, olga: Actor, bert: Actor, at: datetime
) -> None:
    asked = ask(product, olga, at)
    late = at + timedelta(hours=2)

    assert asked.standing(late) is Standing.LAPSED
    assert not Approval.objects.waiting(late).exists()
    with refused(ApprovalClosed, match="lapsed on"):
        approve(approval_id=asked.pk, by=bert, at=late)
    with pytest.raises(IntegrityError, match="counterfoil_approval_decided"), transaction.atomic():
        Approval.objects.update(
            decision="approved", decided_by=bert.id, decided_at=late + timedelta(seconds=1)
        )


def test_whoever_lost_the_right_gets_nothing(
    product: Product, olga: Actor, bert: Actor, at: datetime
) -> None:
    asked = ask(product, olga, at)
    take_permission(olga, Permission.GRANT)

    with refused(RequesterMayNot):
        approve(approval_id=asked.pk, by=bert, at=at)
    assert Approval.objects.get().standing(at) is Standing.WAITING


def test_it_is_judged_as_things_are_now(
    product: Product, olga: Actor, bert: Actor, at: datetime
) -> None:
    asked = ask(product, olga, at)
    Product.objects.update(sku="RENAMED")

    with refused(NotFound):
        approve(approval_id=asked.pk, by=bert, at=at)


@pytest.mark.parametrize("act", [approve, reject])
def test_refuses_what_is_not_there(act: Any, bert: Actor, at: datetime) -> None:
    with refused(NotFound):
        act(approval_id=uuid4(), comment="x", by=bert, at=at)


def test_whoever_is_turned_down_reads_why(
    product: Product, olga: Actor, bert: Actor, at: datetime
) -> None:
    asked = ask(product, olga, at)

    with refused(ReasonMissing):
        reject(approval_id=asked.pk, comment=" ", by=bert, at=at)


def test_a_batch_is_minted_by_a_job_after_a_second_person_agreed(
    product: Product, olga: Actor, bert: Actor, at: datetime
) -> None:
    batch = request_batch(**batch_request(product, by=olga, at=at))
    asked = Approval.objects.get(subject=str(batch.pk))

    approve(approval_id=asked.pk, by=bert, at=at)

    batch.refresh_from_db()
    assert batch.approved_at == at
    assert Job.objects.get(kind="mint", key=str(batch.pk)).total == 3
    assert list(batch.steps.order_by("at", "id").values_list("step", "actor_id")) == [
        ("asked", olga.id),
        ("approved", bert.id),
    ]


def test_a_batch_that_is_turned_down_never_exists(
    product: Product, olga: Actor, bert: Actor, at: datetime
) -> None:
    batch = request_batch(**batch_request(product, by=olga, at=at))
    asked = Approval.objects.get(subject=str(batch.pk))

    reject(approval_id=asked.pk, comment="Next year", by=bert, at=at)

    assert Batch.objects.get().rejected_at == at
    assert not Job.objects.exists()
    assert batch.steps.get(step="rejected").comment == "Next year"


def test_a_request_id_used_for_something_else_is_refused(
    product: Product, olga: Actor, at: datetime
) -> None:
    given = wish(product, olga, at)
    request_grant(**given)

    with refused(OrderInvalid, match="something else"):
        request_grant(**given | {"quantity": 22})
