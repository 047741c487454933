"""Give an entitlement to whoever reads a mail address."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import Contact, Entitlement
from counterfoil.operations._people import account_of, person_for
from counterfoil.operations.assign import assign
from counterfoil.rules.people import Actor, Assignee


@transaction.atomic
def assign_to_mail(
    *, entitlement_id: UUID, mail: str, by: Actor, at: datetime, reason: str = "", comment: str = ""
) -> Entitlement:
    """
    Assign an entitlement to the account of an address, made if there is none yet.

    :raises NotFound: if mail cannot reach the address, or there is no such entitlement.
    :raises CounterfoilError: as :func:`assign` does; no account is made then.
    """
    account = account_of(person_for(Contact(mail=mail), at=at), at=at)
    return assign(
        entitlement_id=entitlement_id,
        to=Assignee(account_id=account.pk),
        by=by,
        at=at,
        reason=reason,
        comment=comment,
    )
