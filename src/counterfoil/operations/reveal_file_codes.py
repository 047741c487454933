"""Show the codes that came of an order file to somebody who may see them."""

from datetime import datetime
from uuid import UUID

from django.db import connection as database
from django.db import transaction

from counterfoil.errors import TooManyReveals
from counterfoil.models import Code, CodeState
from counterfoil.operations import _ledger
from counterfoil.operations._loading import lock, require_reason
from counterfoil.operations._order_files import audit, lock_file
from counterfoil.operations._revealing import left_in_files
from counterfoil.rules.acts import ALLOWED, Act
from counterfoil.rules.people import Actor

OF_FILE = """
SELECT DISTINCT e.id
  FROM counterfoil_orderfilerow r
  JOIN counterfoil_orderfile f ON f.id = r.file_id
  JOIN counterfoil_purchase p
    ON p.connection_id = f.connection_id AND p.external_reference = r.order_reference
  JOIN counterfoil_line i ON i.purchase_id = p.id AND i.external_line = r.line_reference
  JOIN counterfoil_entitlement e ON e.line_id = i.id
  JOIN counterfoil_code c
    ON c.entitlement_id = e.id AND c.state = 'live' AND c.ciphertext IS NOT NULL
 WHERE f.id = %(file)s AND r.verdict IN ('new', 'issued')
   AND e.held_count = 0 AND e.state = ANY(%(states)s)
 LIMIT %(most)s
"""

PICKED = """
SELECT e.id, e.version, e.state FROM counterfoil_entitlement e
 WHERE e.id = ANY(%(ids)s) AND e.held_count = 0 AND e.state = ANY(%(states)s)
"""


@transaction.atomic
def reveal_file_codes(
    *, order_file_id: UUID, by: Actor, at: datetime, reason: str, comment: str = ""
) -> dict[UUID, str]:
    """
    Open the codes of the entitlements of a file that can be used; the ledger keeps who saw them.

    An entitlement that is on hold, used or withdrawn has none to show. All of them are shown, or
    none.

    :raises NotFound: if there is no such file.
    :raises ReasonMissing: if an operator gives none.
    :raises TooManyReveals: if there are more than one person may see in files in a day.
    """
    require_reason(by, reason)
    order_file = lock_file(order_file_id)
    states = [state.value for state in ALLOWED[Act.REVEAL_CODE]]
    left = left_in_files(by, at)
    with database.cursor() as cursor:
        cursor.execute(OF_FILE, {"file": order_file.pk, "states": states, "most": left + 1})
        found = [row[0] for row in cursor.fetchall()]
    if len(found) > left:
        raise TooManyReveals
    changed = _ledger.record(
        _ledger.Change(
            act=Act.REVEAL_CODE,
            by=by,
            at=at,
            reason=reason,
            comment=comment,
            data={"order_file": str(order_file.pk)},
        ),
        picked=PICKED,
        parameters={"ids": lock(found), "states": states},
    )
    codes = Code.objects.filter(
        entitlement__in=[one.id for one in changed],
        state=CodeState.LIVE,
        ciphertext__isnull=False,
    )
    shown = {code.entitlement_id: code.opened() for code in codes}
    audit("reveal_file_codes", order_file, by=by, at=at, codes=len(shown), reason=reason)
    return shown
