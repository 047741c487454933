"""Where are events sent to, how is each endpoint, and what became of what it was sent?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet

from counterfoil.errors import NotFound
from counterfoil.models import Product, WebhookAttempt, WebhookDelivery, WebhookEndpoint

PAGE = 50


class Fate(StrEnum):
    """What became of an event for an endpoint."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    FAILED = "failed"


FATES = {
    Fate.WAITING: Q(delivered_at=None, gave_up_at=None),
    Fate.DELIVERED: Q(delivered_at__isnull=False),
    Fate.FAILED: Q(gave_up_at__isnull=False),
}


class Health(StrEnum):
    """How an endpoint is."""

    WELL = "well"
    NEW = "new"
    FAILING = "failing"
    DISABLED = "disabled"
    ENDED = "ended"


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliverySeen:
    """One event for an endpoint, and what became of it."""

    number: int
    event: UUID
    type: str
    occurred_at: datetime
    fate: Fate
    is_trial: bool
    attempts: int
    due_at: datetime | None
    delivered_at: datetime | None
    last_status: int | None
    last_error: str


def endpoints(
    *, partner_id: UUID | None = None, before: UUID | None = None, most: int | None = None
) -> Sequence[WebhookEndpoint]:
    """Give the endpoints there are, or a page, the newest first; with a partner only its own."""
    rows = WebhookEndpoint.objects.filter(ended_at=None).select_related("partner")
    if partner_id is not None:
        rows = rows.filter(partner=partner_id)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[:most])


def one_endpoint(endpoint_id: UUID, *, partner_id: UUID | None = None) -> WebhookEndpoint:
    """
    Give one endpoint; with a partner only one of its own.

    :raises NotFound: if there is none.
    """
    rows = WebhookEndpoint.objects.filter(pk=endpoint_id).select_related("partner")
    if partner_id is not None:
        rows = rows.filter(partner=partner_id)
    found = rows.first()
    if found is None:
        raise NotFound("There is no such endpoint.")
    return found


def health(endpoint: WebhookEndpoint) -> Health:
    """Tell how an endpoint is."""
    if endpoint.ended_at is not None:
        return Health.ENDED
    if endpoint.disabled_at is not None:
        return Health.DISABLED
    if endpoint.failing_since is not None:
        return Health.FAILING
    return Health.WELL if endpoint.last_succeeded_at else Health.NEW


def skus_of(endpoint: WebhookEndpoint) -> Sequence[str]:
    """Give the products an endpoint is told of, by their SKU; none are all."""
    rows = Product.objects.filter(pk__in=endpoint.products)
    return list(rows.order_by("sku").values_list("sku", flat=True))


def deliveries(
    endpoint_id: UUID, *, fate: Fate | None = None, before: int | None = None, limit: int = PAGE
) -> Sequence[DeliverySeen]:
    """Give a page of what an endpoint was sent, or is to be, the newest first."""
    rows = _rows(endpoint_id)
    if fate is not None:
        rows = rows.filter(FATES[fate])
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [_seen(row) for row in rows.order_by("-pk")[:limit]]


def one_delivery(
    endpoint_id: UUID, event_id: UUID
) -> tuple[DeliverySeen, Sequence[WebhookAttempt]]:
    """
    Give what became of one event, with every attempt, the newest first.

    :raises NotFound: if that event was not meant for this endpoint.
    """
    row = _rows(endpoint_id).filter(event=event_id).first()
    if row is None:
        raise NotFound("This event was not meant for this endpoint.")
    return _seen(row), list(row.tried.order_by("-pk"))


def newest_trial(endpoint_id: UUID) -> DeliverySeen | None:
    """Give what became of the last test."""
    row = _rows(endpoint_id).filter(is_trial=True).order_by("-pk").first()
    return _seen(row) if row else None


def owed(endpoint_id: UUID) -> dict[Fate, int]:
    """Count what an endpoint has not taken, tests apart."""
    rows = WebhookDelivery.objects.filter(endpoint=endpoint_id, is_trial=False)
    return {one: rows.filter(FATES[one]).count() for one in (Fate.WAITING, Fate.FAILED)}


def _rows(endpoint_id: UUID) -> QuerySet[WebhookDelivery]:
    # Joined by what is there: an event that was kept long enough takes its deliveries with it.
    rows = WebhookDelivery.objects.filter(endpoint=endpoint_id, event__type__isnull=False)
    return rows.select_related("event")


def _seen(row: WebhookDelivery) -> DeliverySeen:
    fate = Fate.WAITING
    if row.delivered_at is not None:
        fate = Fate.DELIVERED
    elif row.gave_up_at is not None:
        fate = Fate.FAILED
    return DeliverySeen(
        number=row.pk,
        event=row.event_id,
        type=row.event.type,
        occurred_at=row.event.occurred_at,
        fate=fate,
        is_trial=row.is_trial,
        attempts=row.attempts,
        due_at=row.due_at if fate is Fate.WAITING else None,
        delivered_at=row.delivered_at,
        last_status=row.last_status,
        last_error=row.last_error,
    )
