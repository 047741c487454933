"""What became of an order that was told to us, as whoever told it sees it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Count, Q

from counterfoil.errors import ConnectionOff, KeyUnbound, NotFound, OrderUnknown
from counterfoil.models import (
    Connection,
    Decision,
    DeclaredOrder,
    Entitlement,
    ExceptionCase,
    Job,
    Purchase,
    RefundedEntitlement,
)
from counterfoil.models.ids import id_of
from counterfoil.rules.declared import PURCHASES_TOLD, Cancellation, DeclaredOrderBody
from counterfoil.rules.jobs import JobKind
from counterfoil.rules.lifecycle import State

MOST_UNITS = 500  # on one page


class ToldStatus(StrEnum):
    """How far an order has come that was told to us."""

    ACCEPTED = "accepted"
    COMPLETE = "complete"
    CANCELLED = "cancelled"
    NEEDS_ATTENTION = "needs_attention"


class TakenBack(StrEnum):
    """What a cancellation meant for one entitlement."""

    WITHDRAWN = "withdrawn"
    KEPT = "kept"
    UNDECIDED = "undecided"


DECISIONS = {
    Decision.REVOKE: TakenBack.WITHDRAWN,
    Decision.KEEP: TakenBack.KEPT,
    Decision.PENDING: TakenBack.UNDECIDED,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldUnit:
    """One entitlement of such an order; ``unit`` counts from 1 within its line."""

    entitlement: str
    line: str
    unit: int
    sku: str
    state: State
    version: int
    expires_at: datetime | None
    cancelled: TakenBack | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldLine:
    """One line of such an order: what was ordered, and how many entitlements there are."""

    reference: str
    sku: str
    quantity: int
    entitlements: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldPurchase:
    """
    Such an order, and the first page of its entitlements.

    ``next`` is where the next page begins, if there is one; ``job`` is the work in the background
    where the order was too large to be done at once.
    """

    reference: str
    number: str
    status: ToldStatus
    purchase: UUID | None
    job: UUID | None
    is_test: bool
    told_at: datetime
    cancelled_at: datetime | None
    lines: tuple[ToldLine, ...]
    cancellations: tuple[Cancellation, ...]
    entitlements: tuple[ToldUnit, ...]
    next: str | None


def told_through(connection_id: UUID) -> Connection:
    """
    Give the connection a key is bound to, if whole purchases are told through it.

    :raises ConnectionOff: if it is switched off.
    :raises KeyUnbound: if it is a till's.
    """
    found = Connection.objects.usable().filter(pk=connection_id).first()
    if found is None:
        raise ConnectionOff
    if found.channel not in PURCHASES_TOLD:
        raise KeyUnbound
    return found


def told_purchase(*, connection: Connection, reference: str) -> ToldPurchase:
    """
    Tell how an order stands that was told through this connection.

    :raises OrderUnknown: if there is none; another connection's is as unknown as no order at all.
    """
    told = DeclaredOrder.objects.told(connection, reference).first()
    if told is None:
        raise OrderUnknown
    body, purchase = told.body(), _purchase(connection, reference)
    units, following = _units(purchase, after=None, limit=MOST_UNITS)
    key = job_key(connection, reference)
    return ToldPurchase(
        reference=reference,
        number=body.number,
        status=_status(told, body, purchase),
        purchase=purchase.pk if purchase else None,
        job=Job.objects.filter(kind=JobKind.PURCHASE, key=key).values_list("pk", flat=True).first(),
        is_test=connection.is_test or body.is_test,
        told_at=told.created_at,
        cancelled_at=body.cancelled_at,
        lines=tuple(_lines(body, purchase)),
        cancellations=body.cancellations,
        entitlements=units,
        next=following,
    )


def told_units(
    *, connection: Connection, reference: str, after: str | None, limit: int
) -> tuple[tuple[ToldUnit, ...], str | None]:
    """
    Give a page of the entitlements of such an order, and where the next one begins.

    :raises OrderUnknown: if there is no such order.
    :raises NotFound: if ``after`` is no entitlement of it.
    """
    if not DeclaredOrder.objects.told(connection, reference).exists():
        raise OrderUnknown
    return _units(_purchase(connection, reference), after=after, limit=limit)


def told_purchase_id(*, connection: Connection, reference: str) -> UUID | None:
    """
    Give the purchase of such an order, if it has become one.

    :raises OrderUnknown: if there is no such order.
    """
    if not DeclaredOrder.objects.told(connection, reference).exists():
        raise OrderUnknown
    purchase = _purchase(connection, reference)
    return None if purchase is None else purchase.pk


def job_key(connection: Connection, reference: str) -> str:
    """Say under which key the work on a large order is found."""
    return f"{connection.slug}:{reference}"


def _purchase(connection: Connection, reference: str) -> Purchase | None:
    return Purchase.objects.filter(connection=connection, external_reference=reference).first()


def _status(told: DeclaredOrder, body: DeclaredOrderBody, purchase: Purchase | None) -> ToldStatus:
    if purchase is None:
        return ToldStatus.ACCEPTED
    if ExceptionCase.objects.filter(purchase=purchase, resolved_at=None).exists():
        return ToldStatus.NEEDS_ATTENTION
    if purchase.state_as_of < told.changed_at or purchase.issuing is not None:
        return ToldStatus.ACCEPTED
    return ToldStatus.CANCELLED if body.cancelled_at else ToldStatus.COMPLETE


def _lines(body: DeclaredOrderBody, purchase: Purchase | None) -> Iterator[ToldLine]:
    counts: Mapping[str, int] = {}
    if purchase is not None:
        found = purchase.entitlements.values_list("line__external_line").annotate(Count("pk"))
        counts = dict(found.order_by())
    for line in body.lines:
        yield ToldLine(
            reference=line.reference,
            sku=line.sku,
            quantity=line.quantity,
            entitlements=counts.get(line.reference, 0),
        )


def _units(
    purchase: Purchase | None, *, after: str | None, limit: int
) -> tuple[tuple[ToldUnit, ...], str | None]:
    if purchase is None:
        return (), None
    rows = purchase.entitlements.select_related("line", "product").order_by("line", "ordinal")
    if after is not None:
        last = purchase.entitlements.filter(pk=id_of(after)).first()
        if last is None:
            raise NotFound("There is no such entitlement in this purchase.")
        rows = rows.filter(
            Q(line__gt=last.line_id) | Q(line=last.line_id, ordinal__gt=last.ordinal)
        )
    page = list(rows[: limit + 1])
    decisions = dict(
        RefundedEntitlement.objects.filter(
            entitlement__in=[one.pk for one in page], superseded_at=None
        ).values_list("entitlement_id", "decision")
    )
    units = tuple(_unit(one, purchase, decisions.get(one.pk)) for one in page[:limit])
    return units, units[-1].entitlement if len(page) > limit else None


def _unit(one: Entitlement, purchase: Purchase, decision: str | None) -> ToldUnit:
    state = State(one.state)
    cancelled = DECISIONS[Decision(decision)] if decision else None
    if cancelled is None and purchase.cancelled_at is not None:
        cancelled = TakenBack.WITHDRAWN if state is State.REVOKED else TakenBack.UNDECIDED
    return ToldUnit(
        entitlement=one.handle,
        line=one.line.external_line if one.line else "",
        unit=one.ordinal + 1,
        sku=one.product.sku,
        state=state,
        version=one.version,
        expires_at=one.expires_at,
        cancelled=cancelled,
    )
