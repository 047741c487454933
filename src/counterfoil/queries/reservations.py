"""What is kept, by whom, for whom, until when, and what became of it?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Now

from counterfoil.errors import NotFound
from counterfoil.models import Account, Reservation, ReservationEnd, ReservedEntitlement
from counterfoil.models.ids import handle_of, id_of
from counterfoil.queries._hits import masked

PAGE = 50
MOST_ITEMS = 500
COUNTS: Iterable[str] = ("kept", *(end.value for end in ReservationEnd))


@dataclass(frozen=True, kw_only=True, slots=True)
class ReservationSeen:
    """A reservation and how many of its entitlements stand how; ``for_whom`` is masked."""

    id: UUID
    owner: str
    key: str
    label: str
    sku: str
    product: str
    partner: str
    for_whom: str
    quantity: int
    until: datetime
    created_at: datetime
    is_open: bool
    kept: int
    used: int
    released: int
    lapsed: int
    taken_over: int
    withdrawn: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One entitlement of a reservation; ``ended_because`` is empty as long as it is kept."""

    entitlement: str
    product: str
    ended_at: datetime | None
    ended_because: str


def reservations(
    *,
    owner: str | None = None,
    partner_id: UUID | None = None,
    is_open: bool | None = None,
    before: UUID | None = None,
    limit: int = PAGE,
) -> list[ReservationSeen]:
    """
    List reservations, the newest first: all, those of an owner, or those of a partner.

    ``before`` is the last one of the page before.
    """
    rows = _rows()
    if owner is not None:
        rows = rows.filter(owner=owner)
    if partner_id is not None:
        rows = rows.filter(partner=partner_id)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if is_open is not None:
        still = Q(items__ended_at=None, until__gt=Now())
        chosen = Reservation.objects.filter(still).values("pk")
        rows = rows.filter(pk__in=chosen) if is_open else rows.exclude(pk__in=chosen)
    return [_seen(row) for row in rows.order_by("-pk")[:limit]]


def one_reservation(
    reservation_id: UUID, *, owner: str | None = None, partner_id: UUID | None = None
) -> ReservationSeen:
    """
    Give one reservation; of an owner or partner only their own.

    :raises NotFound: if there is none.
    """
    rows = _rows().filter(pk=reservation_id)
    if owner is not None:
        rows = rows.filter(owner=owner)
    if partner_id is not None:
        rows = rows.filter(partner=partner_id)
    row = rows.first()
    if row is None:
        raise NotFound("There is no such reservation.")
    return _seen(row)


def items_of(
    reservation_id: UUID, *, after: str | None = None, limit: int = MOST_ITEMS
) -> tuple[tuple[Item, ...], str | None]:
    """Give a page of what a reservation keeps and kept, and after which the next page begins."""
    rows = ReservedEntitlement.objects.filter(reservation=reservation_id)
    if after is not None:
        rows = rows.filter(entitlement__gt=id_of(after))
    named = rows.order_by("entitlement").annotate(called=F("entitlement__product__name"))
    page = list(named[: limit + 1])
    items = tuple(
        Item(
            entitlement=handle_of(row.entitlement_id),
            product=row.called,
            ended_at=row.ended_at,
            ended_because=row.ended_because,
        )
        for row in page[:limit]
    )
    return items, items[-1].entitlement if len(page) > limit else None


def kept_by(reservation_id: UUID) -> tuple[UUID, ...]:
    """Give what a reservation still keeps, in the order it was picked."""
    rows = ReservedEntitlement.objects.filter(reservation=reservation_id, ended_at=None)
    return tuple(rows.order_by("entitlement").values_list("entitlement_id", flat=True))


def reservation_keeping(entitlement_id: UUID) -> UUID:
    """
    Give the reservation that keeps an entitlement.

    :raises NotFound: if none does.
    """
    rows = ReservedEntitlement.objects.filter(entitlement=entitlement_id, ended_at=None)
    found = rows.values_list("reservation_id", flat=True).first()
    if found is None:
        raise NotFound("This entitlement is not reserved.")
    return found


def _rows() -> QuerySet[Reservation]:
    counts = {
        end.value: Count("items", filter=Q(items__ended_because=end.value))
        for end in ReservationEnd
    }
    related = Reservation.objects.select_related("product", "partner", "account__person")
    return related.annotate(
        kept=Count("items", filter=Q(items__ended_at=None)), now=Now(), **counts
    )


def _seen(row: Reservation) -> ReservationSeen:
    told = vars(row)
    return ReservationSeen(
        id=row.pk,
        owner=row.owner,
        key=row.key,
        label=row.label,
        sku=row.product.sku if row.product else "",
        product=row.product.name if row.product else "",
        partner=row.partner.name if row.partner else "",
        for_whom=_face(row.account),
        quantity=row.quantity,
        until=row.until,
        created_at=row.created_at,
        is_open=told["kept"] > 0 and row.until > told["now"],
        **{name: told[name] for name in COUNTS},
    )


def _face(account: Account | None) -> str:
    if account is None:
        return ""
    known = masked(account.person) if account.person else ""
    return known or account.external_reference or str(account)
