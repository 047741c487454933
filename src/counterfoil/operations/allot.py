"""Give a partner entitlements to hand out."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from counterfoil.errors import NotFound, OrderInvalid
from counterfoil.models import Allotment, GrantRecord, Partner, Product
from counterfoil.operations._announcing import announce_handed_on
from counterfoil.operations._partnering import audit, read_partner
from counterfoil.operations._repeating import only_once
from counterfoil.operations.grant import grant
from counterfoil.rules.grants import GrantCategory
from counterfoil.rules.people import Actor


@transaction.atomic
def allot(
    *,
    request_id: UUID,
    partner_id: UUID,
    product_id: UUID,
    quantity: int,
    reference: str,
    reason: str,
    by: Actor,
    at: datetime,
    label: str = "",
    allotment_id: UUID | None = None,
    approved_by: Actor | None = None,
) -> Allotment:
    """
    Give a partner entitlements to hand out: a new allotment, or more of one that is there.

    They are issued by a grant, with its reason, reference, limits and second person; very many by
    a job. A suspended partner is given them as well, on hold where its codes are. Repeating a
    request by its ``request_id`` gives the same allotment.

    :raises NotFound: if there is no such partner, product, or allotment of theirs.
    :raises ReasonMissing: without a reason or a reference.
    :raises OrderInvalid: if the quantity cannot be, or the request id was used otherwise.
    :raises ApprovalMissing: above the limits, without a second person.
    """
    only_once(request_id)
    partner = read_partner(partner_id)
    product = Product.objects.filter(pk=product_id).first()
    if product is None:
        raise NotFound("There is no such product.")
    given = GrantRecord.objects.filter(purchase__external_reference=f"grant-{request_id}")
    known = given.filter(purchase__connection=None).select_related("allotment").first()
    if known is not None and known.allotment is None:
        raise OrderInvalid("This request id was used for another grant.")
    allotment = known.allotment if known else _allotment(partner, product, label, allotment_id, at)
    assert allotment is not None  # noqa: S101 - just looked at
    grant(
        request_id=request_id,
        product=product,
        quantity=quantity,
        category=GrantCategory.PARTNER_DISTRIBUTION,
        reason=reason,
        reference=reference,
        partner=partner,
        allotment=allotment,
        approved_by=approved_by,
        by=by,
        at=at,
    )
    if known is None:
        Allotment.objects.filter(pk=allotment.pk).update(granted=F("granted") + quantity)
        told = {"allotment": str(allotment.pk), "sku": product.sku, "quantity": quantity}
        audit("allot", partner, by=by, at=at, data=told.items())
        announce_handed_on(product.pk, allotment.pk, quantity, to=partner, at=at)
    return Allotment.objects.get(pk=allotment.pk)


def _allotment(
    partner: Partner, product: Product, label: str, allotment_id: UUID | None, at: datetime
) -> Allotment:
    """Lock the allotment that is to have more, or make one that has nothing yet."""
    if allotment_id is None:
        return Allotment.objects.create(
            partner=partner, product=product, label=label.strip()[:100], granted=0, created_at=at
        )
    theirs = Allotment.objects.select_for_update().filter(partner=partner, product=product)
    found = theirs.filter(pk=allotment_id).first()
    if found is None:
        raise NotFound("There is no such allotment.")
    return found
