"""Allot what one person may allot alone, or ask for a second person where that is needed."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import NotFound, OrderInvalid, ReasonMissing
from counterfoil.models import Allotment, Approval, GrantRecord, Product
from counterfoil.operations._allotting import AllotmentWish
from counterfoil.operations._approving import ask
from counterfoil.operations._partnering import read_partner
from counterfoil.operations._rights import needs_second_person
from counterfoil.operations.allot import allot
from counterfoil.rules.approvals import ApprovalKind
from counterfoil.rules.grants import MOST
from counterfoil.rules.people import Actor


@transaction.atomic
def request_allotment(
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
) -> Allotment | Approval:
    """
    Allot what one person may allot alone, and put anything above before a second person.

    Gives the allotment, or the request that waits; asking again with the same ``request_id`` gives
    the same, and the allotment once it was approved.

    :raises NotFound: if there is no such partner, product, or allotment of theirs.
    :raises ReasonMissing: without a reason or a reference.
    :raises OrderInvalid: if the quantity cannot be, or the request id was used otherwise.
    """
    wish = AllotmentWish(
        request_id=request_id,
        partner_id=partner_id,
        product_id=product_id,
        quantity=quantity,
        label=label.strip()[:100],
        reference=reference.strip(),
        reason=reason.strip(),
        allotment_id=allotment_id,
    )
    _refuse_unless_sound(wish)
    given = GrantRecord.objects.filter(purchase__external_reference=f"grant-{request_id}")
    if not given.exists() and (
        Approval.objects.filter(kind=ApprovalKind.ALLOTMENT, subject=str(request_id)).exists()
        or needs_second_person(quantity, by=by, at=at)
    ):
        subject = str(request_id)
        asked = wish.as_data()
        return ask(kind=ApprovalKind.ALLOTMENT, subject=subject, parameters=asked, by=by, at=at)
    return allot(**wish.as_arguments(), by=by, at=at)


def _refuse_unless_sound(wish: AllotmentWish) -> None:
    """Say now what would be refused when it is carried out."""
    partner = read_partner(wish.partner_id)
    if not Product.objects.filter(pk=wish.product_id).exists():
        raise NotFound("There is no such product.")
    if not wish.reason or not wish.reference:
        raise ReasonMissing
    if not 1 <= wish.quantity <= MOST:
        raise OrderInvalid(f"The quantity must be from 1 to {MOST:,}.")
    theirs = Allotment.objects.filter(partner=partner, product=wish.product_id)
    if wish.allotment_id is not None and not theirs.filter(pk=wish.allotment_id).exists():
        raise NotFound("There is no such allotment.")
