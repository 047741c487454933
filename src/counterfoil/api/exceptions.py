"""What needs a person: read it, take it on, let it wait, and settle it."""

from collections.abc import Mapping
from uuid import UUID

from django.utils import timezone
from ninja import Router, Schema, Status

from counterfoil.api.exception_bodies import (
    LONGEST,
    ExceptionAnswer,
    ExceptionListed,
    ExceptionsAnswer,
    FollowedAnswer,
    FollowRequest,
    Outcome,
    PostponeRequest,
    SettleRequest,
    Which,
    told,
)
from counterfoil.api.idempotency import once
from counterfoil.api.lists import After, Limit, cut
from counterfoil.api.problems import PersonNeeded, ScopeMissing
from counterfoil.api.schemas import READ, WRITE
from counterfoil.api.security import ApiKeyBearer, Caller, CallerRequest
from counterfoil.errors import OutcomeMissing
from counterfoil.operations.give_back_case import give_back_case
from counterfoil.operations.postpone_case import postpone_case
from counterfoil.operations.settle_case import settle_case
from counterfoil.operations.take_case import take_case
from counterfoil.playbooks.following import follow, suggestion_of, tell
from counterfoil.playbooks.playbook import Doing, Suggestion
from counterfoil.queries.exceptions import CasesSought, find_cases, one_case
from counterfoil.rules.permissions import Permission
from counterfoil.rules.remarks import masked_remark
from counterfoil.rules.scopes import Scope

router = Router(tags=["Exceptions"], auth=ApiKeyBearer(Scope.EXCEPTIONS))

MAY_READ = ApiKeyBearer(Scope.READ_EXCEPTIONS)
OUTCOMES: Mapping[Outcome, str] = {
    Outcome.DONE: "Settled: what had to be done is done.",
    Outcome.NOTHING: "Nothing had to be done.",
    Outcome.KEPT: "They may keep it.",
    Outcome.DUPLICATE: "It is the same as another case.",
    Outcome.OTHER: "",
}
SCOPES: Mapping[Permission, Scope] = {
    Permission.RESOLVE_EXCEPTION: Scope.EXCEPTIONS,
    Permission.ALLOT: Scope.PARTNERS,
    Permission.GRANT: Scope.GRANT,
    Permission.RESEND_CODE: Scope.DELIVERIES,
    Permission.EXTEND: Scope.REPAIR,
    Permission.PLACE_HOLD: Scope.REPAIR,
    Permission.LIFT_HOLD: Scope.REPAIR,
    Permission.REVOKE: Scope.REPAIR,
    Permission.RUN_JOBS: Scope.CONTINUE_JOBS,
}
"""What a key needs for what staff need a permission for; what is not here, only people do."""


@router.get("", auth=MAY_READ, response={200: ExceptionsAnswer, **READ}, summary="List exceptions")
def list_them(
    request: CallerRequest,
    kind: str = "",
    which: Which = Which.OPEN,
    after: After = None,
    limit: Limit = 50,
) -> ExceptionsAnswer:
    """Give a page of what needs a person: what is open as it is due, or some of that."""
    owners = {Which.MINE: request.auth.actor.id, Which.NOBODYS: ""}
    sought = CasesSought(
        kind=kind,
        owner_id=owners.get(which),
        overdue_at=timezone.now() if which is Which.OVERDUE else None,
        is_settled=which is Which.SETTLED,
    )
    found = find_cases(sought, after=after, most=limit + 1)
    _, following = cut([one.id for one in found], limit)
    rows = [ExceptionListed.of(one) for one in found[:limit]]
    return ExceptionsAnswer(exceptions=rows, next=following)


@router.get(
    "/{uuid:exception}",
    auth=MAY_READ,
    response={200: ExceptionAnswer, **READ},
    summary="Read an exception",
)
def read(request: CallerRequest, exception: UUID) -> ExceptionAnswer:
    """Tell what was found, and what can be done about it as it stands now."""
    return _answer(exception)


@router.post(
    "/{uuid:exception}/take",
    response={200: ExceptionAnswer, **WRITE},
    summary="Take an exception on",
)
@once
def take(request: CallerRequest, exception: UUID) -> Status[Schema]:
    """Take one on that nobody has; 409 `case_taken` says who has it."""
    take_case(case_id=exception, by=request.auth.actor, at=timezone.now())
    return Status(200, _answer(exception))


@router.post(
    "/{uuid:exception}/give-back",
    response={200: ExceptionAnswer, **WRITE},
    summary="Let an exception go",
)
@once
def give_back(request: CallerRequest, exception: UUID) -> Status[Schema]:
    """Let one go that the key has taken on, for anybody to take."""
    give_back_case(case_id=exception, by=request.auth.actor, at=timezone.now())
    return Status(200, _answer(exception))


@router.post(
    "/{uuid:exception}/postpone",
    response={200: ExceptionAnswer, **WRITE},
    summary="Let an exception wait",
)
@once
def postpone(request: CallerRequest, exception: UUID, body: PostponeRequest) -> Status[Schema]:
    """Let one wait, such as for a customer's answer: it is due then, and not before."""
    postpone_case(
        case_id=exception,
        until=body.until,
        comment=masked_remark(body.comment),
        by=request.auth.actor,
        at=timezone.now(),
    )
    return Status(200, _answer(exception))


@router.post(
    "/{uuid:exception}/settle",
    response={200: ExceptionAnswer, **WRITE},
    summary="Settle an exception",
)
@once
def settle(request: CallerRequest, exception: UUID, body: SettleRequest) -> Status[Schema]:
    """Close one, saying what came of it; nothing else is changed."""
    comment = masked_remark(body.comment)[:LONGEST]
    if body.outcome is Outcome.OTHER and not comment:
        raise OutcomeMissing
    settle_case(
        case_id=exception,
        outcome=f"{OUTCOMES[body.outcome]} {comment}".strip(),
        resolution=f"by_hand:{body.outcome.value}",
        by=request.auth.actor,
        at=timezone.now(),
    )
    return Status(200, _answer(exception))


@router.post(
    "/{uuid:exception}/follow",
    response={200: FollowedAnswer, **WRITE},
    summary="Do what is suggested",
)
@once
def do_as_suggested(request: CallerRequest, exception: UUID, body: FollowRequest) -> Status[Schema]:
    """
    Do what an exception suggests, if it would still do just what you read.

    409 `situation_changed` if not, and nothing was done: read it again. What decides over money or
    asks a channel is left to people (403 `person_needed`).
    """
    chosen = suggestion_of(exception, body.suggestion, mark=body.mark)
    _require(request.auth, chosen)
    doing = Doing(
        by=request.auth.actor, at=timezone.now(), comment=masked_remark(body.comment)[:LONGEST]
    )
    done = follow(exception, body.suggestion, mark=body.mark, doing=doing)
    return Status(200, FollowedAnswer(told=done.told, exception=_answer(exception)))


def _require(caller: Caller, chosen: Suggestion) -> None:
    """
    Refuse what a key may not do.

    :raises PersonNeeded: if no scope allows it.
    :raises ScopeMissing: if the key lacks the one that does.
    """
    scope = SCOPES.get(chosen.permission)
    if scope is None:
        raise PersonNeeded
    if scope.value not in caller.scopes:
        raise ScopeMissing(scope)


def _answer(case_id: UUID) -> ExceptionAnswer:
    found = tell(case_id)
    scopes = {one.name: SCOPES.get(one.permission) for one in found.suggestions}
    named = {name: scope.value if scope else None for name, scope in scopes.items()}
    return told(one_case(case_id), found, named)
