"""Give without a sale, or ask for a second person where that is needed."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import Approval, Partner, Product, Purchase
from counterfoil.operations._approving import ask
from counterfoil.operations._granting import Wish
from counterfoil.operations._rights import needs_second_person
from counterfoil.operations.grant import grant
from counterfoil.rules.approvals import ApprovalKind
from counterfoil.rules.grants import GrantCategory, ReferenceKind
from counterfoil.rules.people import Actor


@transaction.atomic
def request_grant(
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
) -> Purchase | Approval:
    """
    Give what one person may give alone, and put anything above before a second person.

    Gives the grant, or the request that waits for a decision; asking again with the same
    ``request_id`` gives the same, and the grant once it was approved.

    :raises ReasonMissing: without a reason or a reference.
    :raises ReferenceUnknown: if the order or account it names is not there.
    :raises OrderInvalid: if quantity, address or partner cannot be, or the request id was used
        for something else.
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
    is_given = Purchase.objects.filter(
        connection=None, external_reference=f"grant-{request_id}"
    ).exists()
    if not is_given and (
        Approval.objects.filter(kind=ApprovalKind.GRANT, subject=str(request_id)).exists()
        or needs_second_person(quantity, by=by, at=at)
    ):
        return ask(
            kind=ApprovalKind.GRANT,
            subject=str(request_id),
            parameters=wish.as_data(),
            by=by,
            at=at,
        )
    return grant(
        request_id=request_id,
        product=product,
        quantity=quantity,
        category=category,
        reason=reason,
        reference=reference,
        reference_kind=reference_kind,
        recipient=recipient,
        partner=partner,
        by=by,
        at=at,
    )
