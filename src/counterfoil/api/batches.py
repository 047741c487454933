"""Printed batches: ask for one, see how it stands, and withdraw pieces of it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from counterfoil.api.idempotency import once
from counterfoil.api.lists import Before, Limit, Next, cut
from counterfoil.api.schemas import Problem, Strict, Text
from counterfoil.api.security import ApiKeyBearer, CallerRequest
from counterfoil.operations.request_batch import request_batch
from counterfoil.operations.withdraw_from_batch import withdraw_from_batch
from counterfoil.queries.batches import (
    BatchSeen,
    batches,
    counts_between,
    one_batch,
    waits_for,
    works_on,
)
from counterfoil.queries.entitlements import partner_by_slug, product_by_sku
from counterfoil.rules.batches import MOST_UNITS, BatchUse
from counterfoil.rules.lifecycle import HOLDER_STATES, State
from counterfoil.rules.scopes import Scope

router = Router(tags=["Batches"], auth=ApiKeyBearer(Scope.BATCHES))

READ = {401: Problem, 403: Problem, 404: Problem, 422: Problem}
WRITE = {400: Problem, 409: Problem, 413: Problem, 415: Problem, **READ}
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


class WithdrawRequest(Strict):
    """Which pieces go, by their numbers, and how many you were told that is."""

    first: Number
    last: Number
    reach: PieceReach = PieceReach.UNSOLD
    expected: int = Field(ge=0, le=MOST_UNITS)
    reason: WithdrawalReason
    comment: str = Field("", max_length=1_000)


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


@router.get("", response={200: BatchesAnswer, **READ}, summary="List batches")
def list_them(request: CallerRequest, before: Before = None, limit: Limit = 50) -> BatchesAnswer:
    """Give a page of printed batches, the newest first."""
    found = batches(before=before, most=limit + 1)
    _, following = cut([one.batch.pk for one in found], limit)
    return BatchesAnswer(batches=[BatchAnswer.of(one) for one in found[:limit]], next=following)


@router.get("/{uuid:batch}", response={200: OneBatchAnswer, **READ}, summary="Read a batch")
def read(request: CallerRequest, batch: UUID) -> OneBatchAnswer:
    """Tell how a batch stands."""
    return _answer(batch)


@router.get(
    "/{uuid:batch}/counts", response={200: BatchCounts, **READ}, summary="Count pieces of a batch"
)
def count(request: CallerRequest, batch: UUID, first: Number, last: Number) -> object:
    """Tell how the pieces from one number to another stand, both included."""
    return counts_between(one_batch(batch).batch.pk, first, last)


@router.post(
    "",
    response={202: OneBatchAnswer, **WRITE},
    summary="Ask for a batch",
)
@once
def ask(request: CallerRequest, body: BatchRequest) -> Status[Schema]:
    """
    Ask for codes to be printed. Nothing is minted before a person has approved it.

    Whoever prints fetches the file in the console, where people sign in; no code is in any answer.
    """
    batch = request_batch(
        name=body.name,
        product=product_by_sku(body.sku),
        quantity=body.quantity,
        certificate=body.certificate,
        reason=body.reason,
        partner=partner_by_slug(body.partner) if body.partner else None,
        use=body.use,
        by=request.auth.actor,
        at=timezone.now(),
    )
    return Status(202, _answer(batch.pk))


@router.post(
    "/{uuid:batch}/withdraw",
    response={200: WithdrawnAnswer, **WRITE},
    summary="Withdraw pieces of a batch",
)
@once
def withdraw(request: CallerRequest, batch: UUID, body: WithdrawRequest) -> Status[Schema]:
    """
    Withdraw pieces that were spoiled, lost or not sold, if they are just as many as you expect.

    409 `counts_differ` if not, and nothing was withdrawn.
    """
    count = withdraw_from_batch(
        batch_id=batch,
        first=body.first,
        last=body.last,
        states=REACHES[body.reach],
        expected=body.expected,
        reason=body.reason.value,
        comment=body.comment,
        by=request.auth.actor,
        at=timezone.now(),
    )
    return Status(200, WithdrawnAnswer(withdrawn=count, batch=_answer(batch)))


def _answer(batch_id: UUID) -> OneBatchAnswer:
    seen = one_batch(batch_id)
    return OneBatchAnswer(
        **BatchAnswer.of(seen).model_dump(),
        approval=waits_for(seen.batch, now=timezone.now()),
        job=works_on(seen.batch),
    )
