"""Lift a hold, and give back the time it cost."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import HoldKind
from counterfoil.operations import _ledger
from counterfoil.operations._loading import lock, require_reason
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor

# Paused since the newest hold that was placed when no other stood.
PICKED = """
SELECT e.id, e.version, e.state, h.id AS hold_id,
       (SELECT max(o.placed_at) FROM counterfoil_hold o
         WHERE o.entitlement_id = e.id AND NOT EXISTS (
               SELECT FROM counterfoil_hold u
                WHERE u.entitlement_id = e.id AND u.placed_seq < o.placed_seq
                  AND (u.lifted_seq IS NULL OR u.lifted_seq > o.placed_seq))
       ) AS paused_at
  FROM counterfoil_hold h JOIN counterfoil_entitlement e ON e.id = h.entitlement_id
 WHERE e.id = ANY(%(entitlements)s::uuid[]) AND h.lifted_seq IS NULL
   AND h.kind = %(kind)s AND h.reference = %(reference)s"""

RESUME = """held_count = e.held_count - 1,
       expires_at = CASE WHEN e.held_count = 1
                         THEN e.expires_at + (clock_timestamp() - p.paused_at)
                         ELSE e.expires_at END"""

LIFT = """
lifted AS (
    UPDATE counterfoil_hold h SET lifted_seq = changed.version, lifted_at = clock_timestamp()
      FROM changed WHERE h.id = changed.hold_id
 RETURNING h.id
)"""


@transaction.atomic
def lift_hold(
    *,
    entitlement_ids: Collection[UUID],
    kind: HoldKind,
    reference: str,
    by: Actor,
    at: datetime,
    reason: str = "",
    comment: str = "",
) -> list[_ledger.Changed]:
    """
    Lift one hold from entitlements; any other holds stay.

    When the last is lifted, validity is extended by the time it was suspended. Entitlements
    without this hold are left as they are. Gives those from which this call lifted it.

    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    return _ledger.record(
        _ledger.Change(
            act=Act.LIFT_HOLD,
            by=by,
            at=at,
            reason=reason,
            comment=comment,
            data={"kind": kind.value, "reference": reference},
        ),
        picked=PICKED,
        parameters={
            "entitlements": lock(entitlement_ids),
            "kind": kind.value,
            "reference": reference,
        },
        sets=RESUME,
        keeps="p.hold_id",
        also=(LIFT,),
    )
