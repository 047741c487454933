"""Grants: give without a sale, and what was given so."""

from uuid import UUID

from django.utils import timezone
from ninja import Query, Router, Schema, Status

from counterfoil.api.approvals import ApprovalAnswer
from counterfoil.api.approvals import answer as approved_or_not
from counterfoil.api.grant_bodies import GrantListed, GrantsAnswer, GrantsWanted
from counterfoil.api.idempotency import once
from counterfoil.api.lists import After, Limit, cut
from counterfoil.api.schemas import READ, EntitlementAnswer, GrantAnswer, GrantRequest
from counterfoil.api.security import ApiKeyBearer, CallerRequest
from counterfoil.models import Approval
from counterfoil.operations.request_grant import request_grant
from counterfoil.queries.approvals import one_approval
from counterfoil.queries.entitlements import entitlements_of, partner_by_slug, product_by_sku
from counterfoil.queries.grants import grants, one_grant
from counterfoil.rules.lifecycle import State
from counterfoil.rules.scopes import Scope

router = Router(tags=["Grants"])

MOST_LISTED = 100


@router.get(
    "",
    auth=ApiKeyBearer(Scope.TRACE),
    response={200: GrantsAnswer, **READ},
    summary="List grants",
)
def list_them(
    request: CallerRequest,
    sought: Query[GrantsWanted],
    after: After = None,
    limit: Limit = 50,
) -> GrantsAnswer:
    """Give a page of what exists without a sale: who answers for it, why, and what came of it."""
    found = grants(sought.as_asked(), before=after, most=limit + 1)
    _, following = cut([one.id for one in found], limit)
    return GrantsAnswer(grants=[GrantListed.of(one) for one in found[:limit]], next=following)


@router.get(
    "/{uuid:grant}",
    auth=ApiKeyBearer(Scope.TRACE),
    response={200: GrantListed, **READ},
    summary="Read a grant",
)
def read(request: CallerRequest, grant: UUID) -> GrantListed:
    """Tell of one grant, by the `purchase` that giving it was answered with."""
    return GrantListed.of(one_grant(grant))


@router.post(
    "",
    auth=ApiKeyBearer(Scope.GRANT),
    response={200: GrantAnswer, 202: ApprovalAnswer, **READ},
    summary="Give entitlements without a sale",
)
@once
def give(request: CallerRequest, body: GrantRequest) -> Status[Schema]:
    """
    Issue entitlements with a category, a reason and a reference; codes go by mail.

    Above what one may give alone nothing is issued: the answer is 202, and the request waits for a
    second person. Very many are issued by a job, so not all may be there yet.
    """
    at = timezone.now()
    asked = request_grant(
        request_id=body.request_id,
        product=product_by_sku(body.sku),
        quantity=body.quantity,
        category=body.category,
        reason=body.reason,
        reference=body.reference,
        recipient=body.recipient,
        by=request.auth.actor,
        reference_kind=body.reference_kind,
        partner=partner_by_slug(body.partner) if body.partner else None,
        at=at,
    )
    if isinstance(asked, Approval):
        return Status(202, approved_or_not(one_approval(asked.pk, now=at)))
    answer = GrantAnswer(
        purchase=asked.pk,
        quantity=asked.grantrecord.quantity,
        entitlements=[
            EntitlementAnswer(
                entitlement=one.handle,
                state=State(one.state),
                version=one.version,
                last_four=one.last_four,
                expires_at=one.expires_at,
            )
            for one in entitlements_of(asked.pk, most=MOST_LISTED)
        ],
    )
    return Status(200, answer)
