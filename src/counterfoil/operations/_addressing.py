"""Mail that waited for somebody to send it to."""

from datetime import datetime

from counterfoil.models import Delivery, DeliveryKind, Entry, ExceptionCase, Person, Purchase
from counterfoil.models.ids import uuid7
from counterfoil.models.outbox import message_id
from counterfoil.operations.link_account import link_account
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.rules.acts import Act
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import Actor


def send_what_waited(
    purchase: Purchase, *, by: Actor, at: datetime, is_asked_for: bool = False
) -> None:
    """
    Make due the mail that could not be sent for want of an address, once there is one.

    What is not dispatched yet finds the address by itself. Nothing waits where nobody was to be
    written to, unless that ``is_asked_for``.
    """
    buyer = purchase.buyer
    if buyer is None:
        return
    kind, key = ExceptionKind.NO_DELIVERY_ADDRESS, str(purchase.pk)
    waits = ExceptionCase.objects.filter(kind=kind.value, key=key, resolved_at=None).exists()
    if not (waits or is_asked_for):
        return
    issued = Entry.objects.filter(
        purchase=purchase, act_name__in=[Act.ISSUE, Act.GRANT], dispatched_at__isnull=False
    )
    Delivery.objects.bulk_create(
        (
            _delivery(purchase, buyer, f"issued:{act}", at)
            for act in issued.order_by("act").values_list("act", flat=True).distinct()
        ),
        ignore_conflicts=True,
    )
    link_account(purchase_ids=[purchase.pk], by=by, at=at)
    resolve_exception(kind=kind, key=key, outcome="An address is known now.", by=by, at=at)


def _delivery(purchase: Purchase, buyer: Person, cause: str, at: datetime) -> Delivery:
    delivery_id = uuid7()
    return Delivery(
        id=delivery_id,
        cause=cause,
        kind=DeliveryKind.CODES,
        target=buyer,
        purchase=purchase,
        message_id=message_id(delivery_id),
        created_at=at,
        due_at=at,
    )
