"""Give entitlements without a sale."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import ApprovalMissing, OrderInvalid
from counterfoil.models import Allotment, Line, Partner, Product, Purchase
from counterfoil.operations._granting import AT_ONCE, Wish, named
from counterfoil.operations._rights import needs_second_person
from counterfoil.operations.issue import issue
from counterfoil.operations.request_job import request_job
from counterfoil.rules.acts import Act
from counterfoil.rules.grants import GrantCategory, ReferenceKind
from counterfoil.rules.jobs import JobKind
from counterfoil.rules.people import Actor


@transaction.atomic
def grant(
    *,
    request_id: UUID,
    product: Product,
    quantity: int,
    category: GrantCategory,
    reason: str,
    reference: str,
    by: Actor,
    at: datetime,
    reference_kind: ReferenceKind = ReferenceKind.CASE,
    recipient: str = "",
    partner: Partner | None = None,
    allotment: Allotment | None = None,
    approved_by: Actor | None = None,
) -> Purchase:
    """
    Give entitlements without a sale, traceable like one.

    ``request_id`` is the caller's: repeating a request gives the same grant. ``reference`` names
    the order or account it is about, which must be known here, or an external case. Codes are sent
    to ``recipient``, if there is one. Very many are issued by a job. What a partner is given
    through :func:`allot` goes into its ``allotment``.

    :raises ReasonMissing: without a reason or a reference.
    :raises ReferenceUnknown: if the order or account is not there.
    :raises OrderInvalid: if quantity or address cannot be, or the request id was used otherwise.
    :raises ApprovalMissing: above the limits, without a second person.
    """
    wish = Wish(
        request_id=request_id,
        product=product,
        quantity=quantity,
        category=category,
        reason=reason,
        reference=reference,
        reference_kind=reference_kind,
        recipient=recipient,
        partner=partner,
    ).checked()
    purchase = wish.purchase(at=at)
    Purchase.objects.bulk_create([purchase], ignore_conflicts=True)
    granted = Purchase.objects.select_for_update(of=("self",)).get(
        connection=None, external_reference=purchase.external_reference
    )
    if granted.pk != purchase.pk:
        if not wish.matches(granted, purchase.buyer_id):
            raise OrderInvalid("This request id was used for another grant.")
        return granted
    second = approved_by.id if approved_by and approved_by.id != by.id else ""
    if not second and needs_second_person(quantity, by=by, at=at):
        raise ApprovalMissing
    wish.record(granted, by=by, approved_by=second, allotment=allotment)
    _begin(granted, wish, by, at)
    return granted


def _begin(granted: Purchase, wish: Wish, by: Actor, at: datetime) -> None:
    """Issue what can be issued at once, and leave the rest to a job."""
    at_once = min(wish.quantity, AT_ONCE)
    line = Line(purchase=granted, external_line="1", product=wish.product, quantity=at_once)
    line.description = wish.product.name
    line.save()
    issue(line=line, units=at_once, by=by, at=at, act=Act.GRANT, act_id=granted.pk)
    if at_once < wish.quantity:
        Purchase.objects.filter(pk=granted.pk).update(issuing=granted.pk)
        request_job(
            kind=JobKind.GRANT,
            key=str(granted.pk),
            parameters={"by": named(by), "quantity": wish.quantity},
            total=wish.quantity,
            by=by,
            at=at,
        )
