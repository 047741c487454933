"""Mail to givers about their gifts, for acts that make it due themselves."""

from datetime import datetime

from counterfoil.models import Delivery, DeliveryKind, Gift
from counterfoil.models.ids import uuid7
from counterfoil.models.outbox import message_id


def tell_giver(gift: Gift, cause: str, *, at: datetime, due_at: datetime | None = None) -> None:
    """Have the giver of a gift told, once for each cause; nobody, if nobody is to be told."""
    if gift.giver_id is None:
        return
    delivery_id = uuid7()
    told = Delivery(
        id=delivery_id,
        cause=cause,
        kind=DeliveryKind.GIFT_NEWS,
        target_id=gift.giver_id,
        purchase_id=gift.entitlement.purchase_id,
        entitlement_id=gift.entitlement_id,
        gift=gift,
        message_id=message_id(delivery_id),
        created_at=at,
        due_at=due_at or at,
    )
    Delivery.objects.bulk_create([told], ignore_conflicts=True)
