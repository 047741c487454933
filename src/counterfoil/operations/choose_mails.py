"""Say which mails somebody does not want."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import Delivery, DeliveryKind, Unsubscription
from counterfoil.models.ids import uuid7
from counterfoil.operations.unsubscribe import STOPPABLE
from counterfoil.rules.people import Actor


@transaction.atomic
def choose_mails(
    *, person_id: UUID, unwanted: Collection[DeliveryKind], by: Actor, at: datetime
) -> None:
    """
    Send somebody no mails of these kinds, and those of all other kinds.

    What follows from something that somebody did cannot be chosen away, and is ignored. Mails
    that wait and are not wanted any more are not sent.
    """
    chosen = [kind.value for kind in STOPPABLE if kind in unwanted]
    rows = [Unsubscription(id=uuid7(), person_id=person_id, kind=kind, at=at) for kind in chosen]
    Unsubscription.objects.bulk_create(rows, ignore_conflicts=True)
    kept = Unsubscription.objects.filter(person=person_id)
    kept.filter(kind__in=[kind.value for kind in STOPPABLE]).exclude(kind__in=chosen).delete()
    waiting = Delivery.objects.filter(target=person_id, sent_at=None, parked_at=None)
    waiting.filter(kind__in=chosen).update(parked_at=at, is_unneeded=True)
