"""Which order files are there, and what stands in them?"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from counterfoil.errors import NotFound
from counterfoil.models import OrderFile, OrderFileRow
from counterfoil.rules.order_files import STOPPING, Verdict

FILES, ROWS, MOST_SKUS = 50, 100, 20


@dataclass(frozen=True, kw_only=True, slots=True)
class FileSeen:
    """A file as it is told of; ``counts`` is how many rows there are of each verdict."""

    id: UUID
    name: str
    connection_id: UUID
    connection: str
    connection_slug: str
    size: int
    status: str
    extent: str
    row_count: int
    counts: Mapping[str, int]
    reading: Mapping[str, Any]
    choices: Mapping[str, Any]
    job_id: UUID | None
    uploaded_for: str
    uploaded_at: datetime
    judged_at: datetime
    confirmed_for: str
    confirmed_at: datetime | None
    closed_at: datetime | None
    was_confirmed: bool

    @property
    def new_count(self) -> int:
        """Give how many rows would be issued."""
        return self.counts.get(Verdict.NEW, 0)

    @property
    def stopping_count(self) -> int:
        """Give how many rows keep the file from being clean."""
        return sum(self.counts.get(verdict, 0) for verdict in STOPPING)


@dataclass(frozen=True, kw_only=True, slots=True)
class RowSeen:
    """A row as it is told of, without what it says of people."""

    number: int
    order: str
    line: str
    sku: str
    quantity: int | None
    amount: int | None
    currency: str
    verdict: str
    outcome: str
    trouble: str


def order_files(*, before: UUID | None = None) -> tuple[FileSeen, ...]:
    """Give a page of files, the newest first, from the one ``before`` on."""
    files = _files().order_by("-pk")
    if before is not None:
        files = files.filter(pk__lt=before)
    page = list(files[:FILES])
    counts = _counts([one.pk for one in page])
    return tuple(_seen(one, counts.get(one.pk, {})) for one in page)


def one_order_file(file_id: UUID, *, connection_id: UUID | None = None) -> FileSeen:
    """
    Give one file; with ``connection_id`` only if it came through that connection.

    :raises NotFound: if there is none.
    """
    files = _files().filter(pk=file_id)
    if connection_id is not None:
        files = files.filter(connection=connection_id)
    found = files.first()
    if found is None:
        raise NotFound("There is no such file.")
    return _seen(found, _counts([file_id]).get(file_id, {}))


def file_rows(
    file_id: UUID, *, verdict: Verdict | None = None, after: int = 0, most: int = ROWS
) -> tuple[RowSeen, ...]:
    """Give a page of rows in the order of the file, those after a number."""
    rows = OrderFileRow.objects.filter(file=file_id, number__gt=after)
    if verdict is not None:
        rows = rows.filter(verdict=verdict)
    return tuple(
        RowSeen(
            number=row.number,
            order=row.order_reference,
            line=row.line_reference,
            sku=row.sku,
            quantity=row.quantity,
            amount=row.amount,
            currency=row.currency,
            verdict=row.verdict,
            outcome=row.outcome,
            trouble=row.trouble,
        )
        for row in rows.defer("personal_sealed").order_by("number")[:most]
    )


def unknown_skus(file_id: UUID) -> tuple[tuple[str, int], ...]:
    """Give the SKUs of a file that nothing is known as, and in how many rows, most first."""
    found = OrderFileRow.objects.filter(file=file_id, verdict=Verdict.UNKNOWN_SKU).values("sku")
    counted = found.annotate(n=Count("number")).order_by("-n", "sku")[:MOST_SKUS]
    return tuple((one["sku"], one["n"]) for one in counted)


def _files() -> QuerySet[OrderFile]:
    return OrderFile.objects.select_related("connection").defer("content_sealed")


def _counts(files: list[UUID]) -> dict[UUID, dict[str, int]]:
    rows = OrderFileRow.objects.filter(file__in=files).values("file", "verdict")
    found: dict[UUID, dict[str, int]] = {}
    for one in rows.annotate(n=Count("number")).order_by("file", "verdict"):
        found.setdefault(one["file"], {})[one["verdict"]] = one["n"]
    return found


def _seen(one: OrderFile, counts: Mapping[str, int]) -> FileSeen:
    return FileSeen(
        id=one.pk,
        name=one.name,
        connection_id=one.connection_id,
        connection=one.connection.name,
        connection_slug=one.connection.slug,
        size=one.size,
        status=one.status,
        extent=one.extent,
        row_count=one.row_count,
        counts=counts,
        reading=one.reading,
        choices=one.choices,
        job_id=one.job_id,
        uploaded_for=one.uploaded_for,
        uploaded_at=one.uploaded_at,
        judged_at=one.judged_at,
        confirmed_for=one.confirmed_for,
        confirmed_at=one.confirmed_at,
        closed_at=one.closed_at,
        was_confirmed=one.confirmed_count > 0,
    )
