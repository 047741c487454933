"""Giving an account another address."""

from datetime import datetime
from uuid import UUID

from counterfoil.errors import AccountMerged, AddressTaken, NotFound
from counterfoil.models import Account, Person, Purchase
from counterfoil.models.ids import uuid7
from counterfoil.operations._auditing import note
from counterfoil.operations._moving import give_purchases, keep_name, take_along, tell
from counterfoil.rules.people import Actor


def account_to_change(account_id: UUID) -> Account:
    """
    Lock and read an account that is still somebody's.

    :raises NotFound: if there is none.
    :raises AccountMerged: if it was merged into another.
    """
    locked = Account.objects.select_for_update(of=("self",), no_key=True)
    account = locked.select_related("person").filter(pk=account_id).first()
    if account is None:
        raise NotFound("There is no such account.")
    if account.merged_into_id is not None:
        raise AccountMerged
    return account


def move_to(account: Account, new: Person, *, by: Actor, at: datetime, reason: str) -> None:
    """
    Let an account, locked before, be reached at another address; nothing changes if it is already.

    :raises AddressTaken: if another account has it.
    """
    old = account.person
    if old is not None and old.pk == new.pk:
        return
    _free(new, account)
    if old is not None:
        give_purchases(old, account)
        Purchase.objects.filter(buyer=old, account=account).update(buyer=new)
        take_along(old, new, at=at)
        keep_name(old.contact(), new)
        tell(old, cause=f"mail_changed:{account.pk}:{uuid7()}", at=at)
    give_purchases(new, account)
    account.person, account.signed_out_at = new, at
    account.save(update_fields=["person", "signed_out_at"])
    note(
        "change_mail",
        connection=None,
        subject=str(account.pk),
        by=by,
        at=at,
        data={"reason": reason, "was": str(old.pk) if old else "", "is": str(new.pk)},
    )


def _free(person: Person, account: Account) -> None:
    """Take the address from an account that has nothing any more, and from no other."""
    Person.objects.select_for_update().get(pk=person.pk)  # nobody opens an account with it now
    holder = Account.objects.select_for_update().filter(person=person).first()
    if holder is None:
        return
    if holder.merged_into_id != account.pk:
        raise AddressTaken
    holder.person = None
    holder.save(update_fields=["person"])
