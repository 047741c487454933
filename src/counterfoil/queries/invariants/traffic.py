"""What came in was handled, and what had to go out went."""

from counterfoil.queries.invariants.base import Invariant

TRAFFIC = (
    Invariant(
        name="I11",
        promise="P6",
        after_work=True,
        says="What was acknowledged is handled, or parked where a person sees it.",
        sql="""
        SELECT id FROM counterfoil_message
         WHERE acked_at < statement_timestamp() - 5 * %(grace)s::interval
           AND next_attempt_at < statement_timestamp()
           AND handled_at IS NULL AND parked_at IS NULL
        """,
    ),
    Invariant(
        name="I12",
        promise="P7",
        says="Only authentic messages had effects.",
        sql="SELECT id FROM counterfoil_message WHERE handled_at IS NOT NULL AND NOT authentic",
    ),
    Invariant(
        name="I17",
        promise="P11",
        after_work=True,
        says="Downstream is what it should be, or parked where a person sees it.",
        sql="""
        SELECT entitlement_id FROM counterfoil_provisioning
         WHERE wanted <> got AND parked_at IS NULL
           AND changed_at < statement_timestamp() - 15 * %(grace)s::interval
           AND next_attempt_at < statement_timestamp()
         UNION ALL
        SELECT e.id FROM counterfoil_entitlement e
          LEFT JOIN counterfoil_provisioning v ON v.entitlement_id = e.id
         WHERE (e.state = 'fulfilled' AND v.got IS DISTINCT FROM 'active')
            OR (e.state = 'revoked' AND v.wanted <> 'none')
        """,
    ),
    Invariant(
        name="I18",
        promise="P12",
        after_work=True,
        says="Every mail went out, or is parked where a person sees it.",
        sql="""
        SELECT id FROM counterfoil_delivery
         WHERE sent_at IS NULL AND parked_at IS NULL
           AND due_at < statement_timestamp() - 5 * %(grace)s::interval
        """,
    ),
    Invariant(
        name="I19",
        promise="P12",
        after_work=True,
        says="Whoever bought something was told, or somebody knows that they cannot be.",
        sql="""
        SELECT DISTINCT n.act FROM counterfoil_entry n
          JOIN counterfoil_purchase p ON p.id = n.purchase_id
         WHERE n.move = 'issue' AND p.notify AND n.act IS DISTINCT FROM p.issuing
           AND n.recorded_at < statement_timestamp() - %(grace)s::interval
           AND NOT EXISTS (SELECT FROM counterfoil_delivery d
                            WHERE d.cause = 'issued:' || n.act::text)
           AND NOT EXISTS (SELECT FROM counterfoil_exceptioncase x
                            WHERE x.purchase_id = p.id
                              AND x.kind IN ('no_delivery_address', 'entry_stuck'))
        """,
    ),
    Invariant(
        name="I20",
        promise="P12",
        says="Nobody is told twice of the same thing.",
        sql="""
        SELECT cause, kind, target_id FROM counterfoil_delivery
         GROUP BY cause, kind, target_id HAVING count(*) > 1
        """,
    ),
    Invariant(
        name="I27",
        promise="P1",
        says="What a channel says is paid is paid here.",
        sql="""
        SELECT m.id FROM counterfoil_message m
         WHERE m.handled_at IS NOT NULL AND m.claims = 'paid' AND m.order_reference <> ''
           AND NOT EXISTS (SELECT FROM counterfoil_purchase p
                            WHERE p.connection_id = m.connection_id
                              AND p.external_reference = m.order_reference
                              AND p.paid_at IS NOT NULL)
        """,
    ),
)
