"""Have a mail tried again at once."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import DeliveryOver, MailUnknown
from counterfoil.models import Delivery
from counterfoil.operations._auditing import note
from counterfoil.rules.people import Actor


@transaction.atomic
def retry_delivery(*, delivery_id: UUID, by: Actor, at: datetime) -> Delivery:
    """
    Have a mail that has not left yet tried again at once, and as often as a new one.

    A mail that has left and came back is not sent again: sending is a new act, with a mail of its
    own. Trying again what is due already changes nothing.

    :raises MailUnknown: if there is no such mail.
    :raises DeliveryOver: if it has left, or there was nothing left to say in it.
    """
    delivery = Delivery.objects.select_for_update(of=("self",)).filter(pk=delivery_id).first()
    if delivery is None:
        raise MailUnknown
    if delivery.sent_at is not None or delivery.is_unneeded:
        raise DeliveryOver
    if delivery.due_at <= at and delivery.parked_at is None:
        return delivery
    if not delivery.attempts:
        raise DeliveryOver("It was not tried yet: it waits for its day.")
    delivery.due_at, delivery.parked_at, delivery.bounced_at = at, None, None
    delivery.attempts = 0
    delivery.save(update_fields=["due_at", "parked_at", "bounced_at", "attempts"])
    note("retry_delivery", connection=None, subject=str(delivery.pk), by=by, at=at)
    return delivery
