"""The feed of events: for those who ask, and cannot be called."""

from typing import Annotated, Any
from uuid import UUID

from ninja import Query, Router, Schema
from pydantic import Field

from counterfoil.api.codes import CallerRequest
from counterfoil.api.schemas import Problem
from counterfoil.api.security import PoolKeyBearer
from counterfoil.models import Event
from counterfoil.queries.events import envelope, feed, newest_place
from counterfoil.rules.events import EventType
from counterfoil.rules.scopes import Scope

router = Router(tags=["Events"])

NEWEST = "newest"
MOST = 1_000
REFUSALS = {401: Problem, 403: Problem, 410: Problem, 422: Problem}
Cursor = Annotated[
    str,
    Field(
        pattern=r"^(newest|[0-9]{1,18})$",
        description="The `cursor` of the page before; `newest` for what happens from now on.",
        examples=["1042"],
    ),
]


class EventAnswer(Schema):
    """One event, as a webhook carries it, and where it stands in the feed."""

    id: UUID = Field(description="Stays the same however often it is read or sent.")
    type: EventType
    timestamp: str = Field(examples=["2026-03-05T09:30:00.000000Z"])
    data: dict[str, Any] = Field(
        description="By type, as its JSON Schema says; ids and states, never a code or a person.",
        examples=[{"entitlement": "ent_01k9z4v7h2m3n4p5q6r7s8t9va", "version": 2}],
    )
    cursor: str = Field(description="To go on after this event.", examples=["1042"])


class FeedAnswer(Schema):
    """Events in the order of the feed; go on with ``after=cursor``, also from an empty page."""

    events: list[EventAnswer]
    cursor: str = Field(examples=["1042"])
    more: bool = Field(description="Whether to ask on at once.")


@router.get(
    "",
    auth=PoolKeyBearer(Scope.EVENTS),
    response={200: FeedAnswer, **REFUSALS},
    summary="Read the feed of events",
)
def read_feed(
    request: CallerRequest,
    after: Cursor | None = None,
    type: Annotated[tuple[EventType, ...], Query(max_length=40)] = (),  # noqa: A002
    limit: Annotated[int, Field(ge=1, le=MOST)] = 100,
) -> FeedAnswer:
    """
    Give what happened, oldest first: the same events that webhooks carry.

    Begin without `after` for everything that is kept, or with `newest`, and go on from the
    `cursor` of each answer: no event is missed or comes twice. With one or more `type`s others are
    left out. A partner's key is told of its own. 410 `events_forgotten` if what came after this
    cursor was deleted meanwhile: begin anew, and compare with how things stand. 422
    `cursor_unknown` if the feed has not come so far.
    """
    if after == NEWEST:
        return FeedAnswer(events=[], cursor=str(newest_place()), more=False)
    page = feed(
        after=int(after) if after else None,
        limit=limit,
        types=type,
        partner_id=request.auth.partner_id,
    )
    return FeedAnswer(
        events=[_told(one) for one in page.events], cursor=str(page.cursor), more=page.has_more
    )


def _told(event: Event) -> EventAnswer:
    return EventAnswer(**envelope(event), cursor=str(event.position))
