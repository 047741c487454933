"""Mails that went out, or did not, and trying again."""

from datetime import datetime
from typing import Self
from uuid import UUID

from django.utils import timezone
from ninja import Query, Router, Schema, Status
from pydantic import Field

from counterfoil.api.idempotency import once
from counterfoil.api.lists import After, Limit, Next, Sought, page
from counterfoil.api.schemas import READ, WRITE, Day
from counterfoil.api.security import ApiKeyBearer, CallerRequest
from counterfoil.models import DeliveryKind
from counterfoil.operations.retry_delivery import retry_delivery
from counterfoil.queries.mails import MailFilter, MailSeen, MailStatus, mails_in_list, one_mail
from counterfoil.rules.scopes import Scope

router = Router(tags=["Deliveries"], auth=ApiKeyBearer(Scope.READ_DELIVERIES))


class DeliveriesSought(Sought):
    """Which mails."""

    status: MailStatus | None = Field(None, description="What became of them.")
    kind: DeliveryKind | None = None
    made_from: Day | None = Field(None, description="From the beginning of this day on.")
    made_until: Day | None = Field(None, description="Until the end of this day.")


class DeliveryAnswer(Schema):
    """One mail, and what became of it. The address is masked; what it says is not told."""

    delivery: UUID
    kind: DeliveryKind
    status: MailStatus
    to: str
    about: str = Field(description="The handle or purchase it is about, if it is about one.")
    message_id: str
    created_at: datetime
    due_at: datetime = Field(description="When it is tried (again).")
    sent_at: datetime | None
    bounced_at: datetime | None
    attempts: int
    last_error: str
    can_retry: bool

    @classmethod
    def of(cls, one: MailSeen) -> Self:
        """Tell of a mail."""
        return cls(
            delivery=one.id,
            kind=DeliveryKind(one.kind),
            status=one.status,
            to=one.to,
            about=one.trace,
            message_id=one.message_id,
            created_at=one.created_at,
            due_at=one.due_at,
            sent_at=one.sent_at,
            bounced_at=one.bounced_at,
            attempts=one.attempts,
            last_error=one.last_error,
            can_retry=one.can_retry,
        )


class DeliveriesAnswer(Schema):
    """A page of mails, the newest first."""

    deliveries: list[DeliveryAnswer]
    next: Next


@router.get("", response={200: DeliveriesAnswer, **READ}, summary="List deliveries")
def list_them(
    request: CallerRequest,
    sought: Query[DeliveriesSought],
    after: After = None,
    limit: Limit = 50,
) -> DeliveriesAnswer:
    """Give a page of mails: all, or those of which became one thing."""
    found, following = page(MailFilter.from_query(sought.asked()), before=after, limit=limit)
    rows = mails_in_list(found, now=timezone.now())
    return DeliveriesAnswer(deliveries=[DeliveryAnswer.of(one) for one in rows], next=following)


@router.get("/{uuid:delivery}", response={200: DeliveryAnswer, **READ}, summary="Read a delivery")
def read(request: CallerRequest, delivery: UUID) -> DeliveryAnswer:
    """Tell what became of a mail."""
    return DeliveryAnswer.of(one_mail(delivery))


@router.post(
    "/{uuid:delivery}/retry",
    auth=ApiKeyBearer(Scope.DELIVERIES),
    response={200: DeliveryAnswer, **WRITE},
    summary="Try a delivery again",
)
@once
def retry(request: CallerRequest, delivery: UUID) -> Status[Schema]:
    """
    Have a mail that has not left tried again at once, and as often as a new one.

    409 `delivery_over` if it has left: what came back is sent again as a mail of its own.
    """
    retry_delivery(delivery_id=delivery, by=request.auth.actor, at=timezone.now())
    return Status(200, DeliveryAnswer.of(one_mail(delivery)))
