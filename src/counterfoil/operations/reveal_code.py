"""Show a code in full to somebody who may see it, and remember that."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction

from counterfoil.conf import conf
from counterfoil.errors import CodeNotRevealable, TooManyReveals
from counterfoil.models import CodeState, Entry
from counterfoil.operations import _ledger
from counterfoil.operations._loading import load_free, require_reason
from counterfoil.operations._revealing import IN_FILES
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor, ActorKind


@transaction.atomic
def reveal_code(
    *, entitlement_id: UUID, by: Actor, at: datetime, reason: str = "", comment: str = ""
) -> str:
    """
    Open the live code of an entitlement; the ledger keeps who saw it.

    :raises NotFound: if there is no such entitlement.
    :raises IllegalMove: if it has no live code any more.
    :raises CodeNotRevealable: if the code is not kept readable; replace it instead.
    :raises TooManyReveals: if an operator has seen as many today as one person may.
    :raises EntitlementOnHold: if somebody has suspended it.
    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    entitlement = load_free(entitlement_id, Act.REVEAL_CODE)
    if by.kind is ActorKind.OPERATOR:
        _refuse_beyond_limit(by, at)
    code = entitlement.codes.filter(state=CodeState.LIVE).first()
    if code is None or code.ciphertext is None:
        raise CodeNotRevealable
    _ledger.record_one(
        _ledger.Change(
            act=Act.REVEAL_CODE,
            by=by,
            at=at,
            reason=reason,
            comment=comment,
            data={"last_four": code.last_four},
        ),
        entitlement=entitlement,
    )
    return code.opened()


def _refuse_beyond_limit(by: Actor, at: datetime) -> None:
    """Count what an operator has seen one by one; codes in files have a limit of their own."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"reveal:{by.id}"])
    seen = Entry.objects.filter(
        actor_id=by.id, act_name=Act.REVEAL_CODE, recorded_at__gt=at - timedelta(days=1)
    ).exclude(data__has_any_keys=IN_FILES)
    if seen.count() >= conf.REVEAL_LIMIT:
        raise TooManyReveals
