"""Give what somebody has to whoever reads a mail address, on staff's word."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import Contact, Entitlement
from counterfoil.operations._people import account_of, person_for
from counterfoil.operations.transfer import transfer
from counterfoil.rules.people import Actor, Assignee


@transaction.atomic
def transfer_to_mail(
    *, entitlement_id: UUID, mail: str, by: Actor, at: datetime, reason: str = "", comment: str = ""
) -> Entitlement:
    """
    Transfer an entitlement to the account of an address, made if there is none yet.

    :raises NotFound: if mail cannot reach the address, or there is no such entitlement.
    :raises CounterfoilError: as :func:`transfer` does; no account is made then.
    """
    account = account_of(person_for(Contact(mail=mail), at=at), at=at)
    return transfer(
        entitlement_id=entitlement_id,
        to=Assignee(account_id=account.pk),
        by=by,
        at=at,
        reason=reason,
        comment=comment,
    )
