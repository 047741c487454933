"""What goes along when somebody is to be reached at another address."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from counterfoil.models import (
    Account,
    Contact,
    Delivery,
    DeliveryKind,
    Gift,
    PartnerMember,
    Person,
    Purchase,
    Transfer,
    Unsubscription,
)
from counterfoil.models.ids import uuid7
from counterfoil.models.outbox import message_id


def take_along(old: Person, new: Person, *, at: datetime) -> None:
    """
    Let everything that is still to come to one address come to the other.

    What was sent, and what is over, stays with the address it went to: that is history.
    """
    Gift.objects.filter(recipient=old, ended_at=None).update(recipient=new)
    Gift.objects.filter(giver=old).update(giver=new)
    Transfer.objects.filter(recipient=old, ended_at=None).update(recipient=new)
    _members(old, new, at)
    _mails(old, new)


def give_purchases(person: Person, account: Account) -> None:
    """
    Let the account have what was bought with this address and is no account's yet.

    Afterwards the address alone proves nothing about it.
    """
    Purchase.objects.filter(buyer=person, account=None).update(account=account)


def tell(person: Person, *, cause: str, at: datetime) -> None:
    """Have somebody told of what happened to their account."""
    delivery_id = uuid7()
    Delivery.objects.create(
        id=delivery_id,
        cause=cause,
        kind=DeliveryKind.ACCOUNT_NEWS,
        target=person,
        message_id=message_id(delivery_id),
        created_at=at,
        due_at=at,
    )


def keep_name(old: Contact | None, person: Person) -> None:
    """Keep how somebody is called and written to, where their new address says nothing of it."""
    known = person.contact()
    if old is None or known is None:
        return
    name, locale = known.name or old.name, known.locale or old.locale
    person.seal_contact(Contact(mail=known.mail, name=name, locale=locale))
    person.save(update_fields=["key_id", "own_key", "contact_sealed"])


def _members(old: Person, new: Person, at: datetime) -> None:
    """Act for the same partners, with the more powerful role where both did."""
    for member in PartnerMember.objects.filter(person=old, ended_at=None):
        known = PartnerMember.objects.filter(
            person=new, partner=member.partner_id, ended_at=None
        ).first()
        if known is None:
            member.person = new
            member.save(update_fields=["person"])
            continue
        member.ended_at = at
        member.save(update_fields=["ended_at"])
        if member.role == "admin" and known.role != "admin":
            known.role = member.role
            known.save(update_fields=["role"])


def _mails(old: Person, new: Person) -> None:
    same = Delivery.objects.filter(target=new, cause=OuterRef("cause"), kind=OuterRef("kind"))
    Delivery.objects.filter(target=old, sent_at=None, parked_at=None).exclude(
        kind=DeliveryKind.SIGN_IN
    ).exclude(Exists(same)).update(target=new)
    unwanted = Unsubscription.objects.filter(person=old)
    Unsubscription.objects.bulk_create(
        [Unsubscription(id=uuid7(), person=new, kind=one.kind, at=one.at) for one in unwanted],
        ignore_conflicts=True,
    )
