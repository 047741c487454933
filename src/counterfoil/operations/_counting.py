"""What is counted for the figures, as one statement: what it says is true of one moment."""

from typing import Final

# ruff: noqa: S608 - put together of nothing but what stands here

OPEN: Final = "('issued', 'reserved')"  # owed: sold or given, and nobody has it yet

UNITS: Final = """
used AS (
    SELECT entitlement_id, min(started_at) AS at FROM counterfoil_assignment GROUP BY 1
),
sold AS (
    SELECT n.entitlement_id, max(n.at) AS at
      FROM counterfoil_entry n
     WHERE n.move = 'issue' AND n.from_state = 'minted'
     GROUP BY 1
),
units AS MATERIALIZED (
    SELECT e.id, e.product_id, p.connection_id, e.partner_id, coalesce(p.kind, 'batch') AS source,
           coalesce(g.category, '') AS category, e.is_test, e.created_at, e.expires_at,
           CASE WHEN e.batch IS NULL THEN e.created_at ELSE s.at END AS issued_at,
           u.at AS used_at, e.held_count > 0 AS held, r.decision, e.state = 'revoked' AS revoked,
           CASE WHEN e.state IN ('minted', 'issued', 'reserved') AND e.expires_at <= %(at)s
                THEN 'expired' ELSE e.state END AS stands,
           CASE WHEN p.kind = 'sale' THEN p.currency ELSE '' END AS currency,
           CASE WHEN p.kind <> 'sale' OR p.currency = '' OR l.id IS NULL THEN 0
                ELSE l.amount_total / greatest(l.units_paid - l.units_withdrawn, 1)
                     + (e.ordinal < l.amount_total %% greatest(l.units_paid - l.units_withdrawn, 1)
                       )::int
           END AS amount
      FROM counterfoil_entitlement e
      LEFT JOIN counterfoil_purchase p ON p.id = e.purchase_id
      LEFT JOIN counterfoil_line l ON l.id = e.line_id
      LEFT JOIN counterfoil_grantrecord g ON g.purchase_id = e.purchase_id
      LEFT JOIN used u ON u.entitlement_id = e.id
      LEFT JOIN sold s ON s.entitlement_id = e.id
      LEFT JOIN counterfoil_refundedentitlement r
             ON r.entitlement_id = e.id AND r.superseded_at IS NULL
)"""

ABOUT: Final = "product_id, connection_id, partner_id, source, category, is_test"


def _month(moment: str) -> str:
    return f"date_trunc('month', {moment} AT TIME ZONE %(zone)s)::date"


STOCK: Final = f"""
SELECT 'stock', {_month("created_at")}, {ABOUT}, stands, CASE WHEN held THEN 'held' ELSE '' END,
       '', count(*), 0
  FROM units GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10"""

WAIT: Final = f"""
SELECT 'wait', {_month("issued_at")}, {ABOUT},
       CASE WHEN used_at IS NOT NULL THEN 'used' WHEN stands IN {OPEN} THEN 'open' ELSE 'never' END,
       CASE WHEN used_at IS NULL THEN '' ELSE (%(steps)s::int[])[
            width_bucket(extract(epoch FROM used_at - issued_at) / 3600, %(steps)s::numeric[])
            ]::text END,
       '', count(*), 0
  FROM units WHERE issued_at IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10"""

FATE: Final = f"""
SELECT 'fate', {_month("issued_at")}, {ABOUT},
       CASE WHEN decision IS NOT NULL THEN 'refunded' WHEN revoked THEN 'revoked'
            WHEN stands = 'expired' THEN 'expired' WHEN stands IN {OPEN} THEN 'open'
            ELSE 'used' END,
       coalesce(decision, ''), currency, count(*), sum(amount)
  FROM units WHERE issued_at IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11"""

AGE: Final = f"""
SELECT 'age', {_month("issued_at")}, {ABOUT},
       CASE WHEN issued_at > %(at)s - interval '7 days' THEN '0'
            WHEN issued_at > %(at)s - interval '30 days' THEN '7'
            WHEN issued_at > %(at)s - interval '90 days' THEN '30'
            WHEN issued_at > %(at)s - interval '180 days' THEN '90'
            WHEN issued_at > %(at)s - interval '365 days' THEN '180'
            WHEN issued_at > %(at)s - interval '730 days' THEN '365'
            ELSE '730' END,
       CASE WHEN held THEN 'held' ELSE '' END, currency, count(*), sum(amount)
  FROM units WHERE stands IN {OPEN} GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11"""

MOVED: Final = f"""
moved AS (
    SELECT u.*, n.at,
           (n.to_state IN {OPEN})::int - (coalesce(n.from_state, '') IN {OPEN})::int AS change,
           CASE n.move WHEN 'issue' THEN 'issued' WHEN 'redeem' THEN 'used'
                WHEN 'unassign' THEN 'given_back' WHEN 'reinstate' THEN 'reinstated'
                ELSE CASE WHEN n.reason = 'refunded' THEN 'refunded' ELSE 'revoked' END END AS cause
      FROM counterfoil_entry n JOIN units u ON u.id = n.entitlement_id
     WHERE n.move IN ('issue', 'redeem', 'unassign', 'reinstate', 'revoke')
       AND (u.expires_at IS NULL OR n.at < u.expires_at)
)"""

OWED: Final = f"""
SELECT 'owed', {_month("v.at")}, {ABOUT}, v.cause, '', currency, sum(v.change),
       sum(v.change * amount)
  FROM moved m
 CROSS JOIN LATERAL (
       SELECT m.at, m.cause, m.change
        UNION ALL
       SELECT m.expires_at, 'expired', -m.change WHERE m.expires_at <= %(at)s
       ) AS v (at, cause, change)
 WHERE m.change <> 0 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11"""

STAFF: Final = f"""
SELECT 'staff', {_month("n.at")}, NULL::uuid, NULL::uuid, NULL::uuid, '', '', e.is_test,
       n.act_name, n.actor_id, '', count(*), 0
  FROM counterfoil_entry n JOIN counterfoil_entitlement e ON e.id = n.entitlement_id
 WHERE n.actor_kind = 'operator' GROUP BY 2, 8, 9, 10
 UNION ALL
SELECT 'staff', {_month("at")}, NULL, NULL, NULL, '', '', false, act, actor_id, '', count(*), 0
  FROM counterfoil_auditentry WHERE actor_kind = 'operator' GROUP BY 2, 9, 10
 UNION ALL
SELECT 'staff', {_month("at")}, NULL, NULL, NULL, '', '', false, 'annotate', author_id, '',
       count(*), 0
  FROM counterfoil_note GROUP BY 2, 10
 UNION ALL
SELECT 'staff', {_month("decided_at")}, NULL, NULL, NULL, '', '', false, decision, decided_by, '',
       count(*), 0
  FROM counterfoil_approval WHERE decided_at IS NOT NULL GROUP BY 2, 9, 10"""

COUNT: Final = f"""
WITH {UNITS}, {MOVED}
INSERT INTO counterfoil_tally (
    counting_id, subject, month, product, connection, partner, source, category, is_test, item,
    detail, currency, units, amount)
SELECT %(counting)s::uuid, f.*
  FROM ({STOCK} UNION ALL {WAIT} UNION ALL {FATE} UNION ALL {AGE} UNION ALL {OWED}
        UNION ALL {STAFF}) AS f"""
