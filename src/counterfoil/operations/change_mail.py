"""Give an account another address, on the word of staff."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import Account, Contact
from counterfoil.operations._changing_mail import account_to_change, move_to
from counterfoil.operations._loading import require_reason
from counterfoil.operations._people import person_for
from counterfoil.rules.people import Actor


@transaction.atomic
def change_mail(
    *, account_id: UUID, mail: str, by: Actor, at: datetime, reason: str = ""
) -> Account:
    """
    Let an account be reached at another address, and at the old one no more.

    Whatever the account bought, has and is still to get goes along; the old address is told, and
    proves nothing about the account any more. Every session of the account ends. Doing it again
    changes nothing.

    :raises NotFound: if there is no such account, or mail cannot reach the address.
    :raises AccountMerged: if the account was merged into another.
    :raises AddressTaken: if another account has this address; merge the two.
    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    account = account_to_change(account_id)
    move_to(account, person_for(Contact(mail=mail), at=at), by=by, at=at, reason=reason)
    return account
