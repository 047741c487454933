"""Close offers that nobody answered in time."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from counterfoil.models import Transfer, TransferEnd
from counterfoil.operations import _ledger, _offers
from counterfoil.operations._loading import read
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor

OVER = Q(ended_at=None) & Q(expires_at__lte=Now())


@transaction.atomic
def lapse_transfers(*, by: Actor, at: datetime, limit: int = 100) -> int:
    """
    Close the offers whose time is over, a few at a time; gives how many.

    Judged by the database clock, as answering is: an offer is of no use from that moment, whether
    or not this has run. Whoever made it is told.
    """
    due = Transfer.objects.filter(OVER).order_by("entitlement_id")
    lapsed = 0
    for transfer_id, about in due.values_list("pk", "entitlement_id")[:limit]:
        entitlement = read(about)
        transfer = Transfer.objects.filter(OVER, pk=transfer_id).first()
        if transfer is None:  # somebody else has closed it meanwhile
            continue
        change = _ledger.Change(
            act=Act.LAPSE_TRANSFER, by=by, at=at, data={"transfer": str(transfer.pk)}
        )
        _offers.close(transfer, entitlement, TransferEnd.LAPSED, change)
        lapsed += 1
    return lapsed
