"""Whenever it is killed, a batch, a sale or an approval is done or not begun."""

from contextlib import suppress
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import User

from counterfoil.errors import ApprovalClosed
from counterfoil.models import Approval, Batch, Connection, GrantRecord, Product, Purchase
from counterfoil.operations.activate_at_sale import activate_at_sale
from counterfoil.operations.approve import approve
from counterfoil.operations.mint import mint
from counterfoil.operations.recall_batch import recall_batch
from counterfoil.operations.request_batch import request_batch
from counterfoil.operations.request_grant import request_grant
from counterfoil.rules.grants import GrantCategory
from counterfoil.rules.people import Actor, ActorKind
from counterfoil.testing.builders import OPERATOR, make_product, now
from tests.batches import BOSS, Printed, batch_request, make_till, mint_batch
from tests.crash.doomed import Doomed, kill_everywhere
from tests.scenes import history
from tests.staff import make_colleague

pytestmark = pytest.mark.django_db(transaction=True)


def product() -> Product:
    return Product.objects.first() or make_product()


def approved_batch() -> UUID:
    batch = request_batch(**batch_request(product()))
    Batch.objects.filter(pk=batch.pk).update(approved_at=now())
    return batch.pk


def mint_it(batch_id: UUID) -> object:
    return mint(batch_id=batch_id, by=OPERATOR, at=now())


def was_minted(batch_id: UUID) -> None:
    batch = Batch.objects.get(pk=batch_id)
    numbers = batch.entitlements.order_by("batch_ordinal").values_list("batch_ordinal", flat=True)
    assert list(numbers) == [1, 2, 3]
    assert batch.steps.filter(step="minted").count() == 1


def printed() -> Printed:
    if not Connection.objects.filter(slug="till").exists():
        make_till()
    return mint_batch(product(), 2)


def sell(given: Printed) -> object:
    return activate_at_sale(
        connection=Connection.objects.get(slug="till"),
        sale=f"R-{given.batch.name}",
        presented=given.codes,
        by=OPERATOR,
        at=now(),
    )


def was_sold(given: Printed) -> None:
    purchase = Purchase.objects.get(external_reference=f"R-{given.batch.name}")
    assert purchase.entitlements.count() == purchase.lines.count() == 2
    for one in given.entitlement_ids:
        assert history(one) == ["mint", "activate_at_sale"]


def recall(given: Printed) -> object:
    left = given.batch.entitlements.filter(state="minted").count()
    return recall_batch(
        batch_id=given.batch.pk, states=[], expected=left, by=OPERATOR, at=now(), reason="stolen"
    )


def was_recalled(given: Printed) -> None:
    assert given.batch.entitlements.filter(state="revoked").count() == 2
    assert Batch.objects.get(pk=given.batch.pk).recalled_at is not None


def olga() -> Actor:
    known = User.objects.filter(username="olga").first()
    if known is None:
        return make_colleague("olga")
    return Actor(kind=ActorKind.OPERATOR, id=str(known.pk), display="Olga")


def asked() -> UUID:
    request = request_grant(
        request_id=uuid4(),
        product=product(),
        quantity=21,
        category=GrantCategory.EXCEPTION,
        reason="Because",
        reference="CASE-1",
        by=olga(),
        at=now(),
    )
    assert isinstance(request, Approval)
    return request.pk


def agree(approval_id: UUID) -> object:
    with suppress(ApprovalClosed):  # who presses again reads that it was approved
        return approve(approval_id=approval_id, by=BOSS, at=now())
    return None


def was_agreed(approval_id: UUID) -> None:
    request = Approval.objects.get(pk=approval_id)
    record = GrantRecord.objects.get(purchase__external_reference=f"grant-{request.subject}")
    assert request.decision == "approved"
    assert record.purchase.entitlements.count() == 21


ACTS = {
    "mint": Doomed(scene=approved_batch, act=mint_it, check=was_minted),
    "activate_at_sale": Doomed(scene=printed, act=sell, check=was_sold),
    "recall_batch": Doomed(scene=printed, act=recall, check=was_recalled, repeatable=False),
    "approve": Doomed(scene=asked, act=agree, check=was_agreed),
}


@pytest.mark.parametrize("name", ACTS)
def test_it_is_done_or_not_begun(name: str) -> None:
    assert kill_everywhere(ACTS[name]) >= 4  # a statement, and three moments around COMMIT
