"""Entitlements as machines list them: which there are, and how each stands."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from counterfoil.errors import NotFound
from counterfoil.models import Entitlement, Purchase
from counterfoil.models.ids import handle_of, id_of
from counterfoil.queries._bounded import in_time
from counterfoil.queries.listing import SECONDS
from counterfoil.rules.lifecycle import State

MOST = 200  # on one page


@dataclass(frozen=True, kw_only=True, slots=True)
class Whose:
    """Whose entitlements are seen: everybody's, a connection's, or else a partner's."""

    connection_id: UUID | None = None
    partner_id: UUID | None = None

    def seen(self) -> Q:
        """Give what narrows them down."""
        if self.connection_id is not None:
            return Q(purchase__connection=self.connection_id)
        return Q(partner=self.partner_id) if self.partner_id is not None else Q()

    def tells_of(self, purchase: Purchase | None) -> bool:
        """Tell whether they may know of which purchase it is part: a partner, if it told us."""
        if self.connection_id is None and self.partner_id is None:
            return True
        return purchase is not None and purchase.connection_id == self.connection_id is not None


EVERYBODYS = Whose()


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Which entitlements are asked for; what is not said does not matter."""

    states: tuple[State, ...] = ()
    product_id: UUID | None = None
    partner_id: UUID | None = None
    purchase_id: UUID | None = None
    reference: str = ""
    on_hold: bool | None = None
    is_test: bool | None = None
    expires_before: datetime | None = None
    created_after: datetime | None = None

    def conditions(self) -> Iterator[Q]:
        """Give all that has to be true of them."""
        same = {
            "product": self.product_id,
            "partner": self.partner_id,
            "purchase": self.purchase_id,
            "is_test": self.is_test,
            "expires_at__lt": self.expires_before,
            "created_at__gt": self.created_after,
        }
        yield Q(**{name: value for name, value in same.items() if value is not None})
        if self.states:
            yield Q(state__in=[state.value for state in self.states])
        if self.on_hold is not None:
            yield Q(held_count__gt=0) if self.on_hold else Q(held_count=0)
        if self.reference:
            named = Q(external_reference=self.reference) | Q(number=self.reference)
            granted = Q(grantrecord__reference=self.reference)
            yield Q(purchase__in=Purchase.objects.filter(named | granted).values("pk"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """How one entitlement stands; ``purchase`` and ``reference`` where whoever asks may know."""

    entitlement: str
    state: State
    version: int
    sku: str
    partner: str
    purchase: UUID | None
    reference: str
    on_hold: bool
    is_test: bool
    expires_at: datetime | None
    reserved_until: datetime | None
    created_at: datetime


def listed(
    wanted: Wanted, *, whose: Whose, after: str | None, limit: int
) -> tuple[Sequence[Standing], str | None]:
    """
    Give a page of entitlements in the order they were made, and after which the next begins.

    The place is an entitlement and no number: it stays where it is while others come to be.

    :raises NotFound: if ``after`` is no handle.
    :raises ListTooSlow: if it takes too long.
    """
    rows = _rows().filter(whose.seen(), *wanted.conditions())
    if after is not None:
        rows = rows.filter(pk__gt=id_of(after))
    with in_time(SECONDS):
        page = list(rows.order_by("pk")[: limit + 1])
    found = [_standing(row, whose) for row in page[:limit]]
    return found, found[-1].entitlement if len(page) > limit else None


def standing_of(entitlement_id: UUID, *, whose: Whose = EVERYBODYS) -> Standing:
    """
    Tell how one entitlement stands.

    :raises NotFound: if there is none, or it is somebody else's.
    """
    row = _rows().filter(whose.seen(), pk=entitlement_id).first()
    if row is None:
        raise NotFound("There is no such entitlement.")
    return _standing(row, whose)


def version_of(entitlement_id: UUID) -> int:
    """
    Give the version of an entitlement, the number of its last entry.

    :raises NotFound: if there is none.
    """
    found = Entitlement.objects.filter(pk=entitlement_id).values_list("version", flat=True).first()
    if found is None:
        raise NotFound("There is no such entitlement.")
    return found


def _rows() -> QuerySet[Entitlement, Any]:
    return Entitlement.objects.select_related("product", "partner", "purchase")


def _standing(row: Entitlement, whose: Whose) -> Standing:
    purchase = row.purchase if whose.tells_of(row.purchase) else None
    return Standing(
        entitlement=handle_of(row.pk),
        state=State(row.state),
        version=row.version,
        sku=row.product.sku,
        partner=row.partner.slug if row.partner else "",
        purchase=purchase.pk if purchase else None,
        reference=purchase.external_reference if purchase else "",
        on_hold=row.held_count > 0,
        is_test=row.is_test,
        expires_at=row.expires_at,
        reserved_until=row.reserved_until,
        created_at=row.created_at,
    )
