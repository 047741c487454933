"""Repairs of one entitlement: withdraw, bring back, extend, suspend, give a new code."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from ninja import Router, Schema

from counterfoil.api.entitlement_bodies import (
    ExtendRequest,
    HoldAnswer,
    HoldRequest,
    HoldsAnswer,
    LiftRequest,
    ReinstateRequest,
    ReplaceRequest,
    ResendRequest,
    RevokeRequest,
    StandingAnswer,
    UnassignRequest,
    Why,
)
from counterfoil.api.entitlements import answer
from counterfoil.api.lists import AfterNumber, Limit
from counterfoil.api.preconditions import acting, describes_tag, tags
from counterfoil.api.schemas import READ, WRITE
from counterfoil.api.security import ApiKeyBearer, CallerRequest
from counterfoil.models import HoldKind
from counterfoil.models.ids import id_of
from counterfoil.operations.extend import extend
from counterfoil.operations.lift_hold import lift_hold
from counterfoil.operations.place_hold import place_hold
from counterfoil.operations.reinstate import reinstate
from counterfoil.operations.replace_code import replace_code
from counterfoil.operations.resend_code import resend_code
from counterfoil.operations.revoke import revoke
from counterfoil.operations.unassign import unassign
from counterfoil.queries.entitlement_list import standing_of
from counterfoil.queries.holds import holds_of
from counterfoil.rules.scopes import Scope

router = Router(tags=["Repairs"], auth=ApiKeyBearer(Scope.REPAIR))

TOLD = {200: StandingAnswer, **WRITE}


@router.post("/{handle}/revoke", response=TOLD, summary="Withdraw an entitlement")
@acting
def withdraw(request: CallerRequest, handle: str, body: RevokeRequest) -> Schema:
    """
    Withdraw an entitlement for good, whoever has it.

    Its code stops working, its assignment ends, and the downstream record is taken down. No money
    is moved. One that was withdrawn before is left as it is.
    """
    revoke(entitlement_ids=[id_of(handle)], **why(request, body))
    return _told(handle)


@router.post("/{handle}/reinstate", response=TOLD, summary="Bring an entitlement back")
@acting
def bring_back(request: CallerRequest, handle: str, body: ReinstateRequest) -> Schema:
    """
    Undo a withdrawal: whoever had it has it again, or else the code that was live works again.

    409 `illegal_move` if it was not withdrawn.
    """
    reinstate(entitlement_id=id_of(handle), **why(request, body))
    return _told(handle)


@router.post("/{handle}/extend", response=TOLD, summary="Change how long it is valid")
@acting
def change_validity(request: CallerRequest, handle: str, body: ExtendRequest) -> Schema:
    """Set the end of validity. One that has expired can be used again."""
    extend(entitlement_id=id_of(handle), until=body.until, **why(request, body))
    return _told(handle)


@router.post("/{handle}/replace-code", response=TOLD, summary="Replace the code")
@acting
def give_new_code(request: CallerRequest, handle: str, body: ReplaceRequest) -> Schema:
    """
    Give it a new code; the old one and every link made for it stop working at once.

    The new code goes by mail to whoever the old one went to, and stands in no answer.
    """
    replace_code(entitlement_id=id_of(handle), **why(request, body))
    return _told(handle)


@router.post("/{handle}/unassign", response=TOLD, summary="Take an assignment back")
@acting
def take_back(request: CallerRequest, handle: str, body: UnassignRequest) -> Schema:
    """
    Take it from whoever has it; it is issued again, with a new code.

    409 `cutoff_passed` once the event has happened that its terms name; only staff may then, in
    the console.
    """
    unassign(entitlement_id=id_of(handle), **why(request, body))
    return _told(handle)


@router.post("/{handle}/resend", response=TOLD, summary="Send the code again")
@acting
def send_again(request: CallerRequest, handle: str, body: ResendRequest) -> Schema:
    """Send the mail with the code once more: of a gift to its recipient, else to the buyer."""
    resend_code(entitlement_id=id_of(handle), **why(request, body))
    return _told(handle)


@router.get("/{handle}/holds", response={200: HoldsAnswer, **READ}, summary="List holds")
@describes_tag
def holds(
    request: CallerRequest,
    response: HttpResponse,
    handle: str,
    after: AfterNumber = None,
    limit: Limit = 50,
) -> HoldsAnswer:
    """Tell what suspends an entitlement, and what did before; the newest first."""
    entitlement_id = id_of(handle)
    found, known = (
        standing_of(entitlement_id),
        holds_of(entitlement_id, before=after, most=limit + 1),
    )
    told = HoldsAnswer(
        entitlement=found.entitlement,
        version=found.version,
        holds=[HoldAnswer.model_validate(one, from_attributes=True) for one in known[:limit]],
        next=known[limit - 1].number if len(known) > limit else None,
    )
    return tags(response, told)


@router.post("/{handle}/holds", response=TOLD, summary="Place a hold")
@acting
def suspend(request: CallerRequest, handle: str, body: HoldRequest) -> Schema:
    """
    Suspend it: it cannot be redeemed, assigned, given back or replaced until the hold is lifted.

    Several holds may stand at once; the same kind and reference is placed once.
    """
    place_hold(
        entitlement_ids=[id_of(handle)],
        kind=HoldKind(body.kind.value),
        reference=body.reference,
        **why(request, body),
    )
    return _told(handle)


@router.post("/{handle}/holds/lift", response=TOLD, summary="Lift a hold")
@acting
def release(request: CallerRequest, handle: str, body: LiftRequest) -> Schema:
    """
    Lift one hold by its kind and reference; others stay.

    Lifting what does not stand changes nothing. With the last, validity is longer by as much as it
    was suspended.
    """
    lift_hold(
        entitlement_ids=[id_of(handle)],
        kind=body.kind,
        reference=body.reference,
        **why(request, body),
    )
    return _told(handle)


def why(request: CallerRequest, body: Why) -> dict[str, Any]:
    """Give who acts, when, and why, as the acts take it."""
    return {"by": body.by(request.auth.actor), "at": timezone.now(), **body.why()}


def _told(handle: str) -> StandingAnswer:
    return answer(standing_of(id_of(handle)))
