"""Remember that a mail came back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import MailUnknown
from counterfoil.models import Delivery, DeliveryKind
from counterfoil.operations._auditing import note
from counterfoil.operations.park import park
from counterfoil.operations.unsubscribe import STOPPABLE, unsubscribe
from counterfoil.rules.bounces import BounceKind, code_of
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import Actor

BY_STAFF = frozenset(
    {DeliveryKind.CODES, DeliveryKind.ASSIGNED, DeliveryKind.TRANSFER, DeliveryKind.INVITATION}
)
"""Somebody waits for what stood in it, and nobody but staff can send it elsewhere."""


@transaction.atomic
def record_bounce(
    *, delivery_id: UUID, kind: BounceKind, description: str, by: Actor, at: datetime
) -> bool:
    """
    Remember that a mail came back, and tell whether that is news to be acted upon.

    Of the description a number is kept, or one word. A hard bounce is put before staff where
    somebody waits for the mail and nobody else can mend it; a soft one is only noted, for the
    provider tries further. Whoever complains gets no more mails of the kinds that can be stopped.
    What was told before changes nothing.

    :raises MailUnknown: if there is no such mail.
    """
    delivery = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("purchase", "entitlement", "gift")
        .filter(pk=delivery_id)
        .first()
    )
    if delivery is None:
        raise MailUnknown
    told = f"{kind.value} {code_of(description)}".strip()
    if kind is BounceKind.COMPLAINT:
        _stop(delivery, by, at)
        return False
    if delivery.bounced_at is not None or delivery.is_unneeded:
        return False
    if kind is BounceKind.SOFT:
        Delivery.objects.filter(pk=delivery_id).update(last_error=told)
        return False
    delivery.bounced_at, delivery.last_error = at, told
    if delivery.sent_at is None:
        delivery.parked_at = at
    delivery.save(update_fields=["bounced_at", "last_error", "parked_at"])
    if delivery.kind in BY_STAFF or (delivery.gift is not None and delivery.gift.giver_id is None):
        park(
            kind=ExceptionKind.DELIVERY_FAILED,
            key=str(delivery.pk),
            evidence={"delivery": str(delivery.pk), "kind": delivery.kind, "error": told},
            by=by,
            at=at,
            purchase=delivery.purchase,
            entitlement=delivery.entitlement,
        )
    return True


def _stop(delivery: Delivery, by: Actor, at: datetime) -> None:
    note("complaint", connection=None, subject=str(delivery.pk), by=by, at=at)
    for stopped in STOPPABLE:
        unsubscribe(person_id=delivery.target_id, kind=stopped, by=by, at=at)
