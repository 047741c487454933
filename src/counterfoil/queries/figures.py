"""What was counted, narrowed down: the newest count, and whatever figures are made of it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as later

from counterfoil.models import Connection, Counting, Partner, Product, Tally
from counterfoil.queries._filters import NOBODY, Filter, Part
from counterfoil.queries.filtering import (
    CONNECTION,
    PARTNER,
    PRODUCT,
    TEST,
    UnitFilter,
    leaves_out_tests,
)
from counterfoil.queries.unit_words import ForTests


def month(name: str, label: Any) -> Part:
    """Make a part that is a month."""

    def read(text: str) -> date:
        try:
            return date.fromisoformat(f"{text}-01")
        except ValueError:
            said = _("It has to be a month, written like 2026-11.")
            raise ValueError(said) from None

    return Part(name=name, label=label, read=read, write=written, told=written, kind="month")


def written(month: date) -> str:
    """Write a month as it stands in an address."""
    return f"{month:%Y-%m}"


@dataclass(frozen=True, kw_only=True, slots=True)
class FigureFilter(Filter):
    """
    What is counted; what is empty narrows nothing down.

    Items for tests are left out as they are in the lists of entitlements.
    """

    PARTS: ClassVar[tuple[Part, ...]] = (
        month("since", later("From")),
        month("until", later("Until")),
        PRODUCT,
        CONNECTION,
        PARTNER,
        TEST,
    )

    since: date | None = None
    until: date | None = None
    product: str = ""
    connection: str = ""
    partner: str = ""
    test: ForTests | None = None

    def leaves_out_tests(self) -> bool:
        """Tell whether those for tests are left out."""
        return leaves_out_tests(self.test)

    def all_before(self) -> "FigureFilter":
        """Give the same without a beginning: what a balance is made of."""
        return replace(self, since=None)

    def where(self) -> Q:
        """Say which tallies are meant."""
        wanted = Q()
        if self.since:
            wanted &= Q(month__gte=self.since)
        if self.until:
            wanted &= Q(month__lte=self.until)
        if self.product:
            wanted &= Q(product=_id(Product, sku=self.product))
        if self.connection:
            wanted &= Q(connection=_id(Connection, slug=self.connection))
        if self.partner == NOBODY:
            wanted &= Q(partner=None)
        elif self.partner:
            wanted &= Q(partner=_id(Partner, slug=self.partner))
        if self.leaves_out_tests():
            wanted &= Q(is_test=False)
        elif self.test is ForTests.YES:
            wanted &= Q(is_test=True)
        return wanted

    def units(self, **others: Any) -> str:
        """Give the filter of the list of entitlements that shows the same, and what is added."""
        kept = {"product": self.product, "connection": self.connection, "partner": self.partner}
        return UnitFilter(**({"test": self.test} | kept | others)).to_query()


def _id(model: type[Model], **name: str) -> UUID:
    found: UUID | None = model._default_manager.filter(**name).values_list("pk", flat=True).first()
    return found or UUID(int=0)


def newest_count() -> Counting | None:
    """Give the newest count, if there was one."""
    return Counting.objects.order_by("-at").first()


def tallied(subject: str, wanted: FigureFilter, *by: str) -> Sequence[Mapping[str, Any]]:
    """Give ``n`` units and what was ``paid`` for them, of the newest count, added up by these."""
    rows = _newest(subject).filter(wanted.where()).values(*by)
    return list(rows.annotate(n=Sum("units"), paid=Sum("amount")).order_by(*by))


def last_month(wanted: FigureFilter) -> date | None:
    """Give the last month that is asked for, as far as it was counted."""
    newest = newest_count()
    if newest is None:
        return wanted.until
    now = timezone.localtime(newest.at, timezone.get_default_timezone()).date().replace(day=1)
    return min(wanted.until, now) if wanted.until else now


def months_counted() -> Sequence[date]:
    """Give the months in which anything was issued, the newest first."""
    found = _newest("stock").order_by("-month").values_list("month", flat=True).distinct()
    return [month for month in found if month is not None]


def counts(rows: Iterable[Mapping[str, Any]], *by: str) -> Counter[Any]:
    """Add rows up by one column, or by several together."""
    found: Counter[Any] = Counter()
    for row in rows:
        key = row[by[0]] if len(by) == 1 else tuple(row[name] for name in by)
        found[key] += row["n"]
    return found


def _newest(subject: str) -> QuerySet[Tally]:
    newest = Counting.objects.order_by("-at").values("pk")[:1]
    return Tally.objects.filter(counting__in=list(newest.values_list("pk", flat=True))).filter(
        subject=subject
    )
