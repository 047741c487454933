"""Stop a kind of mail for somebody."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import Delivery, DeliveryKind, Unsubscription
from counterfoil.rules.people import Actor

STOPPABLE = (DeliveryKind.REMINDER, DeliveryKind.EXPIRY_WARNING)
"""What nobody has to get. Everything else follows from something that somebody did."""


@transaction.atomic
def unsubscribe(*, person_id: UUID, kind: DeliveryKind, by: Actor, at: datetime) -> bool:
    """
    Send somebody no more mails of a kind, until they want them again; tells whether that is new.

    What was not sent yet is not needed any more.
    """
    if kind not in STOPPABLE:
        raise AssertionError(kind)
    _, is_new = Unsubscription.objects.get_or_create(
        person_id=person_id, kind=kind.value, defaults={"at": at}
    )
    waiting = Delivery.objects.filter(target=person_id, kind=kind, sent_at=None, parked_at=None)
    waiting.update(parked_at=at, is_unneeded=True)
    return is_new
