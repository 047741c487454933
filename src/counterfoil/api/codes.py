"""Codes: look at one, redeem one."""

from datetime import datetime

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
from counterfoil.hosting.policy import is_asked
from counterfoil.intake import presenting
from counterfoil.intake.retrying import with_retries
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
        found = presenting.inspect(code=body.code, origin=caller.origin, by=caller.actor, at=at)
    except CounterfoilError as refusal:
        raise neutral(refusal, caller.scopes) from refusal
    return CheckAnswer(
        entitlement=found.handle,
        state=found.public_state(at),
        product=ProductAnswer(sku=found.product.sku, name=found.product.name),
        needs_subject=found.terms.needs_subject,
        expires_at=found.expires_at,
        is_test=found.is_test,
    )


def _ask_first(request: CallerRequest, body: RedeemRequest) -> None:
    """Ask the host's policy while no transaction is open."""
    if not is_asked():
        return
    caller, at = request.auth, timezone.now()
    to = with_retries(lambda: _account(caller, body, at))
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
    caller, at = request.auth, timezone.now()
    to = _account(caller, body, at)
    try:
        redemption = presenting.present_allowed(
            code=body.code, to=to, origin=caller.origin, by=caller.actor, at=at
        )
    except CounterfoilError as refusal:
        raise neutral(refusal, caller.scopes) from refusal
    return RedeemAnswer(
        entitlement=redemption.handle, account=to.account_id, repeated=redemption.repeated
    )


def _account(caller: Caller, body: RedeemRequest, at: datetime) -> Assignee:
    named = body.account
    known = account_by_reference(named.external_reference)  # mostly: then nothing is written
    if known is None:
        known = open_account(
            external_reference=named.external_reference, mail=named.email, by=caller.actor, at=at
        ).pk
    return Assignee(account_id=known)
