"""What was issued, and to whose account it goes."""

from counterfoil.queries.invariants.base import Invariant

ISSUING = (
    Invariant(
        name="I01",
        promise="P1",
        says="A paid line has exactly its units, numbered without a gap; none is owed for long.",
        sql="""
        SELECT l.id FROM counterfoil_line l
          JOIN counterfoil_purchase p ON p.id = l.purchase_id
          LEFT JOIN counterfoil_entitlement e ON e.line_id = l.id
         WHERE p.paid_at < statement_timestamp() - %(grace)s::interval
           AND NOT EXISTS (SELECT FROM counterfoil_exceptioncase x
                            WHERE x.purchase_id = p.id AND x.resolved_at IS NULL)
         GROUP BY l.id, p.id
        HAVING count(e.id) <> l.units_paid
            OR (l.units_paid + l.units_owed < l.quantity * l.entitlements_per_unit
                AND p.payment = 'paid' AND p.cancelled_at IS NULL)
            OR (l.units_owed > 0 AND NOT EXISTS (
                SELECT FROM counterfoil_entry n
                 WHERE n.act = p.issuing
                   AND n.recorded_at >= statement_timestamp() - 15 * %(grace)s::interval))
            OR (l.units_paid > 0 AND (min(e.ordinal) <> 0 OR max(e.ordinal) <> l.units_paid - 1))
        """,
    ),
    Invariant(
        name="I02",
        promise="P1",
        says="Nothing exists that was neither paid for, granted nor minted.",
        sql="""
        SELECT e.id FROM counterfoil_entitlement e
          LEFT JOIN counterfoil_purchase p ON p.id = e.purchase_id
          LEFT JOIN counterfoil_grantrecord g ON g.purchase_id = p.id
         WHERE (e.line_id IS NULL
                AND (e.batch IS NULL OR e.state NOT IN ('minted', 'revoked')))
            OR (e.state = 'minted' AND e.line_id IS NOT NULL)
            OR (p.kind = 'sale' AND p.paid_at IS NULL)
            OR (p.kind = 'grant' AND g.purchase_id IS NULL)
        """,
    ),
    Invariant(
        name="I13",
        promise="P8",
        says="What hangs on one purchase is one partner's, or one's below it, and of one mode.",
        sql="""
        WITH RECURSIVE below AS (
               SELECT id AS top, id FROM counterfoil_partner
                UNION
               SELECT b.top, c.id FROM below b JOIN counterfoil_partner c ON c.parent_id = b.id)
        SELECT e.id FROM counterfoil_entitlement e
          LEFT JOIN counterfoil_purchase p ON p.id = e.purchase_id
          LEFT JOIN counterfoil_line l ON l.id = e.line_id
          LEFT JOIN counterfoil_allotment t ON t.id = e.allotment_id
          LEFT JOIN counterfoil_assignment a ON a.entitlement_id = e.id AND a.ended_at IS NULL
         WHERE (t.id IS NOT NULL AND t.partner_id IS DISTINCT FROM e.partner_id)
            OR t.product_id <> e.product_id
            OR (p.partner_id IS NOT NULL AND p.partner_id IS DISTINCT FROM e.partner_id
                AND NOT EXISTS (SELECT FROM below b
                                 WHERE b.top = p.partner_id AND b.id = e.partner_id))
            OR (a.by_partner_id IS NOT NULL AND a.by_partner_id IS DISTINCT FROM e.partner_id)
            OR l.purchase_id IS DISTINCT FROM e.purchase_id
            OR p.is_test <> e.is_test
         UNION ALL
        SELECT t.id FROM counterfoil_allotment t
          JOIN counterfoil_partner p ON p.id = t.partner_id
          JOIN counterfoil_allotment o ON o.id = t.parent_id
         WHERE p.parent_id IS DISTINCT FROM o.partner_id
        """,
    ),
    Invariant(
        name="I14",
        promise="P9",
        says="No partner has more than its allotment.",
        sql="""
        SELECT t.id FROM counterfoil_allotment t
          JOIN counterfoil_entitlement e ON e.allotment_id = t.id AND e.state <> 'revoked'
         GROUP BY t.id, t.granted HAVING count(*) > t.granted
        """,
    ),
    Invariant(
        name="I21",
        promise="P13",
        says="A grant has its reason, its reference, its count, and above the limit two people.",
        sql="""
        SELECT g.purchase_id FROM counterfoil_grantrecord g
          LEFT JOIN counterfoil_entitlement e ON e.purchase_id = g.purchase_id
         GROUP BY g.purchase_id
        HAVING g.reason = '' OR g.reference = ''
            OR (count(e.id) <> g.quantity
                AND NOT EXISTS (SELECT FROM counterfoil_job j
                                 WHERE j.kind = 'grant' AND j.key = g.purchase_id::text
                                   AND j.finished_at IS NULL))
            OR (g.quantity > %(limit)s AND g.approved_by IN ('', g.issued_by))
        """,
    ),
)
