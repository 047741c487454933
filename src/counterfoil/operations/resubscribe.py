"""Take up again a kind of mail that somebody had stopped."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import DeliveryKind, Unsubscription
from counterfoil.rules.people import Actor


@transaction.atomic
def resubscribe(*, person_id: UUID, kind: DeliveryKind, by: Actor, at: datetime) -> bool:
    """Send somebody mails of a kind again; tells whether they had been stopped."""
    deleted, _ = Unsubscription.objects.filter(person=person_id, kind=kind.value).delete()
    return bool(deleted)
