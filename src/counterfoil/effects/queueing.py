"""Putting mails into the queue, for whatever is a cause to send one."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from procrastinate.contrib.django import app
from procrastinate.types import JSONDict

from counterfoil.models import Delivery, DeliveryKind
from counterfoil.models.ids import uuid7
from counterfoil.models.outbox import message_id

QUEUE, SENDING = "counterfoil", "counterfoil.send_delivery"


class Taken(NamedTuple):
    """One entry a dispatcher took."""

    entitlement_id: UUID
    purchase_id: UUID | None
    act: UUID
    act_name: str
    seq: int


Tell = Callable[[Sequence[Taken], datetime], Iterable[Delivery]]
"""Gives the deliveries that follow from entries; runs in the dispatcher's transaction."""


def of_purchase(told: str, one: Taken) -> str:
    """
    Name as a cause what an act did to one purchase.

    An act on many may be about several of one buyer, and each has a mail of its own.
    """
    return f"{told}:{one.act}:{one.purchase_id.hex if one.purchase_id else ''}"


def delivery_to(
    person_id: UUID,
    *,
    kind: DeliveryKind,
    cause: str,
    at: datetime,
    due_at: datetime | None = None,
    **about: Any,
) -> Delivery:
    """
    Make a delivery, without saving it: due now, or later.

    ``about`` names what the mail is about: ``purchase_id``, ``entitlement_id``, ``gift_id``,
    ``transfer_id``, ``member_id``.
    """
    delivery_id = uuid7()
    return Delivery(
        id=delivery_id,
        cause=cause,
        kind=kind,
        target_id=person_id,
        message_id=message_id(delivery_id),
        created_at=at,
        due_at=due_at or at,
        **about,
    )


def queue(deliveries: Collection[Delivery]) -> None:
    """Write deliveries, those of a cause already known apart, and wake a worker for what is due."""
    if not deliveries:
        return
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    due = [one.pk for one in deliveries if one.due_at <= one.created_at]
    written = Delivery.objects.filter(pk__in=due)
    jobs: list[JSONDict] = [{"delivery_id": str(pk)} for pk in written.values_list("pk", flat=True)]
    if jobs:
        # By its name: the job itself stands above, for it sends what is queued here.
        app.configure_task(SENDING, queue=QUEUE).batch_defer(*jobs)
