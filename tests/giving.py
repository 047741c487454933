"""Gifts in tests: set by the acts themselves."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core import mail

from counterfoil.effects.settling import settle
from counterfoil.models import Contact, Gift, GiftWords, Link
from counterfoil.operations._people import person_for
from counterfoil.operations.set_gift import set_gift
from counterfoil.rules.people import Actor, ActorKind
from counterfoil.rules.terms import Binding
from counterfoil.testing.builders import DOG, Issued, now

EVA = GiftWords(
    recipient_mail="eva@example.com",
    recipient_name="Eva Otter",
    message="Merry Christmas, little one",
    sender_name="Grandma Ann",
)
BOUND = replace(DOG, binding=Binding.BOUND)
GIVER = Actor(kind=ActorKind.CUSTOMER, id="visitor")
BERLIN = "Europe/Berlin"


def give(
    entitlement_id: UUID,
    words: GiftWords = EVA,
    *,
    send_at: datetime | None = None,
    by: Actor = GIVER,
    **more: Any,
) -> Gift:
    """Give an entitlement to Eva, now, as its buyer Ann."""
    giver = person_for(Contact(mail="ann.buyer@example.com"), at=now())
    options = {"time_zone": BERLIN, "locale": "en", "giver_id": giver.pk, "at": now()} | more
    return set_gift(entitlement_id=entitlement_id, words=words, send_at=send_at, by=by, **options)


def in_days(days: float) -> datetime:
    """Give the moment so many days from now."""
    return now() + timedelta(days=days)


def sent_to(address: str) -> list[Any]:
    """Do the worker's work, and give the mails to somebody, the newest last."""
    settle()
    return [one for one in mail.outbox if address in one.to]


def token_in(sent: Any) -> str:
    """Give the token of the link in a mail."""
    return str(sent.body).partition("/c#")[2].split()[0]


def links(issued: Issued) -> int:
    """Count the links made for the codes of an entitlement."""
    return Link.objects.filter(code__entitlement=issued.id).count()
