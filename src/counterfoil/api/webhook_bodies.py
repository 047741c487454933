"""The bodies of calls about webhook endpoints."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Schema
from pydantic import Field

from counterfoil.api.lists import Next, NextNumber
from counterfoil.api.schemas import Moment, Strict, Text
from counterfoil.queries.webhooks import Fate, Health
from counterfoil.rules.events import EventType
from counterfoil.rules.webhooks import DESCRIPTION_MAX, URL_MAX, DisabledWhy, Missed

Skus = Annotated[
    list[Text],
    Field(
        max_length=500,
        description="Only what is about one of these products; none are all.",
        examples=[["DNA-STD"]],
    ),
]
Types = Annotated[
    list[EventType],
    Field(
        max_length=100,
        description="Only these events; none are all, also those that come later.",
        examples=[["entitlement.assigned", "entitlement.revoked"]],
    ),
]
Url = Annotated[
    str,
    Field(
        min_length=1,
        max_length=URL_MAX,
        description="An https address that everybody can reach.",
        examples=["https://lab.example/hooks/counterfoil"],
    ),
]
Hours = Annotated[
    int, Field(ge=0, le=168, description="How long the old secret signs beside it.", examples=[24])
]


class EndpointRequest(Strict):
    """Where events are to be sent, and which."""

    url: Url
    description: str = Field("", max_length=DESCRIPTION_MAX, examples=["Laboratory"])
    types: Types = Field(default_factory=list)
    products: Skus = Field(default_factory=list)
    takes_tests: bool = Field(False, description="Whether events of tests are sent too.")


class NewEndpointRequest(EndpointRequest):
    """A new endpoint; a partner's key makes one of that partner's."""

    partner: Text = Field("", description="Whose events alone it is told of; by a house key.")


class ChangeEndpointRequest(EndpointRequest):
    """How an endpoint is to be from now on, whole, instead of the revision that was read."""

    revision: int = Field(ge=1, le=2_147_483_647, examples=[1])


class RotateRequest(Strict):
    """What becomes of the old secret."""

    revision: int = Field(ge=1, le=2_147_483_647, examples=[1])
    hours_beside: Hours = 24


class ReasonRequest(Strict):
    """Why something is done; kept for staff."""

    reason: Text = Field(min_length=1, examples=["We move to another host"])


class EnableRequest(Strict):
    """What becomes of the events it missed."""

    missed: Missed = Field(description="`send` them all, or `leave` them out.")


class ReplayRequest(Strict):
    """Since when everything is to be sent again."""

    since: Moment = Field(examples=["2026-11-20T10:00:00Z"])


class EndpointAnswer(Schema):
    """An endpoint, without its secret."""

    id: UUID
    url: str
    description: str
    types: list[EventType]
    products: list[str]
    takes_tests: bool
    partner: str | None = Field(description="Whose it is; none: the house's own.")
    health: Health
    revision: int = Field(description="Counts changes; name the one you read to change it.")
    disabled_at: datetime | None
    disabled_why: DisabledWhy | None
    failing_since: datetime | None
    last_succeeded_at: datetime | None
    created_at: datetime
    ended_at: datetime | None


class EndpointsAnswer(Schema):
    """A page of endpoints, the newest first."""

    endpoints: list[EndpointAnswer]
    next: Next


class SecretAnswer(Schema):
    """One secret, with when it ends."""

    secret: str = Field(examples=["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
    until: datetime | None = Field(description="When it ends; none: it is the one in use.")


class SecretsAnswer(Schema):
    """The secrets that sign now, the newest first."""

    secrets: list[SecretAnswer]


class SendingAnswer(Schema):
    """One event for one endpoint, and what became of it."""

    event: UUID = Field(description="The id of the event, which is the `webhook-id` too.")
    type: EventType
    occurred_at: datetime
    fate: Fate
    is_trial: bool = Field(description="Whether it is a test, which is tried once.")
    attempts: int
    due_at: datetime | None = Field(description="When it is tried next.")
    delivered_at: datetime | None
    last_status: int | None
    last_error: str


class SendingsAnswer(Schema):
    """A page of deliveries, the newest first; ``next`` is the ``after`` of the following one."""

    deliveries: list[SendingAnswer]
    next: NextNumber


class AttemptAnswer(Schema):
    """One call of the endpoint."""

    at: datetime
    status: int | None
    milliseconds: int
    error: str
    answer: str = Field(description="How the answer begins; codes in it are hidden.")


class SendingWholeAnswer(SendingAnswer):
    """One event for one endpoint, with every call, the newest first."""

    tried: list[AttemptAnswer]


class ReplayedAnswer(Schema):
    """How many events are sent again."""

    events: int
