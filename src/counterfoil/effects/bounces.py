"""
Mails that come back: remembered, and told to whoever can mend it.

They come from the mail server that refuses a mail at once, from the provider through
``POST /v1/bounces``, or through django-anymail's tracking signal, to which a host connects
:func:`on_tracking`.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from counterfoil.effects.gifts import bounces_to_tell
from counterfoil.effects.queueing import queue
from counterfoil.errors import MailUnknown
from counterfoil.models import Delivery
from counterfoil.models.ids import uuid_of
from counterfoil.operations.record_bounce import record_bounce
from counterfoil.rules.bounces import BounceKind
from counterfoil.rules.people import Actor, ActorKind

TRACKED = {
    "bounced": BounceKind.HARD,
    "rejected": BounceKind.HARD,
    "failed": BounceKind.HARD,
    "deferred": BounceKind.SOFT,
    "complained": BounceKind.COMPLAINT,
}
"""What django-anymail's event types mean to us; the others tell of success, or of watching."""

log = logging.getLogger(__name__)

TellOfBounce = Callable[[Delivery, datetime], Iterable[Delivery]]
"""Gives the deliveries that follow from a mail that came back, in the transaction that says so."""

BOUNCED: tuple[TellOfBounce, ...] = (bounces_to_tell,)
"""Whom to tell that a mail came back: each looks whether it concerns somebody it knows of."""


@transaction.atomic
def take_bounce(
    delivery_id: UUID, kind: BounceKind, description: str, *, by: Actor, at: datetime
) -> bool:
    """
    Remember that a mail came back, and tell whom it concerns; gives whether that was news.

    :raises MailUnknown: if there is no such mail.
    """
    is_news = record_bounce(
        delivery_id=delivery_id, kind=kind, description=description, by=by, at=at
    )
    if is_news:
        tell_of(delivery_id, at=at)
    return is_news


def tell_of(delivery_id: UUID, *, at: datetime) -> None:
    """Tell whom it concerns that a mail reached nobody: once, however often this is asked."""
    rows = Delivery.objects.select_related("target", "purchase", "entitlement", "gift__entitlement")
    delivery = rows.get(pk=delivery_id)
    queue([told for tell in BOUNCED for told in tell(delivery, at)])


def delivery_of(named: str) -> UUID:
    """
    Find which delivery is meant by its id, or by the ``Message-ID`` of its mail.

    :raises MailUnknown: if this is neither.
    """
    found = uuid_of(named.strip().removeprefix("<").partition("@")[0])
    if found is None:
        raise MailUnknown
    return found


def on_tracking(sender: object, event: Any, esp_name: str, **_more: object) -> None:
    """
    Take an event of django-anymail; connect it to ``anymail.signals.tracking``.

    An event of a mail that is not ours, or that tells of no bounce, is left alone.
    """
    kind = TRACKED.get(event.event_type)
    if kind is None:
        return
    named = (event.metadata or {}).get("delivery") or event.message_id or ""
    by = Actor(kind=ActorKind.SYSTEM, id=f"anymail:{esp_name}"[:64], display=str(esp_name)[:100])
    try:
        take_bounce(
            delivery_of(str(named)),
            kind if event.reject_reason != "timed_out" else BounceKind.SOFT,
            str(event.description or event.reject_reason or ""),
            by=by,
            at=timezone.now(),
        )
    except MailUnknown:
        log.info("an event of %s is of no mail of ours", esp_name)
