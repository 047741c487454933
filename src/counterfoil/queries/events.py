"""What other systems are told: events as they go out, and the feed of them."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max

from counterfoil.errors import CursorUnknown, EventsForgotten
from counterfoil.models import Event
from counterfoil.models.ids import handle_of
from counterfoil.rules.events import EventType, moment

LOOKS = 10_000
"""How many events are looked at for those of some types; the rest is left to the next page."""

# All of it in one statement: what is deleted, or given its place, between two could be missed.
FEED = """
WITH edges AS (
    SELECT coalesce(min(position), 1) AS oldest, coalesce(max(position), 0) AS newest
      FROM counterfoil_event
), seen AS (
    SELECT * FROM counterfoil_event
     WHERE position > %(after)s AND (%(partner)s::uuid IS NULL OR partner_id = %(partner)s)
     ORDER BY position LIMIT %(looks)s
), wanted AS (
    SELECT * FROM seen
     WHERE type <> %(apart)s AND (%(types)s::text[] IS NULL OR type = ANY(%(types)s))
     ORDER BY position LIMIT %(limit)s
)
SELECT edges.*, (SELECT count(*) FROM seen), (SELECT max(position) FROM seen),
       w.position, w.id, w.type, w.entitlement_id, w.version, w.purchase_id, w.is_test,
       w.occurred_at, w.data
  FROM edges LEFT JOIN wanted w ON true ORDER BY w.position
"""
COLUMNS = (
    "position",
    "id",
    "type",
    "entitlement_id",
    "version",
    "purchase_id",
    "is_test",
    "occurred_at",
    "data",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedPage:
    """Some events, and the cursor after them; with ``has_more`` there may be others by now."""

    events: Sequence[Event]
    cursor: int
    has_more: bool


def envelope(event: Event) -> dict[str, Any]:
    """
    Give an event as other systems are told of it, by webhook and in the feed alike.

    It never changes: an event that is sent again, or read again, reads the same to the byte. Every
    ``data`` names its ``purchase``, ``partner`` and ``is_test``; that of an entitlement also its
    handle, and its ``version``, by which whoever is told puts in order what came in another one.
    """
    data: dict[str, Any] = {}
    if event.entitlement_id is not None:
        data |= {"entitlement": handle_of(event.entitlement_id), "version": event.version}
    data |= event.data
    data["purchase"] = str(event.purchase_id) if event.purchase_id else None
    data["is_test"] = event.is_test
    return {
        "id": str(event.pk),
        "type": event.type,
        "timestamp": moment(event.occurred_at),
        "data": data,
    }


def feed(
    *,
    after: int | None,
    limit: int,
    types: Collection[EventType] = (),
    partner_id: UUID | None = None,
) -> FeedPage:
    """
    Give the events after a place of the feed, in its order: of these types, or of a partner's own.

    Without ``after`` it begins with the oldest that is kept. Whoever goes on from the cursor of
    each page misses none, however late the transaction of one was committed.

    :raises EventsForgotten: if events after this place were deleted.
    :raises CursorUnknown: if the feed has not come so far.
    """
    given = {
        "after": after or 0,
        "partner": partner_id,
        "types": [one.value for one in types] or None,
        "apart": EventType.ENDPOINT_TESTED.value,
        "looks": LOOKS if types else limit,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(FEED, given)
        rows = cursor.fetchall()
    oldest, newest, seen, last_seen = rows[0][:4]
    if after is not None and after < oldest - 1:
        raise EventsForgotten
    if after is not None and after > newest:
        raise CursorUnknown
    events = [_event(row[4:]) for row in rows if row[4]]
    ended = newest if seen < given["looks"] else last_seen
    place = rows[-1][4] if len(events) == limit else ended
    return FeedPage(events=events, cursor=place, has_more=place < newest)


def _event(row: Sequence[Any]) -> Event:
    columns = dict(zip(COLUMNS, row, strict=True))
    return Event(**columns | {"data": json.loads(columns["data"])})


def newest_place() -> int:
    """Give the place after which there is nothing yet."""
    return Event.objects.aggregate(newest=Max("position"))["newest"] or 0
