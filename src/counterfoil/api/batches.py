"""Printed batches: ask for one, see how it stands, hand it over, withdraw pieces or all of it."""

from uuid import UUID

from django.utils import timezone
from ninja import Router, Schema, Status

from counterfoil.api.approvals import ApprovalAnswer
from counterfoil.api.approvals import answer as approved_or_not
from counterfoil.api.batch_bodies import (
    BatchAnswer,
    BatchCounts,
    BatchesAnswer,
    BatchRequest,
    HandOverRequest,
    Number,
    OneBatchAnswer,
    PrintFile,
    PrintFileRequest,
    RecallRequest,
    WithdrawnAnswer,
    WithdrawRequest,
)
from counterfoil.api.idempotency import once
from counterfoil.api.lists import After, Limit, cut
from counterfoil.api.schemas import READ, WRITE
from counterfoil.api.security import ApiKeyBearer, CallerRequest
from counterfoil.operations.hand_over_batch import hand_over_batch
from counterfoil.operations.recall_batch import recall_batch
from counterfoil.operations.request_batch import request_batch
from counterfoil.operations.request_print_file import request_print_file
from counterfoil.operations.withdraw_from_batch import withdraw_from_batch
from counterfoil.queries.approvals import one_approval
from counterfoil.queries.batches import batches, counts_between, one_batch, waits_for, works_on
from counterfoil.queries.entitlements import partner_by_slug, product_by_sku
from counterfoil.rules.scopes import Scope

router = Router(tags=["Batches"], auth=ApiKeyBearer(Scope.BATCHES))


@router.get("", response={200: BatchesAnswer, **READ}, summary="List batches")
def list_them(request: CallerRequest, after: After = None, limit: Limit = 50) -> BatchesAnswer:
    """Give a page of printed batches, the newest first."""
    found = batches(before=after, most=limit + 1)
    _, following = cut([one.batch.pk for one in found], limit)
    return BatchesAnswer(batches=[BatchAnswer.of(one) for one in found[:limit]], next=following)


@router.get("/{uuid:batch}", response={200: OneBatchAnswer, **READ}, summary="Read a batch")
def read(request: CallerRequest, batch: UUID) -> OneBatchAnswer:
    """Tell how a batch stands."""
    return _answer(batch)


@router.get(
    "/{uuid:batch}/counts",
    response={200: BatchCounts, **READ},
    operation_id="countBatch",
    summary="Count pieces of a batch",
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
        states=body.states(),
        expected=body.expected,
        reason=body.reason.value,
        comment=body.comment,
        by=request.auth.actor,
        at=timezone.now(),
    )
    return Status(200, WithdrawnAnswer(withdrawn=count, batch=_answer(batch)))


@router.post(
    "/{uuid:batch}/recall",
    response={200: WithdrawnAnswer, **WRITE},
    summary="Recall a whole batch",
)
@once
def recall(request: CallerRequest, batch: UUID, body: RecallRequest) -> Status[Schema]:
    """
    Withdraw a whole batch as far as you say, and let nothing more of it be sold.

    Pieces that were not sold always go. A print file that nobody fetched is deleted. 409
    `counts_differ` if they are not as many as you expect, and nothing was withdrawn; recalling
    again takes what is left.
    """
    count = recall_batch(
        batch_id=batch,
        states=body.states(),
        expected=body.expected,
        reason=body.reason.value,
        comment=body.comment,
        by=request.auth.actor,
        at=timezone.now(),
    )
    return Status(200, WithdrawnAnswer(withdrawn=count, batch=_answer(batch)))


@router.post(
    "/{uuid:batch}/hand-over",
    response={200: OneBatchAnswer, **WRITE},
    summary="Say that the printer has the codes",
)
@once
def hand_over(request: CallerRequest, batch: UUID, body: HandOverRequest) -> Status[Schema]:
    """
    Record that whoever prints has opened the file, and so needs it no more.

    409 `batch_not_ready` if it was not fetched yet. Saying it again changes nothing.
    """
    hand_over_batch(batch_id=batch, comment=body.comment, by=request.auth.actor, at=timezone.now())
    return Status(200, _answer(batch))


@router.post(
    "/{uuid:batch}/print-file",
    response={202: ApprovalAnswer, **WRITE},
    operation_id="requestPrintFile",
    summary="Ask for the print file again",
)
@once
def ask_file(request: CallerRequest, batch: UUID, body: PrintFileRequest) -> Status[Schema]:
    """
    Ask for the file once more that was fetched and lost; a person has to approve it.

    It is made for the same certificate, and fetched in the console like the first.
    """
    at = timezone.now()
    asked = request_print_file(batch_id=batch, reason=body.reason, by=request.auth.actor, at=at)
    return Status(202, approved_or_not(one_approval(asked.pk, now=at)))


def _answer(batch_id: UUID) -> OneBatchAnswer:
    seen = one_batch(batch_id)
    return OneBatchAnswer(
        **BatchAnswer.of(seen).model_dump(),
        print_file=PrintFile(seen.file),
        approval=waits_for(seen.batch, now=timezone.now()),
        job=works_on(seen.batch),
    )
