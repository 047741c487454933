"""Give the account of somebody the host names."""

from datetime import datetime

from django.db import transaction

from counterfoil.errors import NotFound
from counterfoil.models import Account, Contact
from counterfoil.operations._people import account_of, person_for
from counterfoil.rules.people import Actor


@transaction.atomic
def open_account(
    *, by: Actor, at: datetime, external_reference: str = "", mail: str = ""
) -> Account:
    """
    Find, or open, an account by the host's own reference, or else by its owner's mail address.

    The reference decides where both are given; it is the host's word, and never changes meaning.

    :raises NotFound: if neither is given, or the address is none.
    """
    if external_reference:
        named = Account.objects.select_related("merged_into")
        known = named.filter(external_reference=external_reference).first()
        if known is not None:
            return known.merged_into or known
        opened = Account(external_reference=external_reference, created_at=at)
        Account.objects.bulk_create([opened], ignore_conflicts=True)
        return Account.objects.get(external_reference=external_reference)
    if not mail:
        raise NotFound("An account needs a reference or a mail address.")
    return account_of(person_for(Contact(mail=mail), at=at), at=at)
