"""Offer what one has to somebody else."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from counterfoil.errors import (
    AlreadyOffered,
    EntitlementExpired,
    MailInvalid,
    RecipientIsHolder,
    TransferNotAllowed,
)
from counterfoil.models import Contact, Entitlement, Transfer, TransferEnd
from counterfoil.operations import _ledger, _offers
from counterfoil.operations._loading import read, refuse_unless_free
from counterfoil.operations._people import person_for
from counterfoil.operations._undoing import holding, refuse_after_cutoff
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor, normalise_mail
from counterfoil.rules.terms import TransferPolicy


@transaction.atomic
def offer_transfer(*, entitlement_id: UUID, mail: str, by: Actor, at: datetime) -> Transfer:
    """
    Offer an entitlement to whoever reads an address; they accept it, decline it, or let it lapse.

    Until then its holder keeps it. Offering it to the same person again gives the same offer, so a
    form that is sent twice sends one mail.

    :raises NotFound: if there is no such entitlement.
    :raises NotAssigned: if nobody has it, or not the customer who offers it.
    :raises MailInvalid: if mail cannot reach the address.
    :raises RecipientIsHolder: if it is the holder's own address.
    :raises TransferNotAllowed: if the terms leave it to staff, or to nobody.
    :raises CutoffPassed: if what the terms name has happened.
    :raises AlreadyOffered: if it is offered to somebody else.
    :raises EntitlementExpired: if its validity is over.
    :raises EntitlementOnHold: if somebody has suspended it.
    """
    entitlement = read(entitlement_id)
    held = holding(entitlement, by)
    refuse_unless_free(entitlement, Act.TRANSFER)
    if entitlement.terms.terms.transfer_policy is not TransferPolicy.HOLDER:
        raise TransferNotAllowed
    refuse_after_cutoff(entitlement, by)
    if Entitlement.objects.filter(pk=entitlement.pk, expires_at__lte=Now()).exists():
        raise EntitlementExpired
    if normalise_mail(mail) is None:
        raise MailInvalid
    recipient = person_for(Contact(mail=mail), at=at)
    if _offers.is_of(recipient.pk, held.account_id):
        raise RecipientIsHolder
    standing = _standing(entitlement)
    if standing is not None:
        if standing.recipient_id == recipient.pk:
            return standing
        raise AlreadyOffered
    transfer = Transfer.objects.create(
        entitlement=entitlement,
        assignment=held,
        recipient=recipient,
        offered_at=at,
        expires_at=Now() + timedelta(days=entitlement.terms.terms.offer_days),
    )
    data = {"transfer": str(transfer.pk)}
    _ledger.record_one(
        _ledger.Change(act=Act.OFFER_TRANSFER, by=by, at=at, data=data), entitlement=entitlement
    )
    transfer.refresh_from_db()
    return transfer


def _standing(entitlement: Entitlement) -> Transfer | None:
    """Give the offer that stands; one whose time is over is closed, to make room."""
    found = Transfer.objects.filter(entitlement=entitlement, ended_at=None).first()
    if found is None or Transfer.objects.filter(_offers.LIVE, pk=found.pk).exists():
        return found
    _offers.end(found, TransferEnd.LAPSED)
    return None
