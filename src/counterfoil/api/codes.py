"""Codes: look at one, redeem one."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from ninja import Router, Schema

from counterfoil.api.idempotency import once_after
from counterfoil.api.problems import neutral
from counterfoil.api.schemas import (
    CheckAnswer,
    CheckRequest,
    Problem,
    ProductAnswer,
    RedeemAnswer,
    RedeemRequest,
)
from counterfoil.api.security import ApiKeyBearer, Caller
from counterfoil.api.security import CallerRequest as CallerRequest
from counterfoil.errors import CounterfoilError
from counterfoil.hosting.policy import is_asked, whoever
from counterfoil.intake import presenting
from counterfoil.operations.open_account import open_account
from counterfoil.queries.accounts import account_by_reference
from counterfoil.rules.people import Assignee
from counterfoil.rules.scopes import Scope

router = Router(tags=["Codes"])

REFUSALS = {401: Problem, 403: Problem, 409: Problem, 422: Problem, 429: Problem}


@router.post(
    "/check",
    auth=ApiKeyBearer(Scope.CHECK),
    response={200: CheckAnswer, **REFUSALS},
    summary="Look at a code",
)
def check(request: CallerRequest, body: CheckRequest) -> CheckAnswer:
    """Tell what a code would give. Nothing changes."""
    caller, at = request.auth, timezone.now()
    try:
        found = presenting.look_up(code=body.code, origin=caller.origin, by=caller.actor, at=at)
    except CounterfoilError as refusal:
        raise neutral(refusal, caller.scopes) from refusal
    return CheckAnswer(
        entitlement=found.handle,
        state=found.public_state,
        product=ProductAnswer(sku=found.sku, name=found.product_name),
        needs_subject=found.needs_subject,
        expires_at=found.expires_at,
        is_test=found.is_test,
    )


def _ask_first(request: CallerRequest, body: RedeemRequest) -> None:
    """Ask the host's policy while no transaction is open."""
    if not is_asked():
        return
    caller, at = request.auth, timezone.now()
    to = whoever(external_reference=body.account.external_reference, mail=body.account.email)
    try:
        presenting.require_allowed(
            code=body.code, to=to, origin=caller.origin, by=caller.actor, at=at
        )
    except CounterfoilError as refusal:
        raise neutral(refusal, caller.scopes) from refusal


@router.post(
    "/redeem",
    auth=ApiKeyBearer(Scope.REDEEM),
    response={200: RedeemAnswer, **REFUSALS, 404: Problem},
    summary="Redeem a code",
)
@once_after(_ask_first)
def redeem(request: CallerRequest, body: RedeemRequest) -> Schema:
    """Assign what a code carries to an account. Repeating it for the same account is safe."""
    known = account_by_reference(body.account.external_reference)  # mostly: one statement less
    if known is not None:
        return _redeemed(request.auth, body.code, known, timezone.now())
    with presenting.remembering_afterwards():
        return _redeemed_by_a_newcomer(request.auth, body)


@transaction.atomic  # whose account is undone where the code is refused
def _redeemed_by_a_newcomer(caller: Caller, body: RedeemRequest) -> RedeemAnswer:
    named, at = body.account, timezone.now()
    opened = open_account(
        external_reference=named.external_reference, mail=named.email, by=caller.actor, at=at
    )
    return _redeemed(caller, body.code, opened.pk, at)


def _redeemed(caller: Caller, code: str, account_id: UUID, at: datetime) -> RedeemAnswer:
    try:
        redemption = presenting.present_allowed(
            code=code,
            to=Assignee(account_id=account_id),
            origin=caller.origin,
            by=caller.actor,
            at=at,
        )
    except CounterfoilError as refusal:
        raise neutral(refusal, caller.scopes) from refusal
    return RedeemAnswer(
        entitlement=redemption.handle, account=account_id, repeated=redemption.repeated
    )
