"""What partners have: look at it, hand it on to sub-partners, take it back."""

from typing import Annotated
from uuid import UUID

from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from counterfoil.api.allotment_bodies import (
    AllotmentAnswer,
    AllotmentsAnswer,
    AllotRequest,
    ChoiceRequest,
    HandedOnAnswer,
    HandOnRequest,
    PartnerAnswer,
    PartnerUnitAnswer,
    PartnerUnitsAnswer,
    ReturnedAnswer,
    ReturnRequest,
    UnitStanding,
)
from counterfoil.api.approvals import ApprovalAnswer
from counterfoil.api.approvals import answer as approved_or_not
from counterfoil.api.idempotency import once
from counterfoil.api.lists import After, Limit, by_id
from counterfoil.api.partner_named import product_for, whose
from counterfoil.api.schemas import READ, WRITE
from counterfoil.api.security import ApiKeyBearer, Caller, CallerRequest, PoolKeyBearer
from counterfoil.models import Approval
from counterfoil.models.ids import id_of, uuid7
from counterfoil.operations.hand_on import hand_on
from counterfoil.operations.request_allotment import request_allotment
from counterfoil.operations.return_to_pool import return_to_pool
from counterfoil.queries.allotments import AllotmentSeen, one_allotment, overview
from counterfoil.queries.approvals import one_approval
from counterfoil.queries.batches import batch_of
from counterfoil.queries.entitlements import product_by_sku
from counterfoil.queries.partner_units import MOST, Which, units
from counterfoil.queries.partners import (
    PartnerSeen,
    one_partner,
    partner_by_name,
    sub_partner_by_name,
    sub_partners,
)
from counterfoil.rules.partners import Choice, Numbers
from counterfoil.rules.scopes import Scope

router = Router(tags=["Allotments"])

MAY_LOOK = PoolKeyBearer(Scope.ALLOTMENTS)
MAY_MOVE = PoolKeyBearer(Scope.HAND_OUT)


@router.get("", auth=MAY_LOOK, response={200: AllotmentsAnswer, **READ}, summary="List allotments")
def list_them(
    request: CallerRequest, partner: str = "", after: After = None, limit: Limit = 50
) -> AllotmentsAnswer:
    """
    Give a page of what a partner has by product and allotment, counted, the newest first.

    What it has of a product outside of allotments stands where the product was made.

    A partner's key is told of its own; a key of the house names the `partner`.
    """
    own = whose(request.auth, partner)
    found, following = by_id(
        overview(own.id), lambda one: one.id or one.product_id, before=after, limit=limit
    )
    return AllotmentsAnswer(
        partner=own.slug,
        suspension=own.suspension,
        allotments=[_told(one) for one in found],
        next=following,
        sub_partners=[PartnerAnswer(slug=one.slug, name=one.name) for one in sub_partners(own.id)],
    )


@router.get(
    "/{uuid:allotment}",
    auth=MAY_LOOK,
    response={200: AllotmentAnswer, **READ},
    summary="Read an allotment",
)
def read(request: CallerRequest, allotment: UUID, partner: str = "") -> AllotmentAnswer:
    """Tell how one allotment stands."""
    return _told(one_allotment(whose(request.auth, partner).id, allotment))


@router.get(
    "/{uuid:allotment}/entitlements",
    auth=MAY_LOOK,
    response={200: PartnerUnitsAnswer, **READ},
    summary="List the entitlements of an allotment",
)
def entitlements(
    request: CallerRequest,
    allotment: UUID,
    partner: str = "",
    standing: UnitStanding | None = None,
    after: UUID | None = None,
    limit: Annotated[int, Field(ge=1, le=MOST)] = 100,
) -> PartnerUnitsAnswer:
    """Give a page of entitlements: all, or those that stand one way."""
    own = whose(request.auth, partner).id
    which = Which(
        allotment_id=one_allotment(own, allotment).id, standing=standing.value if standing else ""
    )
    found, following = units(own, which, after=after, limit=limit)
    return PartnerUnitsAnswer(
        entitlements=[
            PartnerUnitAnswer(
                entitlement=one.handle,
                standing=UnitStanding(one.standing),
                recipient=one.recipient,
                batch=one.batch,
                number=one.number,
                send_at=one.send_at,
                claimed_at=one.claimed_at,
                reserved_until=one.reserved_until,
                expires_at=one.expires_at,
            )
            for one in found
        ],
        next=following,
    )


@router.post(
    "",
    auth=ApiKeyBearer(Scope.GRANT),
    response={200: AllotmentAnswer, 202: ApprovalAnswer, **READ},
    summary="Allot to a partner",
)
@once
def give(request: CallerRequest, body: AllotRequest) -> Status[Schema]:
    """
    Give a partner entitlements to hand out: a new allotment, or more of one.

    Above what one may give alone nothing is issued: the answer is 202, and the request waits for a
    second person. Very many are issued by a job, so not all may be there yet.
    """
    at, partner = timezone.now(), partner_by_name(body.partner)
    asked = request_allotment(
        request_id=body.request_id,
        partner_id=partner.id,
        product_id=product_by_sku(body.sku).pk,
        quantity=body.quantity,
        label=body.label,
        reference=body.reference,
        reason=body.reason,
        allotment_id=body.allotment,
        by=request.auth.actor,
        at=at,
    )
    if isinstance(asked, Approval):
        return Status(202, approved_or_not(one_approval(asked.pk, now=at)))
    return Status(200, _told(one_allotment(partner.id, asked.pk)))


@router.post(
    "/hand-on",
    auth=MAY_MOVE,
    response={200: HandedOnAnswer, **WRITE},
    summary="Hand on to a sub-partner",
)
@once
def pass_on(request: CallerRequest, body: HandOnRequest) -> Status[Schema]:
    """
    Hand free entitlements on to a sub-partner: all that are asked for, or none.

    409 `not_enough_free` says how many are free, `not_free` which of those named are not.
    """
    own = whose(request.auth, body.partner)
    target, choice = sub_partner_by_name(own.id, body.to), _choice(request.auth, body)
    into = hand_on(
        request_id=uuid7(),
        partner_id=own.id,
        to_partner_id=target.id,
        choice=choice,
        by=request.auth.actor,
        at=timezone.now(),
    )
    return Status(200, HandedOnAnswer(to=target.slug, quantity=choice.count, allotment=into.pk))


@router.post(
    "/return",
    auth=MAY_MOVE,
    response={200: ReturnedAnswer, **WRITE},
    summary="Give back, or take back from a sub-partner",
)
@once
def give_back(request: CallerRequest, body: ReturnRequest) -> Status[Schema]:
    """
    Return what was handed on, and nobody has claimed, to the partner above: all of it or none.

    It goes back into the allotment it came from.
    """
    count = return_to_pool(
        request_id=uuid7(),
        partner_id=_holder(request.auth, body.partner).id,
        choice=_choice(request.auth, body),
        by=request.auth.actor,
        at=timezone.now(),
    )
    return Status(200, ReturnedAnswer(quantity=count))


def _holder(caller: Caller, named: str) -> PartnerSeen:
    if caller.partner_id is None or not named:
        return whose(caller, named)
    own = one_partner(caller.partner_id)
    return own if named == own.slug else sub_partner_by_name(own.id, named)


def _choice(caller: Caller, body: ChoiceRequest) -> Choice:
    named = body.numbers
    numbers = (
        None
        if named is None
        else Numbers(batch_id=batch_of(named.batch), first=named.first, last=named.last)
    )
    return Choice(
        product_id=product_for(caller, body.sku) if body.sku else None,
        allotment_id=body.allotment,
        quantity=body.quantity,
        entitlement_ids=tuple(id_of(one) for one in body.entitlements),
        numbers=numbers,
    )


def _told(one: AllotmentSeen) -> AllotmentAnswer:
    return AllotmentAnswer.model_validate(one, from_attributes=True)
