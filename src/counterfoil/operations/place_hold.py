"""Suspend entitlements until the hold is lifted."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counterfoil.models import HoldKind
from counterfoil.models.ids import uuid7
from counterfoil.operations import _ledger
from counterfoil.operations._loading import lock, require_reason
from counterfoil.rules.acts import Act
from counterfoil.rules.people import Actor

PICKED = """
SELECT e.id, e.version, e.state, n.hold_id
  FROM unnest(%(entitlements)s::uuid[], %(holds)s::uuid[]) AS n(id, hold_id)
  JOIN counterfoil_entitlement e ON e.id = n.id
 WHERE NOT EXISTS (
       SELECT 1 FROM counterfoil_hold h
        WHERE h.entitlement_id = e.id AND h.lifted_seq IS NULL
          AND h.kind = %(kind)s AND h.reference = %(reference)s)"""

PLACE = """
placed AS (
    INSERT INTO counterfoil_hold (id, entitlement_id, kind, reference, placed_seq, placed_at)
    SELECT hold_id, id, %(kind)s, %(reference)s, version, clock_timestamp() FROM changed
 RETURNING id
)"""


@transaction.atomic
def place_hold(
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
    Suspend entitlements: none can be redeemed, assigned, given back or replaced meanwhile.

    ``reference`` names the cause (a dispute, a case); the same hold twice is placed once. Holds do
    not change the state and several may stand at once. Gives those that this call suspended.

    :raises ReasonMissing: if an operator gives none.
    """
    require_reason(by, reason)
    found = lock(entitlement_ids)
    return _ledger.record(
        _ledger.Change(
            act=Act.PLACE_HOLD,
            by=by,
            at=at,
            reason=reason,
            comment=comment,
            data={"kind": kind.value, "reference": reference},
        ),
        picked=PICKED,
        parameters={
            "entitlements": found,
            "holds": [uuid7() for _ in found],
            "kind": kind.value,
            "reference": reference,
        },
        sets="held_count = e.held_count + 1",
        keeps="p.hold_id",
        also=(PLACE,),
    )
