"""Trying again at once what failed outside: the record downstream, and what a channel shows."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field

from counterfoil.api.entitlement_bodies import RetryRequest, StandingAnswer
from counterfoil.api.entitlements import answer
from counterfoil.api.idempotency import once
from counterfoil.api.preconditions import acting
from counterfoil.api.repairs import why
from counterfoil.api.schemas import WRITE
from counterfoil.api.security import ApiKeyBearer, CallerRequest
from counterfoil.models.ids import id_of
from counterfoil.operations.retry_provisioning import retry_provisioning
from counterfoil.operations.retry_write_back import retry_write_back
from counterfoil.queries.entitlement_list import standing_of
from counterfoil.rules.scopes import Scope

router = Router(tags=["Repairs"], auth=ApiKeyBearer(Scope.REPAIR))


class WriteBackAnswer(Schema):
    """How far a channel is with showing what was issued."""

    purchase: UUID
    is_shown: bool = Field(description="The channel shows the newest; nothing is left to do.")
    next_attempt_at: datetime = Field(description="When it is tried next, unless it is shown.")
    last_error: str


@router.post(
    "/entitlements/{handle}/retry-provisioning",
    response={200: StandingAnswer, **WRITE},
    summary="Have the record downstream tried again",
)
@acting
def provision_again(request: CallerRequest, handle: str, body: RetryRequest) -> Schema:
    """
    Have the record made, or removed, at once, and for as long as from the beginning.

    Also what was given up and waits for a person. It is the same record, under the same key; where
    nothing is left to do nothing is changed, and 404 says that no record is called for.
    """
    retry_provisioning(entitlement_id=id_of(handle), **why(request, body))
    return answer(standing_of(id_of(handle)))


@router.post(
    "/purchases/{uuid:purchase_id}/retry-write-back",
    response={200: WriteBackAnswer, **WRITE},
    summary="Have a channel shown again what was issued",
)
@once
def show_again(request: CallerRequest, purchase_id: UUID) -> Schema:
    """
    Have it shown at the order at once, and tried as often as from the beginning.

    Where the channel shows the newest nothing is changed; 404 if nothing of this purchase is shown
    at any channel.
    """
    row = retry_write_back(purchase_id=purchase_id, by=request.auth.actor, at=timezone.now())
    return WriteBackAnswer(
        purchase=row.purchase_id,
        is_shown=row.wanted_version == row.got_version,
        next_attempt_at=row.next_attempt_at,
        last_error=row.last_error,
    )
