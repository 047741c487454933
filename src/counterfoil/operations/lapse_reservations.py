"""End reservations whose time has come."""

from datetime import datetime

from django.db import connection, transaction

from counterfoil.operations import _ledger
from counterfoil.operations._reserving import END_RELEASED, NOT_RESERVED
from counterfoil.rules.acts import Act
from counterfoil.rules.lifecycle import Move, State
from counterfoil.rules.people import Actor

LAPSED = "lapsed"

# What somebody is just renewing or using is looked at again in a moment.
PICKED = """
SELECT id, version, state FROM (
    SELECT id, version, state FROM counterfoil_entitlement
     WHERE state = 'reserved' AND reserved_until <= clock_timestamp()
     ORDER BY reserved_until LIMIT %(limit)s
       FOR NO KEY UPDATE SKIP LOCKED) due"""

CLOSE = """
UPDATE counterfoil_reservation v SET ended_at = %(at)s
  FROM (SELECT v.id FROM counterfoil_reservation v
         WHERE v.ended_at IS NULL AND NOT EXISTS (
               SELECT FROM counterfoil_reservedentitlement r
                WHERE r.reservation_id = v.id AND r.ended_at IS NULL)
         LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED) over
 WHERE v.id = over.id
"""


@transaction.atomic
def lapse_reservations(*, by: Actor, at: datetime, limit: int = 1_000) -> int:
    """
    Free what is reserved until a moment that is over, and give how many that was.

    It says only what is so already: whoever presents such a code is served, before this or after.
    Reservations of which nothing is left are closed as well.
    """
    changed = _ledger.record(
        _ledger.Change(
            act=Act.RELEASE, by=by, at=at, move=Move.RELEASE, to=State.ISSUED, reason=LAPSED
        ),
        picked=PICKED,
        parameters={"limit": limit},
        sets=NOT_RESERVED,
        also=(END_RELEASED,),
    )
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, {"at": at, "limit": limit})
    return len(changed)
