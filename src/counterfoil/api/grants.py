"""Grants: give without a sale."""

from django.utils import timezone
from ninja import Router

from counterfoil.api.codes import CallerRequest
from counterfoil.api.schemas import EntitlementAnswer, GrantAnswer, GrantRequest, Problem
from counterfoil.api.security import ApiKeyBearer
from counterfoil.operations.grant import grant
from counterfoil.queries.entitlements import entitlements_of, product_by_sku
from counterfoil.rules.lifecycle import State
from counterfoil.rules.scopes import Scope

router = Router(tags=["Grants"])


@router.post(
    "",
    auth=ApiKeyBearer(Scope.GRANT),
    response={200: GrantAnswer, 401: Problem, 403: Problem, 404: Problem, 422: Problem},
    summary="Give entitlements without a sale",
)
def give(request: CallerRequest, body: GrantRequest) -> GrantAnswer:
    """Issue entitlements with a category, a reason and a reference; codes go by mail."""
    granted = grant(
        request_id=body.request_id,
        product=product_by_sku(body.sku),
        quantity=body.quantity,
        category=body.category,
        reason=body.reason,
        reference=body.reference,
        recipient=body.recipient,
        by=request.auth.actor,
        at=timezone.now(),
    )
    return GrantAnswer(
        purchase=granted.pk,
        entitlements=[
            EntitlementAnswer(
                entitlement=one.handle,
                state=State(one.state),
                version=one.version,
                last_four=one.last_four,
                expires_at=one.expires_at,
            )
            for one in entitlements_of(granted.pk)
        ],
    )
