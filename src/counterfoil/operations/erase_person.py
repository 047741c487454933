"""Erase everything that says who somebody is."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import NotFound
from counterfoil.models import Account, Person
from counterfoil.operations._auditing import note
from counterfoil.operations._erasing import (
    drop_answers,
    drop_gifts,
    drop_key,
    drop_told,
    drop_traces,
    end_what_waits,
    former_addresses,
    lock_given,
)
from counterfoil.operations._loading import require_reason
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import Actor


@transaction.atomic
def erase_person(*, person_id: UUID, by: Actor, at: datetime, reason: str = "") -> Person:
    """
    Destroy the key to somebody's name and address, and drop all else that was said of them.

    It cannot be undone. Every address of their account goes: those of accounts that were merged
    into it too. What they bought, have and paid stays, and so does the ledger, under ids that say
    nothing any more; a code that somebody holds goes on working, and what others claimed is
    theirs. Their sessions end, their mails are not sent. Whoever comes with the address again is
    somebody new. Doing it again changes nothing.

    :raises NotFound: if there is no such person.
    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    asked = Person.objects.filter(pk=person_id).first()
    if asked is None:
        raise NotFound("There is no such person.")
    accounts = _accounts_of(asked)
    addresses = {one.person_id for one in accounts if one.person_id is not None} | {asked.pk}
    addresses |= former_addresses(accounts)
    lock_given(addresses)
    people = list(Person.objects.select_for_update().filter(pk__in=addresses).order_by("pk"))
    known = [person for person in people if person.erased_at is None]
    if not known:
        return people[0]
    drop_told(known)
    drop_gifts(known, by=by, at=at)
    drop_answers(accounts)
    drop_traces(accounts, at=at)
    end_what_waits(known, at=at)
    for person in known:
        drop_key(person, at=at)
    for account in accounts:
        _close(account, by, at)
    data = {"reason": reason, "addresses": len(known), "accounts": len(accounts)}
    note("erase_person", connection=None, subject=str(asked.pk), by=by, at=at, data=data)
    asked.refresh_from_db()
    return asked


def _accounts_of(person: Person) -> list[Account]:
    """Lock the account of somebody, and all that were merged into it, or it into."""
    own = Account.objects.filter(person=person).first()
    if own is None:
        return []
    heir = own.merged_into_id or own.pk
    group = Account.objects.filter(pk=heir) | Account.objects.filter(merged_into=heir)
    return list(group.select_for_update(no_key=True).order_by("pk"))


def _close(account: Account, by: Actor, at: datetime) -> None:
    resolve_exception(
        kind=ExceptionKind.PRIVACY_REQUEST,
        key=f"erase:{account.pk}",
        outcome="erased",
        by=by,
        at=at,
    )
