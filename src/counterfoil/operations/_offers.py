"""Offers to pass on what somebody has: reading one under its lock, and closing it."""

from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Now

from counterfoil.errors import NotFound, OfferClosed
from counterfoil.models import Account, Entitlement, Transfer, TransferEnd
from counterfoil.operations import _ledger
from counterfoil.operations._loading import read

LIVE = Q(ended_at=None, assignment__ended_at=None, expires_at__gt=Now())
"""An offer that can be answered, by the database clock."""


def read_offer(transfer_id: UUID) -> tuple[Transfer, Entitlement]:
    """
    Read an offer and lock what it is about; nobody answers or withdraws it meanwhile.

    :raises NotFound: if there is no such offer.
    """
    about = Transfer.objects.filter(pk=transfer_id).values_list("entitlement_id", flat=True).first()
    if about is None:
        raise NotFound("There is no such offer.")
    entitlement = read(about)
    offers = Transfer.objects.select_related("assignment", "recipient")
    return offers.get(pk=transfer_id), entitlement


def refuse_unless_live(transfer: Transfer) -> None:
    """
    Refuse an offer that cannot be answered any more.

    :raises OfferClosed: if it was answered, called off, overtaken, or has lapsed.
    """
    if not Transfer.objects.filter(LIVE, pk=transfer.pk).exists():
        raise OfferClosed


def is_of(person_id: UUID, account_id: UUID) -> bool:
    """Tell whether the account is this person's, or theirs was merged into it."""
    named = Account.objects.filter(person=person_id)
    return named.filter(Q(pk=account_id) | Q(merged_into=account_id)).exists()


def close(
    transfer: Transfer,
    entitlement: Entitlement,
    because: TransferEnd,
    change: _ledger.Change,
) -> Transfer:
    """Close an offer without anything being passed on, and write down who did so."""
    _ledger.record_one(change, entitlement=entitlement)
    end(transfer, because)
    return transfer


def end(transfer: Transfer, because: TransferEnd) -> None:
    """Mark an offer as over."""
    Transfer.objects.filter(pk=transfer.pk).update(ended_at=Now(), ended_because=because)
    transfer.refresh_from_db()
