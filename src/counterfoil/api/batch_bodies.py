"""The bodies of requests and answers about printed batches."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from ninja import Schema
from pydantic import Field

from counterfoil.api.lists import Next
from counterfoil.api.schemas import Strict, Text
from counterfoil.queries.batches import BatchSeen
from counterfoil.rules.batches import MOST_UNITS, BatchUse
from counterfoil.rules.lifecycle import HOLDER_STATES, State

Number = Annotated[int, Field(ge=1, le=MOST_UNITS, description="As on the piece.")]


class PieceReach(StrEnum):
    """Which pieces go: those not sold yet, those nobody has, or all of them."""

    UNSOLD = "unsold"
    UNUSED = "unused"
    ALL = "all"


class WithdrawalReason(StrEnum):
    """Why pieces go."""

    SPOILED = "spoiled"
    NOT_SOLD = "not_sold"
    MISPRINTED = "misprinted"
    STOLEN = "stolen"
    RECALLED = "recalled"
    RETURNED = "returned"
    OTHER = "other"


UNUSED = frozenset({State.MINTED, State.ISSUED, State.RESERVED})
REACHES = {
    PieceReach.UNSOLD: frozenset({State.MINTED}),
    PieceReach.UNUSED: UNUSED,
    PieceReach.ALL: UNUSED | HOLDER_STATES,
}


class BatchRequest(Strict):
    """What is to be printed, for whom, and who prints it."""

    name: str = Field(max_length=64, examples=["spring-cards"])
    sku: Text = Field(min_length=1, examples=["DNA-STD"])
    quantity: int = Field(ge=1, le=MOST_UNITS)
    certificate: str = Field(
        max_length=20_000,
        description="Of whoever prints, as PEM: nobody else can open the file.",
        examples=["-----BEGIN CERTIFICATE-----\n…"],
    )
    reason: Text = Field(min_length=1, examples=["Spring campaign"])
    partner: str = Field("", max_length=64, description="Whose they are, if a partner's.")
    use: BatchUse = BatchUse.SALE


class RecallRequest(Strict):
    """Which pieces go, and how many you were told that is."""

    reach: PieceReach = PieceReach.UNSOLD
    expected: int = Field(ge=0, le=MOST_UNITS)
    reason: WithdrawalReason
    comment: str = Field("", max_length=1_000)

    def states(self) -> frozenset[State]:
        """Give in which states pieces are taken."""
        return REACHES[self.reach]


class WithdrawRequest(RecallRequest):
    """Which pieces go, by their numbers, and how many you were told that is."""

    first: Number
    last: Number


class HandOverRequest(Strict):
    """What is to be remembered of it."""

    comment: str = Field("", max_length=1_000)


class PrintFileRequest(Strict):
    """Why the file is needed once more."""

    reason: Text = Field(min_length=1, examples=["The printer lost it"])


class PrintFile(StrEnum):
    """How the print file stands: not made yet, ready to be fetched by a person, or fetched."""

    NONE = "none"
    READY = "ready"
    FETCHED = "fetched"


class BatchCounts(Schema):
    """How many pieces stand how; they add up to what was minted."""

    unsold: int
    sold: int
    used: int
    withdrawn: int


class BatchAnswer(Schema):
    """A batch and how it stands. Its codes are in the print file alone."""

    batch: UUID
    name: str
    sku: str
    quantity: int
    partner: str
    is_test: bool
    reason: str
    printer: str = Field(description="For whom its file is encrypted.")
    counts: BatchCounts
    requested_at: datetime
    approved_at: datetime | None
    rejected_at: datetime | None
    minted_at: datetime | None
    handed_over_at: datetime | None
    recalled_at: datetime | None

    @classmethod
    def of(cls, seen: BatchSeen) -> Self:
        """Tell of a batch."""
        batch = seen.batch
        return cls(
            batch=batch.pk,
            name=batch.name,
            sku=batch.product.sku,
            quantity=batch.quantity,
            partner=batch.partner.slug if batch.partner else "",
            is_test=batch.is_test,
            reason=batch.reason,
            printer=batch.key_name,
            counts=BatchCounts.model_validate(seen.counts, from_attributes=True),
            requested_at=batch.requested_at,
            approved_at=batch.approved_at,
            rejected_at=batch.rejected_at,
            minted_at=batch.minted_at,
            handed_over_at=batch.handed_over_at,
            recalled_at=batch.recalled_at,
        )


class OneBatchAnswer(BatchAnswer):
    """One batch, with what waits for a second person, or is being done."""

    print_file: PrintFile
    approval: UUID | None
    job: UUID | None


class BatchesAnswer(Schema):
    """A page of batches, the newest first."""

    batches: list[BatchAnswer]
    next: Next


class WithdrawnAnswer(Schema):
    """How many went, and how the batch stands now."""

    withdrawn: int
    batch: OneBatchAnswer
