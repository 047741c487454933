"""Refunds, and what was decided for each unit."""

from counterfoil.queries.invariants.base import Invariant

MONEY = (
    Invariant(
        name="I08",
        promise="P5",
        says="Every refunded unit has a decision; a refund nobody understands has an exception.",
        sql="""
        SELECT r.id FROM counterfoil_refund r
          LEFT JOIN counterfoil_refundedentitlement x
                 ON x.refund_id = r.id AND x.superseded_at IS NULL
         WHERE r.status = 'succeeded' AND r.at < statement_timestamp() - %(grace)s::interval
         GROUP BY r.id HAVING count(x.id) <> r.units
         UNION ALL
        SELECT r.id FROM counterfoil_refund r
         WHERE r.status = 'succeeded' AND r.covers = 'unknown'
           AND r.at < statement_timestamp() - %(grace)s::interval
           AND NOT EXISTS (SELECT FROM counterfoil_exceptioncase x
                            WHERE x.purchase_id = r.purchase_id)
        """,
    ),
    Invariant(
        name="I09",
        promise="P5",
        says="A decision to withdraw was carried out, on a unit of the refunded line.",
        sql="""
        SELECT x.entitlement_id FROM counterfoil_refundedentitlement x
          JOIN counterfoil_refund r ON r.id = x.refund_id
          JOIN counterfoil_entitlement e ON e.id = x.entitlement_id
         WHERE r.status = 'succeeded' AND x.superseded_at IS NULL
           AND ((x.decision = 'revoke' AND e.state <> 'revoked')
                OR e.line_id IS DISTINCT FROM r.line_id)
        """,
    ),
    Invariant(
        name="I10",
        promise="P5",
        says="No more is refunded than was paid, in units, money or another currency.",
        sql="""
        SELECT l.id FROM counterfoil_line l
          JOIN counterfoil_purchase p ON p.id = l.purchase_id
          JOIN counterfoil_refund r ON r.line_id = l.id AND r.status = 'succeeded'
         GROUP BY l.id, l.units_paid, l.amount_total, p.currency
        HAVING sum(r.units) > l.units_paid OR sum(r.amount) > l.amount_total
            OR bool_or(r.currency <> p.currency)
        """,
    ),
)
