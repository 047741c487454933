"""Let a process have some of the calls that a key has in a minute."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from counterfoil.rules.people import Actor

SHARE = 16  # of what is left: large while there is much, one by one towards the end

LEASE = f"""
WITH clock AS (
  SELECT floor(epoch / 60)::bigint AS minute, 60 - mod(epoch, 60) AS seconds
    FROM (SELECT extract(epoch FROM statement_timestamp()) AS epoch) now)
INSERT INTO counterfoil_callstaken AS kept (api_key_id, minute, taken, lease)
SELECT %(key)s, minute, first, first
  FROM clock, (SELECT (%(most)s + {SHARE - 1}) / {SHARE} AS first) share
ON CONFLICT (api_key_id) DO UPDATE SET
  minute = greatest(kept.minute, EXCLUDED.minute),
  lease = CASE WHEN kept.minute < EXCLUDED.minute THEN EXCLUDED.lease
               ELSE greatest((%(most)s - kept.taken + {SHARE - 1}) / {SHARE}, 0) END,
  taken = CASE WHEN kept.minute < EXCLUDED.minute THEN EXCLUDED.taken
               ELSE kept.taken + greatest((%(most)s - kept.taken + {SHARE - 1}) / {SHARE}, 0) END
RETURNING minute, lease, taken, (SELECT seconds FROM clock)"""  # noqa: S608 - a number of ours


@dataclass(frozen=True, kw_only=True, slots=True)
class Lease:
    """
    Some calls of one minute: ``calls`` that may be made, and ``left`` that others may still have.

    The minute is that of the database; ``ends_at`` is its end by the clock of whoever asked.
    """

    minute: int
    calls: int
    left: int
    ends_at: datetime


@transaction.atomic
def lease_calls(*, key_id: UUID, most: int, by: Actor, at: datetime) -> Lease:
    """
    Let a process have a part of the calls that are left to a key in this minute, or none of them.

    However many processes ask, together they are given at most ``most`` in a minute. Nobody's clock
    matters but that of the database.
    """
    with connection.cursor() as cursor:
        cursor.execute(LEASE, {"key": key_id, "most": most})
        [(minute, calls, taken, seconds)] = cursor.fetchall()
    return Lease(
        minute=minute,
        calls=calls,
        left=max(most - taken, 0),
        ends_at=at + timedelta(seconds=float(seconds)),
    )
