"""Who is this, and how do they want to be told?"""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from counterfoil.errors import AccountMissing, NotFound
from counterfoil.models import (
    Account,
    Assignment,
    Entitlement,
    ExceptionCase,
    Gift,
    Person,
    Purchase,
    Unsubscription,
)
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import ERASED_WITHIN
from counterfoil.rules.zones import zone_named


def zone_of_reader(person: Person) -> tzinfo:
    """Give the zone in which somebody reads times: their account's, or the site's own."""
    chosen = Account.objects.filter(person=person.pk).values_list("time_zone", flat=True).first()
    return zone_named(chosen or "") or timezone.get_default_timezone()


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What an account is told about itself; ``other_mails`` are of accounts merged into it."""

    mail: str
    other_mails: tuple[str, ...]
    unwanted: frozenset[str]
    erasure_due: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Stays:
    """What goes on being usable when somebody is erased, and what does not."""

    has: int
    unclaimed: int
    bound: int
    unsent_gifts: int


def standing_of(account: Account) -> Standing:
    """Tell how an account stands: its addresses, its mails, and whether it is to be erased."""
    others = Person.objects.filter(account__merged_into=account)
    contacts = [person.contact() for person in others.order_by("pk")]
    contact = account.person.contact() if account.person else None
    unwanted = Unsubscription.objects.filter(person=account.person_id)
    asked = erasure_asked(account.pk)
    return Standing(
        mail=contact.mail if contact else "",
        other_mails=tuple(one.mail for one in contacts if one is not None),
        unwanted=frozenset(unwanted.values_list("kind", flat=True)),
        erasure_due=asked.opened_at + ERASED_WITHIN if asked else None,
    )


def erasure_asked(account_id: UUID) -> ExceptionCase | None:
    """Find the wish of an account's owner to be erased, if it stands."""
    return ExceptionCase.objects.filter(
        kind=ExceptionKind.PRIVACY_REQUEST.value, key=f"erase:{account_id}", resolved_at=None
    ).first()


def what_stays(person: Person) -> Stays:
    """Count what the erasure of somebody leaves usable, and what nobody can claim any more."""
    account = Account.objects.filter(person=person.pk).first()
    heir = (account.merged_into_id or account.pk) if account else None
    bought = Q(purchase__buyer=person.pk) | (Q(purchase__account=heir) if heir else Q())
    free = Entitlement.objects.filter(state__in=(State.ISSUED, State.RESERVED))
    held = Assignment.objects.filter(account=heir, ended_at=None)
    unsent = Gift.objects.filter(recipient=person.pk, ended_at=None, deliveries__sent_at=None)
    return Stays(
        has=held.count() if heir else 0,
        unclaimed=free.filter(bought).count(),
        bound=free.filter(bound_to=heir).count() if heir else 0,
        unsent_gifts=unsent.distinct().count(),
    )


def account_proved_by(sign_in_id: UUID) -> Account | None:
    """Find the account of the address that these digits were sent to."""
    return Account.objects.filter(person__signin=sign_in_id).first()


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """One person as staff see them: masked, and how much hangs on them."""

    id: UUID
    mail: str
    since: datetime
    erased_at: datetime | None
    account_id: UUID | None
    is_merged: bool
    others: tuple[tuple[UUID, str], ...]
    purchases: int
    stays: Stays
    erasure_due: datetime | None


def person_of(mail: str) -> UUID | None:
    """Find who reads an address."""
    found = Person.objects.reading(mail).order_by("-mail_key_id").first()
    return None if found is None else found.pk


def account_behind(person_id: UUID) -> Account:
    """
    Give the account that an address leads to.

    :raises AccountMissing: if it leads to none.
    """
    found = Account.objects.select_related("merged_into").filter(person=person_id).first()
    if found is None:
        raise AccountMissing
    return found.merged_into or found


def person_seen(person_id: UUID) -> Seen:
    """
    Tell staff of one person.

    :raises NotFound: if there is none.
    """
    person = Person.objects.filter(pk=person_id).first()
    if person is None:
        raise NotFound("There is no such person.")
    own = Account.objects.select_related("merged_into").filter(person=person).first()
    heir = (own.merged_into or own) if own else None
    group = Person.objects.filter(Q(account=heir) | Q(account__merged_into=heir)) if heir else ()
    asked = erasure_asked(heir.pk) if heir else None
    theirs = Q(buyer=person) | (Q(account=heir) if heir else Q())
    return Seen(
        id=person.pk,
        mail=_masked(person),
        since=person.created_at,
        erased_at=person.erased_at,
        account_id=heir.pk if heir else None,
        is_merged=own is not None and own.merged_into_id is not None,
        others=tuple((one.pk, _masked(one)) for one in group if one.pk != person.pk),
        purchases=Purchase.objects.filter(theirs).distinct().count(),
        stays=what_stays(person),
        erasure_due=asked.opened_at + ERASED_WITHIN if asked else None,
    )


def _masked(person: Person) -> str:
    contact = person.contact()
    return contact.masked if contact else ""
