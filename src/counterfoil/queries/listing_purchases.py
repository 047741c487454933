"""Purchases and grants as a list shows them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as later

from counterfoil.models import (
    Connection,
    Dispute,
    Entitlement,
    Line,
    Partner,
    Product,
    Purchase,
    PurchaseKind,
    Refund,
)
from counterfoil.queries._filters import (
    NOBODY,
    Filter,
    Part,
    begins,
    choice,
    day,
    flag,
    is_over,
)
from counterfoil.queries._hits import channel_of, reference_of
from counterfoil.queries.filtering import (
    CONNECTION,
    PARTNER,
    PRODUCT,
    TEST,
    id_of_name,
    tests_of,
)
from counterfoil.queries.listing import in_order
from counterfoil.queries.listing_units import Faces
from counterfoil.queries.unit_words import CATEGORIES, ForTests
from counterfoil.rules.grants import GrantCategory
from counterfoil.rules.lifecycle import State
from counterfoil.rules.orders import PaymentStatus, RefundStatus

KINDS = {
    PurchaseKind.SALE: later("bought"),
    PurchaseKind.GRANT: later("granted without a sale"),
}
PAYMENTS = {
    PaymentStatus.OPEN: later("not paid yet"),
    PaymentStatus.PAID: later("paid"),
    PaymentStatus.AWAITING: later("on its way"),
    PaymentStatus.FAILED: later("failed"),
    PaymentStatus.EXPIRED: later("left and expired"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class PurchaseFilter(Filter):
    """Which purchases and grants; what is empty narrows nothing down."""

    PARTS: ClassVar[tuple[Part, ...]] = (
        choice("kind", later("Came from"), KINDS),
        CONNECTION,
        PRODUCT,
        choice("payment", later("Payment"), PAYMENTS),
        choice("category", later("Granted as"), CATEGORIES),
        PARTNER,
        flag("refunded", later("Refunded, if only in part")),
        flag("disputed", later("Disputed")),
        flag("cancelled", later("Cancelled")),
        flag("unfinished", later("Still being issued")),
        day("made_from", later("From")),
        day("made_until", later("Until")),
        TEST,
    )

    kind: PurchaseKind | None = None
    connection: str = ""
    product: str = ""
    payment: PaymentStatus | None = None
    category: GrantCategory | None = None
    partner: str = ""
    refunded: bool | None = None
    disputed: bool | None = None
    cancelled: bool | None = None
    unfinished: bool | None = None
    made_from: date | None = None
    made_until: date | None = None
    test: ForTests | None = None

    @property
    def moment(self) -> str:
        """Sort by when they came in."""
        return "created_at"

    def rows(self, *, now: datetime) -> QuerySet[Purchase]:
        """Give them, in no order."""
        wanted = tests_of(self.test, "is_test")
        if self.kind is not None:
            wanted &= Q(kind=self.kind.value)
        if self.connection:
            wanted &= Q(connection=id_of_name(Connection, slug=self.connection))
        if self.payment is not None:
            wanted &= Q(payment=self.payment.value)
        if self.category is not None:
            # Only grants have one; said so that they are not looked for among all that was bought.
            wanted &= Q(kind=PurchaseKind.GRANT, grantrecord__category=self.category.value)
        if self.partner:
            unowned = self.partner == NOBODY
            wanted &= Q(partner=None if unowned else id_of_name(Partner, slug=self.partner))
        if self.cancelled is not None:
            wanted &= Q(cancelled_at__isnull=not self.cancelled)
        if self.unfinished is not None:
            wanted &= Q(issuing__isnull=not self.unfinished)
        if self.made_from is not None:
            wanted &= Q(created_at__gte=begins(self.made_from))
        if self.made_until is not None:
            wanted &= Q(created_at__lt=is_over(self.made_until))
        return self._with_rows(Purchase.objects.filter(wanted))

    def _with_rows(self, found: QuerySet[Purchase]) -> QuerySet[Purchase]:
        own = {"purchase": OuterRef("pk")}
        if self.product:
            product = id_of_name(Product, sku=self.product)
            found = found.filter(Exists(Line.objects.filter(**own, product=product)))
        for asked, rows in (
            (self.refunded, Refund.objects.filter(**own, status=RefundStatus.SUCCEEDED.value)),
            (self.disputed, Dispute.objects.filter(**own)),
        ):
            if asked is not None:
                found = found.filter(Exists(rows) if asked else ~Exists(rows))
        return found


@dataclass(frozen=True, kw_only=True, slots=True)
class PurchaseInList:
    """One purchase or grant among others, its buyer masked."""

    id: UUID
    reference: str
    order_id: str
    kind: str
    channel: str
    category: str
    buyer: str
    partner: str
    payment: str
    amount: int
    currency: str
    counts: Mapping[State, int]
    is_test: bool
    is_cancelled: bool
    made_at: datetime
    paid_at: datetime | None


def purchases_in_list(ids: Sequence[UUID], *, now: datetime) -> Sequence[PurchaseInList]:
    """Read these, in this order, in two queries."""
    rows = Purchase.objects.filter(pk__in=ids).select_related(
        "connection", "buyer", "partner", "grantrecord"
    )
    units = Entitlement.objects.filter(purchase__in=ids).values("purchase_id", "state")
    counts: dict[UUID, dict[State, int]] = {}
    for row in units.annotate(count=Count("pk")):
        counts.setdefault(row["purchase_id"], {})[State(row["state"])] = row["count"]
    faces = Faces()
    return in_order(ids, [_told(row, counts.get(row.pk, {}), faces) for row in rows])


def _told(row: Purchase, counts: Mapping[State, int], faces: Faces) -> PurchaseInList:
    grant = getattr(row, "grantrecord", None)
    return PurchaseInList(
        id=row.pk,
        reference=reference_of(row),
        order_id=row.external_reference,
        kind=row.kind,
        channel=channel_of(row),
        category=grant.category if grant else "",
        buyer=faces.of(row.buyer),
        partner=row.partner.name if row.partner else "",
        payment=row.payment,
        amount=row.amount_total,
        currency="" if grant else row.currency,
        counts=counts,
        is_test=row.is_test,
        is_cancelled=row.cancelled_at is not None,
        made_at=row.created_at,
        paid_at=row.paid_at,
    )
