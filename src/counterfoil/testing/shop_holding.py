"""Somebody of the demo who holds several units: free, used, given, ending soon, and expired."""

from datetime import datetime, timedelta

from counterfoil.models import Contact, Purchase
from counterfoil.operations._people import account_of, person_for
from counterfoil.operations.assign import assign
from counterfoil.operations.assign_to_mail import assign_to_mail
from counterfoil.operations.extend import extend
from counterfoil.rules.people import Actor, ActorKind, Assignee

HANA = "hana@example.com"


def hold_many(purchase: Purchase, *, by: Actor, at: datetime) -> None:
    """Let Hana, who bought these, use one and give one; one has expired, one ends in ten days."""
    used, given, expired, ending = purchase.entitlements.order_by("ordinal")[:4]
    hana = account_of(person_for(Contact(mail=HANA), at=at), at=at)
    herself = Actor(kind=ActorKind.CUSTOMER, id=str(hana.pk))
    assign(entitlement_id=used.pk, to=Assignee(account_id=hana.pk), by=herself, at=at)
    assign_to_mail(entitlement_id=given.pk, mail="ines@example.com", by=herself, at=at)
    for unit, until in ((expired, at - timedelta(days=3)), (ending, at + timedelta(days=10))):
        extend(entitlement_id=unit.pk, until=until, by=by, at=at, reason="other")
