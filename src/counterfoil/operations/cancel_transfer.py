"""Call an offer off."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import NotFound, OfferClosed
from counterfoil.models import Transfer, TransferEnd
from counterfoil.operations import _ledger, _offers
from counterfoil.operations._loading import require_reason
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor, ActorKind


@transaction.atomic
def cancel_transfer(
    *, transfer_id: UUID, by: Actor, at: datetime, reason: str = "", comment: str = ""
) -> Transfer:
    """
    Withdraw an offer that was not accepted; whoever has the entitlement keeps it.

    Calling it off again changes nothing. One that has lapsed may still be called off.

    :raises NotFound: if there is no such offer of this customer's.
    :raises OfferClosed: if it was accepted, declined, or overtaken.
    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    transfer, entitlement = _offers.read_offer(transfer_id)
    if by.kind is ActorKind.CUSTOMER and by.id != str(transfer.assignment.account_id):
        raise NotFound("There is no such offer.")
    if transfer.ended_because in (TransferEnd.CANCELLED, TransferEnd.LAPSED):
        return transfer
    if transfer.ended_at is not None:
        raise OfferClosed
    change = _ledger.Change(
        act=Act.CANCEL_TRANSFER,
        by=by,
        at=at,
        reason=reason,
        comment=comment,
        data={"transfer": str(transfer.pk)},
    )
    return _offers.close(transfer, entitlement, TransferEnd.CANCELLED, change)
