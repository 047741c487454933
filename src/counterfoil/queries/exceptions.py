"""What needs a person?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Min

from counterfoil.errors import NotFound
from counterfoil.models import ExceptionCase, Purchase
from counterfoil.queries._hits import reference_of

PAGE = 50
POINTED_TO = (
    "purchase__grantrecord",
    "purchase__connection",
    "entitlement__purchase__grantrecord",
    "entitlement__purchase__connection",
    "message",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenKind:
    """How many of one kind are open, and since when."""

    kind: str
    count: int
    oldest_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One exception; ``trace`` is the handle or purchase it is about, if it is about any."""

    id: UUID
    kind: str
    key: str
    opened_at: datetime
    resolved_at: datetime | None
    resolved_by: str
    outcome: str
    evidence: Mapping[str, Any]
    reference: str
    trace: str
    connection: str
    is_test: bool


def open_kinds() -> tuple[OpenKind, ...]:
    """Count what is open by kind, most first."""
    rows = ExceptionCase.objects.filter(resolved_at=None).values("kind")
    counted = rows.annotate(count=Count("pk"), oldest_at=Min("opened_at"))
    return tuple(OpenKind(**row) for row in counted.order_by("-count", "kind"))


def count_open() -> int:
    """Count everything that is open."""
    return ExceptionCase.objects.filter(resolved_at=None).count()


def open_cases(*, kind: str = "", before: UUID | None = None) -> tuple[Case, ...]:
    """Give a page of what is open, the newest first, from the one ``before`` on."""
    rows = ExceptionCase.objects.filter(resolved_at=None)
    if kind:
        rows = rows.filter(kind=kind)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = rows.select_related(*POINTED_TO).order_by("-pk")
    return tuple(_case(row) for row in found[:PAGE])


def one_case(case_id: UUID) -> Case:
    """
    Give one exception, open or settled.

    :raises NotFound: if there is none.
    """
    rows = ExceptionCase.objects.select_related(*POINTED_TO)
    row = rows.filter(pk=case_id).first()
    if row is None:
        raise NotFound("There is no such exception.")
    return _case(row)


def _case(row: ExceptionCase) -> Case:
    purchase = row.purchase or (row.entitlement.purchase if row.entitlement else None)
    order = row.message.order_reference or row.message.message_id if row.message else ""
    named = row.evidence.get("order") or row.evidence.get("connection")
    about = order or str(named or row.key)
    return Case(
        id=row.pk,
        kind=row.kind,
        key=row.key,
        opened_at=row.opened_at,
        resolved_at=row.resolved_at,
        resolved_by=row.resolved_by,
        outcome=row.outcome,
        evidence=row.evidence,
        reference=reference_of(purchase) if purchase else about,
        trace=row.entitlement.handle if row.entitlement else str(purchase.pk) if purchase else "",
        connection=_connection_of(row, purchase),
        is_test=bool(purchase and purchase.is_test),
    )


def _connection_of(row: ExceptionCase, purchase: Purchase | None) -> str:
    """Name the connection it came through, as far as that is known."""
    if purchase is not None and purchase.connection is not None:
        return purchase.connection.slug
    return str(row.evidence.get("connection") or "")
