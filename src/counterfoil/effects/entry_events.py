"""
The events of entries: other systems are told of everything the ledger says, once.

They are written where everything else that follows from an entry is: in the transaction that marks
it dispatched, a whole batch in one statement. So an entry that was taken has its event, and one
that was not has none yet.
"""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from counterfoil.effects.queueing import Taken
from counterfoil.models.ids import uuid7
from counterfoil.rules.acts import Act
from counterfoil.rules.events import OF_ACTS, EventType

TYPES = json.dumps({act.value: kind.value for act, kind in OF_ACTS.items()})
CLAIMING = [Act.REDEEM.value, Act.ASSIGN.value]

# A gift ends in the statement that writes the entry of its claim: after the entry before that one,
# and before the one after it.
TELL = """
WITH entry AS (
    SELECT n.*, e.partner_id, e.is_test, p.sku, r.slug
      FROM unnest(%(entitlements)s::uuid[], %(seqs)s::int[]) AS t(id, seq)
      JOIN counterfoil_entry n ON n.entitlement_id = t.id AND n.seq = t.seq
      JOIN counterfoil_entitlement e ON e.id = n.entitlement_id
      JOIN counterfoil_product p ON p.id = e.product_id
      LEFT JOIN counterfoil_partner r ON r.id = e.partner_id
), told AS (
    SELECT entry.*, 1 AS nth, coalesce(%(types)s::jsonb ->> act_name, %(otherwise)s) AS type
      FROM entry
     UNION ALL
    SELECT entry.*, 2, %(claimed)s FROM entry
     WHERE act_name = ANY(%(claiming)s)
       AND EXISTS (SELECT FROM counterfoil_gift g
                    WHERE g.entitlement_id = entry.entitlement_id AND g.ended_because = 'claimed'
                      AND g.ended_at > (SELECT b.recorded_at FROM counterfoil_entry b
                                         WHERE b.entitlement_id = entry.entitlement_id
                                           AND b.seq = entry.seq - 1)
                      AND NOT EXISTS (SELECT FROM counterfoil_entry a
                                       WHERE a.entitlement_id = entry.entitlement_id
                                         AND a.seq = entry.seq + 1
                                         AND a.recorded_at < g.ended_at))
), placed AS (
    SELECT told.*, row_number() OVER (ORDER BY recorded_at, entitlement_id, seq, nth) AS place
      FROM told
)
INSERT INTO counterfoil_event (
    id, type, entitlement_id, purchase_id, partner_id, version, is_test, occurred_at, data)
SELECT i.id, type, entitlement_id, purchase_id, partner_id, seq, is_test, recorded_at,
       jsonb_build_object(
           'act', act_name, 'state', to_state, 'product', sku, 'partner', slug,
           'expires_at', to_char(judged_expiry AT TIME ZONE 'UTC',
                                 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
  FROM placed
  JOIN unnest(%(ids)s::uuid[]) WITH ORDINALITY AS i(id, place) USING (place)
"""


def write_events(taken: Sequence[Taken]) -> None:
    """
    Write the event of each of these entries, and of each gift that was claimed by one.

    Their ids rise in the order in which the entries were recorded, for by them they are numbered.
    """
    given: dict[str, Any] = {
        "entitlements": [one.entitlement_id for one in taken],
        "seqs": [one.seq for one in taken],
        "types": TYPES,
        "otherwise": EventType.ENTITLEMENT_CHANGED.value,
        "claimed": EventType.GIFT_CLAIMED.value,
        "claiming": CLAIMING,
        "ids": _ids(len(taken) + sum(one.act_name in CLAIMING for one in taken)),
    }
    with connection.cursor() as cursor:
        cursor.execute(TELL, given)


def _ids(count: int) -> list[UUID]:
    return sorted(uuid7() for _ in range(count))
