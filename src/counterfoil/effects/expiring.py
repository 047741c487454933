"""
Telling other systems of what ends soon: so many days before as the terms have it warned of.

The event is the same whether anybody can be mailed or not, and comes once for each of those days
and each end; where the end is moved, it is told of anew.
"""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from counterfoil.models import DeliveryKind
from counterfoil.models.ids import uuid7
from counterfoil.queries.due_notices import CADENCE, LOOKS_BACK, TERMS
from counterfoil.rules.events import EventType

AT_ONCE = 1_000
LOCK = 6_043_871_122  # any number nobody else uses
ENDS = """to_char(e.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""

TELL = f"""
WITH due AS (
    SELECT e.*, w.days, {ENDS} AS ends,
           row_number() OVER (ORDER BY e.expires_at, e.id, w.days) AS place
      FROM unnest(%(days)s::int[]) AS w(days)
      JOIN counterfoil_entitlement e
        ON e.expires_at > greatest(%(at)s, %(at)s + make_interval(days => w.days - %(back)s))
       AND e.expires_at <= %(at)s + make_interval(days => w.days)
      JOIN counterfoil_termsversion v ON v.id = e.terms_id
       AND v.data -> 'warning_days' @> to_jsonb(w.days)
     WHERE e.state IN ('issued', 'reserved', 'assigned')
       AND NOT EXISTS (SELECT FROM counterfoil_event x
                        WHERE x.entitlement_id = e.id AND x.type = %(type)s
                          AND (x.data ->> 'days')::int = w.days
                          AND x.data ->> 'expires_at' = {ENDS})
     ORDER BY e.expires_at, e.id, w.days LIMIT %(limit)s
)
INSERT INTO counterfoil_event (
    id, type, entitlement_id, purchase_id, partner_id, version, is_test, occurred_at, data)
SELECT i.id, %(type)s, due.id, due.purchase_id, due.partner_id, due.version, due.is_test, %(at)s,
       jsonb_build_object('days', due.days, 'state', due.state, 'product', p.sku,
                          'partner', r.slug, 'expires_at', due.ends)
  FROM due
  JOIN unnest(%(ids)s::uuid[]) WITH ORDINALITY AS i(id, place) USING (place)
  JOIN counterfoil_product p ON p.id = due.product_id
  LEFT JOIN counterfoil_partner r ON r.id = due.partner_id
"""  # noqa: S608 - all of it stands here


def tell_expiring(*, at: datetime) -> int:
    """Tell of everything that is due to be told of as ending soon, and give how much it was."""
    told = 0
    while some := _tell_some(at):
        told += some
    return told


@transaction.atomic
def _tell_some(at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(CADENCE, {"term": TERMS[DeliveryKind.EXPIRY_WARNING]})
        given: dict[str, Any] = {
            "days": [row[0] for row in cursor.fetchall()],
            "back": LOOKS_BACK,
            "at": at,
            "type": EventType.ENTITLEMENT_EXPIRING.value,
            "limit": AT_ONCE,
            "ids": sorted(uuid7() for _ in range(AT_ONCE)),
        }
        cursor.execute(TELL, given)
        told: int = cursor.rowcount
    return told
