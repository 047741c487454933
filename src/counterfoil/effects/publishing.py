"""
Giving events their place in the feed.

One numberer at a time, by an advisory lock that is held until its numbers can be seen: a reader who
has come to a place will never find anything new before it, however late a transaction commits.
With its place an event is given to the webhook endpoints that are meant to be told of it.
"""

from django.db import connection, transaction

from counterfoil.operations._fanning_out import LOCK, fan_out

BATCH = 1_000

NUMBER = """
WITH last AS (SELECT coalesce(max(position), 0) AS position FROM counterfoil_event),
untold AS (
    SELECT id, row_number() OVER (ORDER BY id) AS nth
      FROM (SELECT id FROM counterfoil_event WHERE position IS NULL ORDER BY id LIMIT %(limit)s) u
)
UPDATE counterfoil_event e SET position = last.position + untold.nth
  FROM untold, last
 WHERE e.id = untold.id
RETURNING e.position
"""


@transaction.atomic
def publish(*, limit: int = BATCH) -> int:
    """
    Number the oldest events that have no place yet, make their deliveries, and give how many.

    None if another numberer is at work.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(NUMBER, {"limit": limit})
        places = [place for (place,) in cursor.fetchall()]
    if places:
        fan_out(after=min(places) - 1)
    return len(places)
