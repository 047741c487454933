"""Have what follows from an act tried again at once."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from counterfoil.operations._auditing import note
from counterfoil.rules.people import Actor

DUE = """
UPDATE counterfoil_stuckentry u SET next_attempt_at = %(at)s
  FROM counterfoil_entry n
 WHERE n.entitlement_id = u.entitlement_id AND n.seq = u.seq AND n.act = %(act)s
"""


@transaction.atomic
def retry_stuck_act(*, act_id: UUID, by: Actor, at: datetime) -> int:
    """
    Have the mails, jobs and cases that should follow from an act written at the next look.

    Gives how many of its entries wait; where none does, nothing is changed.
    """
    with connection.cursor() as cursor:
        cursor.execute(DUE, {"at": at, "act": act_id})
        count: int = cursor.rowcount
    if count:
        note("retry_stuck_act", connection=None, subject=str(act_id), by=by, at=at)
    return count
