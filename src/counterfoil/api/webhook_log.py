"""What a webhook endpoint was sent: the log, a test, and sending again."""

from typing import Annotated
from uuid import UUID

from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from counterfoil.api.idempotency import once
from counterfoil.api.schemas import READ, WRITE
from counterfoil.api.security import CallerRequest, PoolKeyBearer
from counterfoil.api.webhook_bodies import (
    AttemptAnswer,
    ReplayedAnswer,
    ReplayRequest,
    SendingAnswer,
    SendingsAnswer,
    SendingWholeAnswer,
)
from counterfoil.operations.replay_failed_webhooks import replay_failed_webhooks
from counterfoil.operations.replay_webhook import replay_webhook
from counterfoil.operations.replay_webhooks_since import replay_webhooks_since
from counterfoil.operations.try_webhook_endpoint import try_webhook_endpoint
from counterfoil.queries.webhooks import PAGE, Fate, deliveries, one_delivery, one_endpoint
from counterfoil.rules.scopes import Scope

BIGGEST = 2**63 - 1

router = Router(tags=["Webhook endpoints"], auth=PoolKeyBearer(Scope.WEBHOOKS))


@router.get(
    "/{uuid:endpoint}/deliveries",
    response={200: SendingsAnswer, **READ},
    summary="List what it was sent",
)
def list_them(
    request: CallerRequest,
    endpoint: UUID,
    fate: Fate | None = None,
    after: Annotated[int | None, Field(ge=1, le=BIGGEST)] = None,
    limit: Annotated[int, Field(ge=1, le=200)] = PAGE,
) -> SendingsAnswer:
    """Give a page of the events it was sent or is to be sent, the newest first."""
    one_endpoint(endpoint, partner_id=request.auth.partner_id)
    found = deliveries(endpoint, fate=fate, before=after, limit=limit + 1)
    page = found[:limit]
    return SendingsAnswer(
        deliveries=[SendingAnswer.model_validate(one, from_attributes=True) for one in page],
        next=page[-1].number if len(found) > limit else None,
    )


@router.get(
    "/{uuid:endpoint}/deliveries/{uuid:event}",
    response={200: SendingWholeAnswer, **READ},
    summary="Read what became of one event",
)
def read(request: CallerRequest, endpoint: UUID, event: UUID) -> SendingWholeAnswer:
    """Tell what became of one event, with every call and how the endpoint answered."""
    one_endpoint(endpoint, partner_id=request.auth.partner_id)
    return _whole(endpoint, event)


@router.post(
    "/{uuid:endpoint}/deliveries/{uuid:event}/replay",
    response={200: SendingWholeAnswer, **WRITE},
    summary="Send one event again",
)
@once
def replay(request: CallerRequest, endpoint: UUID, event: UUID) -> Status[Schema]:
    """Send an event once more, under the same id, as often as a new one."""
    own = one_endpoint(endpoint, partner_id=request.auth.partner_id)
    replay_webhook(endpoint_id=own.pk, event_id=event, by=request.auth.actor, at=timezone.now())
    return Status(200, _whole(endpoint, event))


@router.post(
    "/{uuid:endpoint}/test",
    response={202: SendingWholeAnswer, **WRITE},
    summary="Send a test",
)
@once
def test(request: CallerRequest, endpoint: UUID) -> Status[Schema]:
    """
    Have `endpoint.tested` sent to it, once and at once, also while it is disabled.

    Read the delivery of that event a moment later to see what it answered.
    """
    own = one_endpoint(endpoint, partner_id=request.auth.partner_id)
    made = try_webhook_endpoint(endpoint_id=own.pk, by=request.auth.actor, at=timezone.now())
    return Status(202, _whole(endpoint, made.event_id))


@router.post(
    "/{uuid:endpoint}/replay-failed",
    response={200: ReplayedAnswer, **WRITE},
    summary="Send what it did not take",
)
@once
def replay_failed(request: CallerRequest, endpoint: UUID) -> Status[Schema]:
    """Send at once whatever it has not taken, waiting or given up."""
    own = one_endpoint(endpoint, partner_id=request.auth.partner_id)
    count = replay_failed_webhooks(endpoint_id=own.pk, by=request.auth.actor, at=timezone.now())
    return Status(200, ReplayedAnswer(events=count))


@router.post(
    "/{uuid:endpoint}/replay",
    response={200: ReplayedAnswer, **WRITE},
    summary="Send everything since a time",
)
@once
def replay_since(request: CallerRequest, endpoint: UUID, body: ReplayRequest) -> Status[Schema]:
    """
    Send everything since a time that it is meant to know, also what it took.

    A time before the oldest event that is kept is as good as that one. 409
    `webhook_endpoint_disabled` asks to enable it, which sends what it missed.
    """
    own = one_endpoint(endpoint, partner_id=request.auth.partner_id)
    count = replay_webhooks_since(
        endpoint_id=own.pk, since=body.since, by=request.auth.actor, at=timezone.now()
    )
    return Status(200, ReplayedAnswer(events=count))


def _whole(endpoint: UUID, event: UUID) -> SendingWholeAnswer:
    seen, tried = one_delivery(endpoint, event)
    told = SendingAnswer.model_validate(seen, from_attributes=True)
    return SendingWholeAnswer(
        **told.model_dump(),
        tried=[AttemptAnswer.model_validate(one, from_attributes=True) for one in tried],
    )
