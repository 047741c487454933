"""The bodies of requests and answers about order files."""

from datetime import datetime
from typing import Self
from uuid import UUID

from ninja import Schema
from pydantic import Field

from counterfoil.api.schemas import Strict
from counterfoil.queries.order_files import FileSeen, RowSeen
from counterfoil.rules.order_files import Extent, FileStatus, RowOutcome, Verdict


class UploadForm(Schema):
    """How a file is to be read. Blank is found out from the file, and told."""

    connection: str = Field(
        "", max_length=64, description="Its slug; a key that is bound to a connection needs none."
    )
    encoding: str = Field(
        "",
        max_length=20,
        description="utf_8, utf_16_le, utf_16_be, windows_1252 or shift_jis.",
    )
    delimiter: str = Field("", max_length=20, description="tab, comma, semicolon or bar.")
    day_order: str = Field("", max_length=20, description="month_first or day_first.")
    currency: str = Field("", max_length=3, description="Where no column says it.")
    columns: str = Field(
        "",
        max_length=20_000,
        description="JSON: what is meant to the heading that says it; a blank one is left out.",
        examples=['{"order": "PO number", "sku": "Article"}'],
    )


class ConfirmRequest(Strict):
    """How much of a file is meant."""

    extent: Extent = Extent.ALL


class OrderFileAnswer(Schema):
    """A file, and how far it has come. It is over once there is a ``closed_at``."""

    id: UUID
    name: str
    connection: str
    status: FileStatus
    extent: Extent | None
    rows: int = Field(description="How many rows were read, blank and continuing ones left out.")
    verdicts: dict[Verdict, int] = Field(description="How many rows there are of each verdict.")
    read: list[str] = Field(description="How the file was read, in sentences.")
    columns: dict[str, str] = Field(description="What is meant, and the heading that says it.")
    missing: list[str] = Field(description="What every order needs and no column is known for.")
    job: UUID | None
    uploaded_at: datetime
    judged_at: datetime
    confirmed_at: datetime | None
    closed_at: datetime | None

    @classmethod
    def of(cls, seen: FileSeen) -> Self:
        """Tell of a file."""
        return cls(
            id=seen.id,
            name=seen.name,
            connection=seen.connection_slug,
            status=FileStatus(seen.status),
            extent=Extent(seen.extent) if seen.extent else None,
            rows=seen.row_count,
            verdicts={Verdict(one): count for one, count in seen.counts.items()},
            read=list(seen.reading.get("told", ())),
            columns=dict(seen.reading.get("columns", {})),
            missing=list(seen.reading.get("missing", ())),
            job=seen.job_id,
            uploaded_at=seen.uploaded_at,
            judged_at=seen.judged_at,
            confirmed_at=seen.confirmed_at,
            closed_at=seen.closed_at,
        )


class RowAnswer(Schema):
    """One row, without what it says of people; ``number`` counts as a spreadsheet does."""

    number: int
    order: str
    line: str
    sku: str
    quantity: int | None
    amount: int | None = Field(description="For the whole quantity, in minor units.")
    currency: str
    verdict: Verdict
    outcome: RowOutcome | None
    trouble: str

    @classmethod
    def of(cls, row: RowSeen) -> Self:
        """Tell of a row."""
        return cls(
            number=row.number,
            order=row.order,
            line=row.line,
            sku=row.sku,
            quantity=row.quantity,
            amount=row.amount,
            currency=row.currency,
            verdict=Verdict(row.verdict),
            outcome=RowOutcome(row.outcome) if row.outcome else None,
            trouble=row.trouble,
        )


class RowsAnswer(Schema):
    """A page of rows."""

    rows: list[RowAnswer]
    next: int | None
