"""What exists without a sale, who issued it, and why?"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from counterfoil.errors import NotFound
from counterfoil.models import Entitlement, GrantListRow, GrantRecord, Line
from counterfoil.queries.staff_names import names_of
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import mask_mail
from counterfoil.rules.spreadsheets import formula_safe

PAGE = 50
IN_FORCE = (State.ISSUED, State.RESERVED, State.ASSIGNED, State.FULFILLED)
IN_USE = (State.ASSIGNED, State.FULFILLED)
ALONE = "alone"
TESTS = ("no", "yes", "all")
HEADINGS = (
    "granted_at",
    "product",
    "quantity",
    "in_force",
    "in_use",
    "category",
    "reason",
    "about",
    "reference",
    "issued_by_id",
    "issued_by",
    "approved_by_id",
    "approved_by",
    "partner",
    "recipient",
    "test",
    "purchase",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantsSought:
    """Which grants; empty is any. ``second`` is ``alone`` for those no second person saw."""

    who: str = ""
    category: str = ""
    product: str = ""
    partner: str = ""
    reference: str = ""
    second: str = ""
    since: date | None = None
    until: date | None = None
    test: str = "no"


@dataclass(frozen=True, kw_only=True, slots=True)
class GrantSeen:
    """One grant: what was given to whom, why, who answers for it, and what became of it."""

    id: UUID
    at: datetime
    product: str
    quantity: int
    category: str
    reason: str
    reference: str
    reference_kind: str
    who_id: str
    who: str
    second_id: str
    second: str
    partner: str
    recipient: str
    in_force: int
    in_use: int
    is_test: bool
    list_id: UUID | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Total:
    """How many grants there are, what they gave, and how much of that is in force and in use."""

    grants: int
    units: int
    in_force: int
    in_use: int


def grants(
    sought: GrantsSought, *, before: UUID | None = None, most: int = PAGE
) -> tuple[GrantSeen, ...]:
    """Give a page of grants, the newest first."""
    rows = _rows(sought)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return _seen(list(rows.order_by("-pk")[:most]))


def one_grant(purchase_id: UUID) -> GrantSeen:
    """
    Give one grant, by the purchase that it is.

    :raises NotFound: if it is none.
    """
    found = _seen(list(GrantRecord.objects.filter(pk=purchase_id)))
    if not found:
        raise NotFound("There is no such grant.")
    return found[0]


def total(sought: GrantsSought) -> Total:
    """Count all that fit."""
    rows = _rows(sought)
    counted = rows.aggregate(grants=Count("pk"), units=Sum("quantity"))
    units = Entitlement.objects.filter(purchase__in=rows.values("pk"))
    standing = units.aggregate(
        in_force=Count("pk", filter=Q(state__in=IN_FORCE)),
        in_use=Count("pk", filter=Q(state__in=IN_USE)),
    )
    return Total(grants=counted["grants"], units=counted["units"] or 0, **standing)


def csv_lines(sought: GrantsSought) -> Iterator[str]:
    """Write all that fit as lines of a spreadsheet, the newest first; addresses masked."""
    yield _line(HEADINGS)
    before: UUID | None = None
    while some := grants(sought, before=before):
        for one in some:
            yield _line(
                (
                    *(one.at.isoformat(), one.product, one.quantity, one.in_force, one.in_use),
                    *(one.category, one.reason, one.reference_kind, one.reference, one.who_id),
                    *(one.who, one.second_id, one.second, one.partner, one.recipient),
                    *("yes" if one.is_test else "no", one.id),
                )
            )
        before = some[-1].id


def _line(cells: Any) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([formula_safe(cell) for cell in cells])
    return buffer.getvalue()


def _rows(sought: GrantsSought) -> QuerySet[GrantRecord]:
    rows = GrantRecord.objects.all()
    wanted: Mapping[str, Any] = {
        "issued_by": sought.who,
        "category": sought.category,
        "purchase__lines__product__sku": sought.product,
        "purchase__partner__slug": sought.partner,
        "reference": sought.reference,
        "purchase__created_at__gte": _start(sought.since),
        "purchase__created_at__lt": _start(sought.until, days=1),
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if sought.second == ALONE:
        rows = rows.filter(approved_by="")
    elif sought.second:
        rows = rows.exclude(approved_by="")
    return rows if sought.test == "all" else rows.filter(purchase__is_test=sought.test == "yes")


def _start(day: date | None, *, days: int = 0) -> datetime | None:
    if day is None:
        return None
    zone = timezone.get_current_timezone()
    return datetime.combine(day + timedelta(days=days), time.min, tzinfo=zone)


def _seen(rows: list[GrantRecord]) -> tuple[GrantSeen, ...]:
    ids = [row.pk for row in rows]
    records = GrantRecord.objects.select_related("purchase__buyer", "purchase__partner")
    found = records.in_bulk(ids)
    lines = Line.objects.filter(purchase__in=ids).select_related("product")
    products = {line.purchase_id: line.product.name for line in lines if line.product}
    names = names_of({name for row in rows for name in (row.issued_by, row.approved_by) if name})
    counts = _counts(ids)
    lists = dict(
        GrantListRow.objects.filter(purchase__in=ids).values_list("purchase", "grant_list")
    )
    return tuple(
        GrantSeen(
            id=one.pk,
            at=one.purchase.created_at,
            product=products.get(one.pk, ""),
            quantity=one.quantity,
            category=one.category,
            reason=one.reason,
            reference=one.reference,
            reference_kind=one.reference_kind,
            who_id=one.issued_by,
            who=names.get(one.issued_by, one.issued_by),
            second_id=one.approved_by,
            second=names.get(one.approved_by, one.approved_by),
            partner=one.purchase.partner.name if one.purchase.partner else "",
            recipient=_recipient(one),
            in_force=sum(counts.get((one.pk, state), 0) for state in IN_FORCE),
            in_use=sum(counts.get((one.pk, state), 0) for state in IN_USE),
            is_test=one.purchase.is_test,
            list_id=lists.get(one.pk),
        )
        for one in (found[pk] for pk in ids)
    )


def _recipient(one: GrantRecord) -> str:
    contact = one.purchase.buyer.contact() if one.purchase.buyer else None
    return mask_mail(contact.mail) if contact else ""


def _counts(ids: list[UUID]) -> dict[tuple[UUID, str], int]:
    rows = Entitlement.objects.filter(purchase__in=ids).order_by()
    counted = rows.values("purchase", "state").annotate(n=Count("pk"))
    return {(one["purchase"], one["state"]): one["n"] for one in counted}
