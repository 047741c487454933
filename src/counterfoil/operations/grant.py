"""Give entitlements without a sale."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.conf import conf
from counterfoil.errors import ApprovalMissing, OrderInvalid, ReasonMissing
from counterfoil.models import (
    Contact,
    GrantRecord,
    Line,
    Product,
    Purchase,
    PurchaseKind,
)
from counterfoil.operations._people import person_for
from counterfoil.operations.issue import issue
from counterfoil.rules.acts import Act
from counterfoil.rules.grants import GrantCategory
from counterfoil.rules.orders import PaymentStatus
from counterfoil.rules.people import Actor, normalise_mail


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
    recipient: str = "",
    approved_by: Actor | None = None,
) -> Purchase:
    """
    Give entitlements without a sale, traceable like one.

    ``request_id`` is the caller's: repeating a request gives the same grant. ``reference`` names
    the order, case or account it is about. Codes are sent to ``recipient``, if there is one.

    :raises ReasonMissing: without a reason or a reference.
    :raises OrderInvalid: if quantity or address cannot be, or the request id was used otherwise.
    :raises ApprovalMissing: above the limit, without a second person.
    """
    _refuse_unless_complete(quantity, reason, reference, recipient)
    if quantity > conf.GRANT_LIMIT and (approved_by is None or approved_by.id == by.id):
        raise ApprovalMissing
    purchase = Purchase(
        kind=PurchaseKind.GRANT,
        external_reference=f"grant-{request_id}",
        buyer=person_for(Contact(mail=recipient), at=at) if recipient else None,
        payment=PaymentStatus.PAID.value,
        currency=product.currency,
        is_test=category is GrantCategory.TEST,
        notify=bool(recipient),
        state_as_of=at,
        paid_at=at,
        created_at=at,
    )
    Purchase.objects.bulk_create([purchase], ignore_conflicts=True)
    granted = Purchase.objects.select_for_update(of=("self",)).get(
        connection=None, external_reference=purchase.external_reference
    )
    record = GrantRecord(
        purchase=granted,
        category=category.value,
        reason=reason,
        reference=reference,
        issued_by=by.id,
        approved_by=approved_by.id if approved_by else "",
        quantity=quantity,
    )
    if granted.pk != purchase.pk:
        _refuse_unless_same(record, product, purchase.buyer_id)
        return granted
    record.save()
    line = Line(purchase=granted, external_line="1", product=product, quantity=quantity)
    line.description = product.name
    line.save()
    issue(line=line, units=quantity, by=by, at=at, act=Act.GRANT)
    return granted


def _refuse_unless_same(asked: GrantRecord, product: Product, buyer_id: UUID | None) -> None:
    """Refuse to answer for what was asked now with what was given for something else."""
    given = Line.objects.filter(
        purchase=asked.purchase,
        product=product,
        purchase__buyer=buyer_id,
        purchase__grantrecord__category=asked.category,
        purchase__grantrecord__quantity=asked.quantity,
        purchase__grantrecord__reference=asked.reference,
    )
    if not given.exists():
        raise OrderInvalid("This request id was used for another grant.")


def _refuse_unless_complete(quantity: int, reason: str, reference: str, recipient: str) -> None:
    if not reason.strip() or not reference.strip():
        raise ReasonMissing
    if quantity < 1:
        raise OrderInvalid("The quantity must be at least 1.")
    if recipient and normalise_mail(recipient) is None:
        raise OrderInvalid("This is not a mail address.")
