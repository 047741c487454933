"""Assignments: give an entitlement to an account, to another one, and say what it is for."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from counterfoil.api.idempotency import once_after
from counterfoil.api.preconditions import (
    acting,
    describes_tag,
    refuse_stale,
    tagged,
    tags,
    unless_stale,
)
from counterfoil.api.schemas import AccountReference, Problem, Strict, Text
from counterfoil.api.security import ApiKeyBearer, CallerRequest
from counterfoil.hosting.policy import is_asked, require_givable, whoever
from counterfoil.models import Relation
from counterfoil.models.ids import id_of
from counterfoil.operations.assign import assign
from counterfoil.operations.correct_subject import correct_subject
from counterfoil.operations.open_account import open_account
from counterfoil.operations.transfer import transfer
from counterfoil.queries.assignments import standing_assignment
from counterfoil.rules.lifecycle import State
from counterfoil.rules.people import Assignee
from counterfoil.rules.scopes import Scope

router = Router(tags=["Assignments"])

READ = {401: Problem, 403: Problem, 404: Problem, 409: Problem, 422: Problem}
WRITE = {400: Problem, 413: Problem, 415: Problem, **READ}
MAY = ApiKeyBearer(Scope.ASSIGN)

Reason = Annotated[str, Field(max_length=64, examples=["customer_asked"])]


class AssignRequest(Strict):
    """Whom to give it to, and why."""

    account: AccountReference
    reason: Reason = ""


class CorrectRequest(Strict):
    """What it is for instead: answers to the form of its kind, or the host's own reference."""

    answers: dict[Annotated[str, Field(max_length=64)], str | int | float | bool] = Field(
        default_factory=dict, examples=[{"name": "Miso"}], max_length=50
    )
    external_reference: Text = Field("", examples=["dog-4711"])
    relation: Relation = Relation.UNSAID
    reason: Reason = ""


class AssignmentAnswer(Schema):
    """Who has an entitlement now."""

    entitlement: str = Field(examples=["ent_01k9z4v7h2m3n4p5q6r7s8t9va"])
    state: State
    version: int
    assignment: UUID
    account: UUID
    subject: UUID | None
    started_at: datetime


def _ask_first(request: CallerRequest, handle: str, body: AssignRequest) -> None:
    """Ask the host's policy while no transaction is open."""
    if not is_asked():
        return
    refuse_stale(request, handle)  # nobody need be asked then
    named = body.account
    require_givable(
        entitlement_id=id_of(handle),
        to=whoever(external_reference=named.external_reference, mail=named.email),
        surface=request.auth.origin.surface,
        at=timezone.now(),
    )


@router.get(
    "/{handle}/assignment",
    auth=MAY,
    response={200: AssignmentAnswer, **READ},
    summary="Read an assignment",
)
@describes_tag
def read(request: CallerRequest, response: HttpResponse, handle: str) -> AssignmentAnswer:
    """Tell who has an entitlement; 409 if nobody has it."""
    return tags(response, _told(handle))


@router.post(
    "/{handle}/assign",
    auth=MAY,
    response={200: AssignmentAnswer, **WRITE},
    summary="Assign an entitlement",
)
@tagged
@once_after(_ask_first)
@unless_stale
@transaction.atomic
def give(request: CallerRequest, handle: str, body: AssignRequest) -> Status[Schema]:
    """
    Give an entitlement that nobody has to an account, which is opened if it is new.

    Its code is spent, and whoever gets it is told by mail. Assigning to the account that has it
    changes nothing; 409 `code_already_used` if another has it.
    """
    assign(entitlement_id=id_of(handle), to=_to(request, body), **_by(request, body.reason))
    return Status(200, _told(handle))


@router.post(
    "/{handle}/transfer",
    auth=MAY,
    response={200: AssignmentAnswer, **WRITE},
    summary="Transfer an entitlement",
)
@tagged
@once_after(_ask_first)
@unless_stale
@transaction.atomic
def pass_on(request: CallerRequest, handle: str, body: AssignRequest) -> Status[Schema]:
    """
    Give an entitlement that somebody has to another account, at once.

    Both assignments stay in history. 409 `cutoff_passed` once the event has happened that its
    terms name; only staff may then, in the console.
    """
    transfer(entitlement_id=id_of(handle), to=_to(request, body), **_by(request, body.reason))
    return Status(200, _told(handle))


@router.post(
    "/{handle}/correct-subject",
    auth=MAY,
    response={200: AssignmentAnswer, **WRITE},
    summary="Correct the subject",
)
@acting
def correct(request: CallerRequest, handle: str, body: CorrectRequest) -> Status[Schema]:
    """
    Say that an entitlement is for somebody or something else than was said.

    The downstream record is taken down and made anew. Naming what it is for already changes
    nothing.
    """
    correct_subject(
        entitlement_id=id_of(handle),
        answers=body.answers,
        external_reference=body.external_reference,
        relation=body.relation,
        **_by(request, body.reason),
    )
    return Status(200, _told(handle))


def _to(request: CallerRequest, body: AssignRequest) -> Assignee:
    account = open_account(
        external_reference=body.account.external_reference,
        mail=body.account.email,
        by=request.auth.actor,
        at=timezone.now(),
    )
    return Assignee(account_id=account.pk)


def _by(request: CallerRequest, reason: str) -> dict[str, Any]:
    return {"by": request.auth.actor, "at": timezone.now(), "reason": reason}


def _told(handle: str) -> AssignmentAnswer:
    held = standing_assignment(id_of(handle))
    return AssignmentAnswer(
        entitlement=held.entitlement.handle,
        state=State(held.entitlement.state),
        version=held.entitlement.version,
        assignment=held.pk,
        account=held.account_id,
        subject=held.subject_id,
        started_at=held.started_at,
    )
