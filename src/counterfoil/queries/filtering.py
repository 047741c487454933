"""Which entitlements are meant? What lists, files, bulk acts and figures narrow down by."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterfoil.models import (
    Batch,
    BulkItem,
    Connection,
    Entitlement,
    Gift,
    Partner,
    Product,
    Purchase,
)
from counterfoil.models.users import called, users_named
from counterfoil.queries._filters import (
    NOBODY,
    Filter,
    Part,
    Words,
    begins,
    choice,
    day,
    flag,
    is_over,
    named,
    one_id,
    text,
)
from counterfoil.queries.unit_words import (
    CATEGORIES,
    SOURCES,
    STATES,
    TESTS,
    ForTests,
    Source,
)
from counterfoil.rules.grants import GrantCategory
from counterfoil.rules.lifecycle import CODE_STATES, State

IS_OVER = Q(state__in=[state.value for state in CODE_STATES], expires_at__isnull=False)


def _known(model: Any, key: str, told: str) -> Callable[[str], str | None]:
    """Make what says what a record of this name is called."""

    def known(name: str) -> str | None:
        found: str | None = model.objects.filter(**{key: name}).values_list(told, flat=True).first()
        return found

    return known


def _listed(model: Any, key: str, told: str) -> Callable[[], Iterable[tuple[str, Words]]]:
    """Make what gives all records to choose from, by name."""
    return lambda: list(model.objects.order_by(told).values_list(key, told))


def _partner_known(slug: str) -> str | None:
    return _("no partner") if slug == NOBODY else _known(Partner, "slug", "name")(slug)


def _partners() -> Iterable[tuple[str, Words]]:
    return [(NOBODY, later("no partner")), *_listed(Partner, "slug", "name")()]


def _purchase_told(purchase_id: UUID) -> str:
    found = Purchase.objects.filter(pk=purchase_id).first()
    return found.called if found else str(purchase_id)


def _person_told(staff_id: str) -> str:
    """Name a member of staff; what acts of its own accord is named by its id."""
    found = users_named([staff_id]).get(staff_id)
    return staff_id if found is None else called(found)


PRODUCT = named(
    "product", later("Product"), _known(Product, "sku", "name"), _listed(Product, "sku", "name")
)
PARTNER = named("partner", later("Partner"), _partner_known, _partners)
CONNECTION = named(
    "connection",
    later("Channel"),
    _known(Connection, "slug", "name"),
    _listed(Connection, "slug", "name"),
)
BATCH = named(
    "batch", later("Batch"), _known(Batch, "name", "name"), _listed(Batch, "name", "name")
)
TEST = choice("test", later("Tests"), TESTS)


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitFilter(Filter):
    """
    Which entitlements; what is empty narrows nothing down.

    Those for tests are left out unless asked for, but only where there are others: an installation
    without a live connection shows all. Days are those of the reader's time zone: *from* and
    *until* include the day, *after* and *before* do not.
    """

    PARTS: ClassVar[tuple[Part, ...]] = (
        choice("state", later("State"), STATES, kind="many"),
        PRODUCT,
        CONNECTION,
        PARTNER,
        choice("source", later("Came from"), SOURCES),
        choice("category", later("Granted as"), CATEGORIES),
        BATCH,
        flag("held", later("On hold")),
        flag("expired", later("Expired")),
        flag("gift", later("Being given to somebody")),
        day("issued_from", later("Issued from")),
        day("issued_until", later("Issued until")),
        day("expires_after", later("Expires after")),
        day("expires_before", later("Expires before")),
        TEST,
        one_id("purchase", later("Order"), _purchase_told),
        one_id("bulk", later("Bulk act")),
        text("issued_by", later("Granted by"), told=_person_told, kind="link"),
    )

    state: tuple[State, ...] = ()
    product: str = ""
    connection: str = ""
    partner: str = ""
    source: Source | None = None
    category: GrantCategory | None = None
    batch: str = ""
    held: bool | None = None
    expired: bool | None = None
    gift: bool | None = None
    issued_from: date | None = None
    issued_until: date | None = None
    expires_after: date | None = None
    expires_before: date | None = None
    test: ForTests | None = None
    purchase: UUID | None = None
    bulk: UUID | None = None
    issued_by: str = ""

    @property
    def moment(self) -> str:
        """Sort by the day they expire on where that is asked for, and by when they were issued."""
        ends = self.expired or self.expires_after or self.expires_before
        return "expires_at" if ends else "created_at"

    def rows(self, *, now: datetime) -> QuerySet[Entitlement]:
        """Give them, in no order; a name that does not exist (any more) has none."""
        wanted = self._where() & self._when(now)
        units = Entitlement.objects.filter(wanted) if wanted else Entitlement.objects.all()
        if self.gift is not None:
            given = Exists(Gift.objects.filter(entitlement=OuterRef("pk"), ended_at=None))
            units = units.filter(given if self.gift else ~given)
        if self.bulk is not None:
            meant = BulkItem.objects.filter(bulk=self.bulk)
            units = units.filter(pk__in=meant.values("entitlement"))
        return units

    def _where(self) -> Q:
        wanted = Q()
        if self.state:
            wanted &= Q(state__in=[state.value for state in self.state])
        if self.product:
            wanted &= Q(product=id_of_name(Product, sku=self.product))
        if self.partner:
            partner = None if self.partner == NOBODY else id_of_name(Partner, slug=self.partner)
            wanted &= Q(partner=partner)
        if self.connection:
            wanted &= Q(purchase__connection=id_of_name(Connection, slug=self.connection))
        if self.batch:
            wanted &= Q(batch=id_of_name(Batch, name=self.batch))
        if self.source is not None:
            sold = Q(purchase__kind=self.source.value)
            wanted &= Q(purchase=None) if self.source is Source.BATCH else sold
        if self.category is not None:
            wanted &= Q(purchase__grantrecord__category=self.category.value)
        if self.issued_by:
            wanted &= Q(purchase__grantrecord__issued_by=self.issued_by)
        if self.purchase is not None:
            wanted &= Q(purchase=self.purchase)
        return wanted & tests_of(self.test, "is_test")

    def _when(self, now: datetime) -> Q:
        wanted = Q()
        if self.held is not None:
            wanted &= Q(held_count__gt=0) if self.held else Q(held_count=0)
        if self.expired is not None:
            over = IS_OVER & Q(expires_at__lte=now)
            wanted &= over if self.expired else ~over
        if self.issued_from is not None:
            wanted &= Q(created_at__gte=begins(self.issued_from))
        if self.issued_until is not None:
            wanted &= Q(created_at__lt=is_over(self.issued_until))
        if self.expires_after is not None:
            wanted &= Q(expires_at__gte=is_over(self.expires_after))
        if self.expires_before is not None:
            wanted &= Q(expires_at__lt=begins(self.expires_before))
        return wanted


def id_of_name(model: Any, **name: str) -> UUID:
    """Look a name up by itself, so that the plan knows which it is; an id of nothing if unknown."""
    found: UUID | None = model.objects.filter(**name).values_list("pk", flat=True).first()
    return found or UUID(int=0)


def leaves_out_tests(test: ForTests | None) -> bool:
    """Tell whether what is for tests is left out: unless asked for, where real money moves."""
    if test is not None:
        return test is ForTests.NO
    return Connection.objects.usable().filter(is_test=False).exists()


def tests_of(test: ForTests | None, column: str) -> Q:
    """Say which are meant as to tests; ``column`` is what tells."""
    if leaves_out_tests(test):
        return Q(**{column: False})
    return Q(**{column: True}) if test is ForTests.YES else Q()
