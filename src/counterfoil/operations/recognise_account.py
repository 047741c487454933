"""Give the account of somebody whom the host has signed in, with what their address bought."""

from datetime import datetime

from django.db import IntegrityError, transaction

from counterfoil.models import Account, Contact, Person
from counterfoil.operations._changing_mail import account_to_change, move_to
from counterfoil.operations._moving import give_purchases
from counterfoil.operations._people import person_for
from counterfoil.operations.merge_accounts import merge_accounts
from counterfoil.operations.open_account import open_account
from counterfoil.rules.people import Actor


@transaction.atomic
def recognise_account(
    *, external_reference: str, mail: str = "", by: Actor, at: datetime
) -> Account:
    """
    Find, or open, the account of a reference, and let it be that of a proven address as well.

    What was bought or given by mail is found from then on: an account that the address had of its
    own becomes this one. An address that is another reference's stays theirs, since one account is
    one person. Doing it again changes nothing.

    :raises NotFound: if the address is none, or there is no reference.
    """
    if not mail:
        return open_account(external_reference=external_reference, by=by, at=at)
    known = person_for(Contact(mail=mail), at=at)
    person = Person.objects.select_for_update().get(pk=known.pk)  # two may come at once
    holder = _heir(Account.objects.filter(person=person).first())
    named = _heir(Account.objects.filter(external_reference=external_reference).first())
    if holder is not None and holder == named:
        return holder
    if holder is None:
        account = named or open_account(external_reference=external_reference, by=by, at=at)
        move_to(account_to_change(account.pk), person, by=by, at=at, reason="host")
        return Account.objects.get(pk=account.pk)
    if holder.external_reference is not None:
        return open_account(external_reference=external_reference, by=by, at=at)
    if named is None and _took(holder, external_reference):
        give_purchases(person, holder)
        return holder
    named = named or open_account(external_reference=external_reference, by=by, at=at)
    return merge_accounts(survivor_id=named.pk, merged_id=holder.pk, by=by, at=at)


def _took(holder: Account, external_reference: str) -> bool:
    """Let an account have a reference, unless one was opened by it in this moment."""
    holder.external_reference = external_reference
    try:
        with transaction.atomic():
            holder.save(update_fields=["external_reference"])
    except IntegrityError:
        return False
    return True


def _heir(account: Account | None) -> Account | None:
    """Give what an account is by now."""
    while account is not None and account.merged_into_id is not None:
        account = Account.objects.get(pk=account.merged_into_id)
    return account
