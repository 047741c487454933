"""Requests that take a second person: asking, reading one under its lock, carrying it out."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from counterfoil.conf import conf
from counterfoil.errors import (
    ApprovalClosed,
    NotFound,
    OrderInvalid,
    OwnRequest,
    RequesterMayNot,
)
from counterfoil.models import Approval, Batch, GrantList, GrantListStatus
from counterfoil.operations._allotting import allotment_wish_from
from counterfoil.operations._batching import note
from counterfoil.operations._bulk import lock_bulk, start
from counterfoil.operations._grant_lists import as_approved
from counterfoil.operations._granting import named, wish_from
from counterfoil.operations._rights import still_may
from counterfoil.operations.allot import allot
from counterfoil.operations.discard_bulk import discard_bulk
from counterfoil.operations.grant import grant
from counterfoil.operations.request_job import request_job
from counterfoil.rules.acts import Act
from counterfoil.rules.approvals import ApprovalKind, Standing, Verdict
from counterfoil.rules.batches import Step
from counterfoil.rules.bulk import bulk_permission
from counterfoil.rules.jobs import JobKind
from counterfoil.rules.people import Actor
from counterfoil.rules.permissions import Permission


def ask(
    *, kind: ApprovalKind, subject: str, parameters: Mapping[str, Any], by: Actor, at: datetime
) -> Approval:
    """
    Ask for a second person, once for each subject.

    :raises OrderInvalid: if something else was asked for under this subject.
    """
    request = Approval(
        kind=kind.value,
        subject=subject,
        requested_kind=by.kind.value,
        requested_by=by.id,
        requested_for=(by.display or by.id)[:100],
        requested_at=at,
        expires_at=at + timedelta(hours=conf.APPROVAL_HOURS),
    )
    request.seal_parameters(parameters)
    Approval.objects.bulk_create([request], ignore_conflicts=True)
    asked = Approval.objects.get(kind=kind.value, subject=subject)
    if asked.parameters() != dict(parameters) or asked.requested_by != by.id:
        raise OrderInvalid("This request id was used for something else.")
    return asked


def lock_waiting(approval_id: UUID, *, by: Actor, at: datetime) -> Approval:
    """
    Lock and read a request that this person may decide now.

    :raises NotFound: if there is no such request.
    :raises ApprovalClosed: if it was decided already, or has lapsed.
    :raises OwnRequest: if they asked for it themselves.
    """
    request = Approval.objects.select_for_update().filter(pk=approval_id).first()
    if request is None:
        raise NotFound("There is no such request.")
    standing = request.standing(at)
    if standing is Standing.LAPSED:
        raise ApprovalClosed(f"It lapsed on {request.expires_at:%Y-%m-%d at %H:%M} UTC.")
    if standing is not Standing.WAITING:
        raise ApprovalClosed(f"{request.decided_for} has {standing.value} it already.")
    if request.requested_by == by.id:
        raise OwnRequest
    return request


def decide(
    request: Approval, verdict: Verdict, *, by: Actor, at: datetime, comment: str
) -> Approval:
    """Write down what the second person said."""
    request.decision, request.comment = verdict.value, comment.strip()
    request.decided_by, request.decided_at = by.id, at
    request.decided_for = (by.display or by.id)[:100]
    request.save()
    return request


def carry_out(request: Approval, *, by: Actor, at: datetime) -> None:
    """
    Do what was asked for, judged anew as things are now.

    :raises RequesterMayNot: if whoever asked has lost the right to.
    """
    kind = ApprovalKind(request.kind)
    if not still_may(request.requester, NEEDED[kind], at=at):
        raise RequesterMayNot
    CARRIED_OUT[kind](request, by, at)


def turn_down(request: Approval, *, by: Actor, at: datetime) -> None:
    """Write down where it belongs that it will not be done."""
    if request.kind == ApprovalKind.BATCH:
        batch = Batch.objects.select_for_update().get(pk=request.subject)
        batch.rejected_at = at
        batch.save(update_fields=["rejected_at"])
        note(batch, Step.REJECTED, by=by, at=at, comment=request.comment)
    if request.kind == ApprovalKind.GRANT_LIST:
        lists = GrantList.objects.filter(pk=request.subject.partition(":")[0])
        lists.filter(status=GrantListStatus.REQUESTED).update(status=GrantListStatus.JUDGED)
    if request.kind == ApprovalKind.BULK:
        discard_bulk(bulk_id=UUID(request.subject), by=by, at=at)


def _grant(request: Approval, by: Actor, at: datetime) -> None:
    wish = wish_from(request.parameters())
    grant(
        request_id=wish.request_id,
        product=wish.product,
        quantity=wish.quantity,
        category=wish.category,
        reason=wish.reason,
        reference=wish.reference,
        reference_kind=wish.reference_kind,
        recipient=wish.recipient,
        partner=wish.partner,
        by=request.requester,
        approved_by=by,
        at=at,
    )


def _allotment(request: Approval, by: Actor, at: datetime) -> None:
    wish = allotment_wish_from(request.parameters())
    allot(**wish.as_arguments(), by=request.requester, approved_by=by, at=at)


def _grant_list(request: Approval, by: Actor, at: datetime) -> None:
    as_approved(request, approved_by=by, at=at)


def _batch(request: Approval, by: Actor, at: datetime) -> None:
    batch = Batch.objects.select_for_update().get(pk=request.subject)
    batch.approved_at = at
    batch.save(update_fields=["approved_at"])
    note(batch, Step.APPROVED, by=by, at=at, comment=request.comment)
    request_job(
        kind=JobKind.MINT,
        key=str(batch.pk),
        parameters={"batch": str(batch.pk), "number": 1, "by": named(request.requester)},
        total=batch.quantity,
        by=request.requester,
        at=at,
    )


def _print_file(request: Approval, by: Actor, at: datetime) -> None:
    asked = request.parameters()
    batch = Batch.objects.select_for_update().get(pk=asked["batch"])
    note(batch, Step.APPROVED, by=by, at=at, comment=request.comment, number=asked["number"])
    request_job(
        kind=JobKind.MINT,
        key=request.subject,
        parameters={**asked, "by": named(request.requester)},
        total=batch.quantity,
        by=request.requester,
        at=at,
    )


def _bulk(request: Approval, by: Actor, at: datetime) -> None:
    del by  # whoever asked answers for it; who approved stands with the request
    bulk = lock_bulk(UUID(request.subject))
    if not still_may(request.requester, bulk_permission(Act(bulk.act)), at=at):
        raise RequesterMayNot
    start(bulk, at=at)


NEEDED: Mapping[ApprovalKind, Permission] = {
    ApprovalKind.GRANT: Permission.GRANT,
    ApprovalKind.BATCH: Permission.MINT_BATCHES,
    ApprovalKind.PRINT_FILE: Permission.MINT_BATCHES,
    ApprovalKind.ALLOTMENT: Permission.ALLOT,
    ApprovalKind.GRANT_LIST: Permission.GRANT,
    ApprovalKind.BULK: Permission.BULK_ACTS,
}
CARRIED_OUT: Mapping[ApprovalKind, Callable[[Approval, Actor, datetime], None]] = {
    ApprovalKind.GRANT: _grant,
    ApprovalKind.BATCH: _batch,
    ApprovalKind.PRINT_FILE: _print_file,
    ApprovalKind.ALLOTMENT: _allotment,
    ApprovalKind.GRANT_LIST: _grant_list,
    ApprovalKind.BULK: _bulk,
}
