"""
The dispatcher: the ledger is the outbox.

Whatever follows from an entry is written in the transaction that marks the entry dispatched, so
nothing is lost between the two and nothing follows twice. Taking is by a column and SKIP LOCKED,
never by "greater than the last": entries commit in another order than they are numbered.
"""

from datetime import datetime

from django.db import connection, transaction

from counterfoil.effects.subscriptions import Taken, follow

BATCH = 1_000

TAKE = """
WITH taken AS (
    SELECT n.entitlement_id, n.seq
      FROM counterfoil_entry n
     WHERE n.dispatched_at IS NULL
       AND EXISTS (SELECT FROM counterfoil_seal s
                    WHERE s.entitlement_id = n.entitlement_id AND s.seq = n.seq)
     ORDER BY n.recorded_at
     LIMIT %(limit)s
       FOR UPDATE OF n SKIP LOCKED
)
UPDATE counterfoil_entry n SET dispatched_at = clock_timestamp()
  FROM taken t
 WHERE n.entitlement_id = t.entitlement_id AND n.seq = t.seq
RETURNING n.entitlement_id, n.purchase_id, n.act, n.act_name
"""


@transaction.atomic
def dispatch(*, at: datetime, limit: int = BATCH) -> int:
    """
    Take entries nobody has taken yet, and do what follows from them; gives how many there were.

    Only sealed entries are taken, so nothing leaves the house that the chain does not hold. Any
    number of dispatchers may work at once.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"limit": limit})
        taken = [Taken(*row) for row in cursor.fetchall()]
    if taken:
        follow(taken, at=at)
    return len(taken)
