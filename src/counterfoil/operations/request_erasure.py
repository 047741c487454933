"""Ask that everything kept about somebody be erased."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import NotFound
from counterfoil.models import Account, ExceptionCase
from counterfoil.operations._moving import tell
from counterfoil.operations.park import park
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import ERASED_WITHIN, Actor


@transaction.atomic
def request_erasure(*, account_id: UUID, by: Actor, at: datetime) -> ExceptionCase:
    """
    Put somebody's wish to be erased before staff, who have thirty days; and confirm it by mail.

    Nothing is erased yet, and until it is they can take the wish back. Asking again changes
    nothing.

    :raises NotFound: if there is no such account, or nobody with an address has it.
    """
    account = Account.objects.select_related("person").filter(pk=account_id).first()
    if account is None or account.person is None:
        raise NotFound("Nobody with an address has this account.")
    key = f"erase:{account.pk}"
    kind = ExceptionKind.PRIVACY_REQUEST
    known = ExceptionCase.objects.filter(kind=kind.value, key=key, resolved_at=None).first()
    if known is not None:
        return known
    evidence = {
        "asks": "erasure",
        "account": str(account.pk),
        "person": str(account.person.pk),
        "due": (at + ERASED_WITHIN).date().isoformat(),
    }
    case = park(kind=kind, key=key, evidence=evidence, by=by, at=at)
    tell(account.person, cause=f"erasure_asked:{case.pk}", at=at)
    return case
