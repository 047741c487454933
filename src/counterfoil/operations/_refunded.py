"""A refund as it stands with us: what it is worth, what was decided for it, and by whose word."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Sum

from counterfoil.errors import NotFound, RefundedByAnother, RefundUnitsInvalid, RefundUnknown
from counterfoil.models import (
    Decision,
    Entitlement,
    Line,
    Purchase,
    Refund,
    RefundCovers,
    RefundedEntitlement,
    RefundRuling,
)
from counterfoil.operations._loading import lock
from counterfoil.rules.money import split
from counterfoil.rules.orders import OrderRefund, RefundStatus
from counterfoil.rules.refunds import RefundPart


@dataclass(frozen=True, kw_only=True, slots=True)
class StandingRefund:
    """
    One refund, whatever rows it has; ``decisions`` are those that stand, by unit.

    It is ``is_open`` to be said what it takes back if its channel did not say.
    """

    told: OrderRefund
    rows: tuple[Refund, ...]
    decisions: Mapping[UUID, Decision]
    is_open: bool

    @property
    def counts(self) -> Counter[UUID]:
        """Count the units it takes back, by line."""
        return Counter({row.line_id: row.units for row in self.rows if row.line_id and row.units})


def lock_purchase(purchase_id: UUID) -> Purchase:
    """
    Lock a purchase, as whoever settles its refunds does.

    :raises NotFound: if there is none.
    """
    purchase = Purchase.objects.select_for_update(of=("self",)).filter(pk=purchase_id).first()
    if purchase is None:
        raise NotFound("There is no such purchase.")
    return purchase


def read(purchase: Purchase, reference: str) -> StandingRefund:
    """
    Read a refund of a purchase that was locked.

    :raises RefundUnknown: if there is none.
    """
    rows = tuple(purchase.refunds.filter(external_reference=reference).order_by("pk"))
    if not rows:
        raise RefundUnknown
    asked = next((row for row in rows if row.covers == RefundCovers.UNKNOWN), None)
    # Rows of a refund that failed before and is there again stay as they were.
    counted = [asked] if asked else [row for row in rows if row.status == rows[-1].status]
    told = OrderRefund(
        reference=reference,
        amount=sum(row.amount for row in counted),
        currency=counted[0].currency,
        status=RefundStatus(counted[0].status),
        at=counted[0].at,
    )
    standing = RefundedEntitlement.objects.filter(refund__in=rows, superseded_at=None)
    ruled = RefundRuling.objects.filter(
        purchase=purchase, external_reference=reference, superseded_at=None
    )
    return StandingRefund(
        told=told,
        rows=rows,
        decisions={
            pk: Decision(decision)
            for pk, decision in standing.values_list("entitlement_id", "decision")
        },
        is_open=asked is not None or ruled.exists(),
    )


def units_of(
    purchase: Purchase, refund: StandingRefund, takes: Mapping[UUID, Decision]
) -> list[Entitlement]:
    """
    Lock and read the units a person names, and those that this refund takes so far.

    :raises RefundUnitsInvalid: if one is of another purchase, or nothing is decided for it.
    :raises RefundedByAnother: if another refund has taken one.
    """
    lock({*takes, *refund.decisions})
    units = list(purchase.entitlements.filter(pk__in=takes, line__isnull=False).order_by("pk"))
    if len(units) < len(takes) or Decision.PENDING in takes.values():
        raise RefundUnitsInvalid
    elsewhere = RefundedEntitlement.objects.filter(entitlement__in=units, superseded_at=None)
    if elsewhere.exclude(refund__in=refund.rows).exists():
        raise RefundedByAnother
    return units


def parts_of(
    purchase: Purchase, refund: StandingRefund, units: Collection[Entitlement]
) -> tuple[RefundPart, ...]:
    """
    Divide the money of a refund over the lines of its units; no line gives back more than it had.

    :raises RefundUnitsInvalid: if it is in another currency than what was paid.
    """
    told = refund.told
    if units and told.currency != purchase.currency:
        raise RefundUnitsInvalid(
            "It is in another currency than was paid. Decide that it takes nothing back, and"
            " revoke what it is for by hand."
        )
    counts = Counter(unit.line_id for unit in units if unit.line_id)
    lines = {str(line.pk): line for line in purchase.lines.filter(pk__in=counts)}
    weights = {pk: line.unit_amount * counts[line.pk] for pk, line in lines.items()}
    shares = split(max(told.amount, 0), weights)
    parts = [
        RefundPart(
            line=line.external_line,
            count=counts[line.pk],
            amount=min(shares[pk], _left_of(line, told.reference)),
        )
        for pk, line in lines.items()
    ]
    rest = told.amount - sum(part.amount for part in parts)
    return (*parts, RefundPart(line=None, count=0, amount=rest)) if rest else tuple(parts)


def _left_of(line: Line, reference: str) -> int:
    others = Refund.objects.filter(line=line, status=RefundStatus.SUCCEEDED.value)
    taken = others.exclude(external_reference=reference).aggregate(taken=Sum("amount"))["taken"]
    return max(line.amount_total - (taken or 0), 0)
