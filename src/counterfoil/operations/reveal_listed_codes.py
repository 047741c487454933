"""Show the codes of a list to somebody who may have them in a file."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.errors import TooManyReveals
from counterfoil.models import Code, CodeState, Entitlement
from counterfoil.operations import _ledger
from counterfoil.operations._auditing import note
from counterfoil.operations._loading import lock, require_reason
from counterfoil.operations._revealing import left_in_files
from counterfoil.rules.acts import ALLOWED, Act
from counterfoil.rules.people import Actor

PICKED = """
SELECT e.id, e.version, e.state FROM counterfoil_entitlement e
 WHERE e.id = ANY(%(ids)s) AND e.held_count = 0 AND e.state = ANY(%(states)s)
"""


@transaction.atomic
def reveal_listed_codes(
    *,
    entitlement_ids: Sequence[UUID],
    query: str,
    by: Actor,
    at: datetime,
    reason: str,
    comment: str = "",
) -> dict[UUID, str]:
    """
    Open the codes of those of these that can be used; the ledger keeps who saw each of them.

    What is on hold, used or withdrawn has none to show. All others are shown, or none. The export
    is kept as well, narrowed down as ``query`` says.

    :raises ReasonMissing: if an operator gives none.
    :raises TooManyReveals: if there are more than one person may see in files in a day.
    """
    require_reason(by, reason)
    states = [state.value for state in ALLOWED[Act.REVEAL_CODE]]
    live = Entitlement.objects.filter(
        pk__in=entitlement_ids,
        held_count=0,
        state__in=states,
        codes__state=CodeState.LIVE,
        codes__ciphertext__isnull=False,
    )
    found = list(live.values_list("pk", flat=True))
    if len(found) > left_in_files(by, at):
        raise TooManyReveals
    data = {"list": "entitlements", "query": query, "rows": len(entitlement_ids)}
    data |= {"codes": len(found), "reason": reason}
    kept = note("export", connection=None, subject="list:entitlements", by=by, at=at, data=data)
    changed = _ledger.record(
        _ledger.Change(
            act=Act.REVEAL_CODE,
            by=by,
            at=at,
            reason=reason,
            comment=comment,
            data={"export": str(kept.pk)},
        ),
        picked=PICKED,
        parameters={"ids": lock(found), "states": states},
    )
    codes = Code.objects.filter(
        entitlement__in=[one.id for one in changed],
        state=CodeState.LIVE,
        ciphertext__isnull=False,
    )
    return {code.entitlement_id: code.opened() for code in codes}
