"""What was bought last, and how does it stand?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count

from counterfoil.models import Entitlement, Purchase
from counterfoil.queries._hits import channel_of, masked, reference_of
from counterfoil.rules.lifecycle import State


@dataclass(frozen=True, kw_only=True, slots=True)
class Newest:
    """One purchase, and how many of its entitlements are in which state."""

    id: UUID
    reference: str
    channel: str
    buyer: str
    at: datetime
    amount: int
    currency: str
    is_grant: bool
    is_test: bool
    payment: str
    counts: Mapping[State, int]


def newest_purchases(*, limit: int = 10) -> tuple[Newest, ...]:
    """Give the purchases and grants that came in last, in two queries."""
    purchases = list(
        Purchase.objects.select_related("connection", "buyer", "grantrecord").order_by(
            "-created_at", "id"
        )[:limit]
    )
    units = Entitlement.objects.filter(purchase__in=purchases)
    counted = units.values("purchase_id", "state").annotate(count=Count("pk"))
    counts: dict[UUID, dict[State, int]] = {}
    for row in counted:
        counts.setdefault(row["purchase_id"], {})[State(row["state"])] = row["count"]
    return tuple(
        Newest(
            id=one.pk,
            reference=reference_of(one),
            channel=channel_of(one),
            buyer=masked(one.buyer),
            at=one.created_at,
            amount=one.amount_total,
            currency=one.currency,
            is_grant=one.connection_id is None,
            is_test=one.is_test,
            payment=one.payment,
            counts=counts.get(one.pk, {}),
        )
        for one in purchases
    )
