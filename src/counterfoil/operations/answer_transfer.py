"""Accept or decline what was offered."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import NotFound
from counterfoil.models import Transfer, TransferEnd
from counterfoil.operations import _ledger, _offers
from counterfoil.operations._loading import refuse_unless_free
from counterfoil.operations._reassigning import reassign
from counterfoil.operations._undoing import refuse_after_cutoff
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor, Assignee
from counterfoil.rules.transfers import Answer


@transaction.atomic
def answer_transfer(
    *, transfer_id: UUID, answer: Answer, account_id: UUID, by: Actor, at: datetime
) -> Transfer:
    """
    Let whoever an offer was made to accept or decline it.

    Accepted, the entitlement is theirs at once: the other's assignment ends and stays as history,
    the downstream record is made anew. Giving the same answer again changes nothing.

    :raises NotFound: if there is no such offer to this account.
    :raises OfferClosed: if it was answered otherwise, called off, or has lapsed.
    :raises CutoffPassed: if what the terms name has happened since.
    :raises EntitlementExpired: if its validity is over.
    :raises EntitlementOnHold: if somebody has suspended it; a declined offer does not mind.
    """
    transfer, entitlement = _offers.read_offer(transfer_id)
    if not _offers.is_of(transfer.recipient_id, account_id):
        raise NotFound("There is no such offer.")
    because = TransferEnd.ACCEPTED if answer is Answer.ACCEPT else TransferEnd.DECLINED
    if transfer.ended_because == because:
        return transfer
    _offers.refuse_unless_live(transfer)
    data = {"transfer": str(transfer.pk)}
    if answer is Answer.DECLINE:
        declined = _ledger.Change(act=Act.DECLINE_TRANSFER, by=by, at=at, data=data)
        return _offers.close(transfer, entitlement, because, declined)
    refuse_unless_free(entitlement, Act.TRANSFER)
    refuse_after_cutoff(entitlement, by)
    _offers.end(transfer, because)
    reassign(
        _ledger.Change(act=Act.TRANSFER, by=by, at=at, data=data),
        entitlement=entitlement,
        held=transfer.assignment,
        to=Assignee(account_id=account_id),
    )
    return transfer
