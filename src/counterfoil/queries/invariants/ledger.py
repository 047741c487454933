"""State, ledger, codes and assignments agree."""

from counterfoil.queries.invariants.base import Invariant, legal_moves

LEDGER = (
    Invariant(
        name="I03",
        promise="P2",
        says="An entitlement has at most one open assignment.",
        sql="""
        SELECT entitlement_id FROM counterfoil_assignment WHERE ended_at IS NULL
         GROUP BY entitlement_id HAVING count(*) > 1
        """,
    ),
    Invariant(
        name="I04",
        promise="P3",
        says="State and version are those of the last entry.",
        sql="""
        SELECT e.id FROM counterfoil_entitlement e
          LEFT JOIN LATERAL (
               SELECT seq, to_state FROM counterfoil_entry n
                WHERE n.entitlement_id = e.id ORDER BY seq DESC LIMIT 1) n ON true
         WHERE n.seq IS DISTINCT FROM e.version OR n.to_state IS DISTINCT FROM e.state
        """,
    ),
    Invariant(
        name="I05",
        promise="P3",
        says="Every entry starts where the one before ended.",
        sql="""
        SELECT entitlement_id, seq FROM (
               SELECT entitlement_id, seq, from_state, lag(to_state) OVER w AS before,
                      lag(seq) OVER w AS last
                 FROM counterfoil_entry WINDOW w AS (PARTITION BY entitlement_id ORDER BY seq)) x
         WHERE from_state IS DISTINCT FROM before OR seq <> coalesce(last, 0) + 1
        """,
    ),
    Invariant(
        name="I06",
        promise="P3",
        says="Only moves of the lifecycle happen.",
        sql=f"""
        SELECT n.entitlement_id, n.seq FROM counterfoil_entry n
         WHERE CASE WHEN n.move IS NULL THEN n.from_state IS DISTINCT FROM n.to_state
                    ELSE NOT EXISTS (
                         SELECT FROM (VALUES {legal_moves()}) AS g(move, before, after)
                          WHERE g.move = n.move AND g.before IS NOT DISTINCT FROM n.from_state
                            AND g.after = n.to_state) END
        """,  # noqa: S608 - from the lifecycle
    ),
    Invariant(
        name="I07",
        promise="P4",
        says="What nobody has carries one live code; what somebody has, none and one holder.",
        sql="""
        SELECT e.id FROM counterfoil_entitlement e
          JOIN counterfoil_termsversion t ON t.id = e.terms_id
          LEFT JOIN (SELECT entitlement_id, count(*) AS live FROM counterfoil_code
                      WHERE state = 'live' GROUP BY 1) c ON c.entitlement_id = e.id
          LEFT JOIN (SELECT entitlement_id, count(*) AS holders, count(subject_id) AS subjects
                       FROM counterfoil_assignment WHERE ended_at IS NULL
                      GROUP BY 1) a ON a.entitlement_id = e.id
         WHERE coalesce(c.live, 0) <> (e.state IN ('minted', 'issued', 'reserved'))::int
            OR coalesce(a.holders, 0) <> (e.state IN ('assigned', 'fulfilled'))::int
            OR (e.state = 'fulfilled' AND t.needs_subject AND a.subjects <> 1)
        """,
    ),
    Invariant(
        name="I15",
        promise="P10",
        after_work=True,  # for the grace; who keeps what is true after every act
        says="A reservation ends when it should; what it keeps is reserved, and nothing else is.",
        sql="""
        SELECT id FROM counterfoil_entitlement
         WHERE state = 'reserved'
           AND (reserved_until IS NULL
                OR reserved_until < statement_timestamp() - %(grace)s::interval)
         UNION ALL
        SELECT coalesce(e.id, r.entitlement_id)
          FROM (SELECT id, reserved_until, reserved_for_id
                  FROM counterfoil_entitlement WHERE state = 'reserved') e
          FULL JOIN (SELECT i.entitlement_id, v.until, v.account_id, v.ended_at
                       FROM counterfoil_reservedentitlement i
                       JOIN counterfoil_reservation v ON v.id = i.reservation_id
                      WHERE i.ended_at IS NULL) r ON r.entitlement_id = e.id
         WHERE e.id IS NULL OR r.entitlement_id IS NULL OR r.ended_at IS NOT NULL
            OR e.reserved_until <> r.until OR e.reserved_for_id IS DISTINCT FROM r.account_id
        """,
    ),
    Invariant(
        name="I16",
        promise="P10",
        says="Nothing was redeemed after its end, or touched while on hold.",
        sql="""
        SELECT entitlement_id, seq FROM counterfoil_entry
         WHERE move = 'redeem' AND recorded_at > judged_expiry
         UNION ALL
        SELECT n.entitlement_id, n.seq FROM counterfoil_entry n
          JOIN counterfoil_hold h ON h.entitlement_id = n.entitlement_id
         WHERE n.act_name IN ('redeem', 'assign', 'unassign', 'transfer', 'correct_subject',
                             'replace_code')
           AND n.seq > h.placed_seq AND n.seq < coalesce(h.lifted_seq, 2147483647)
         UNION ALL
        SELECT e.id, e.version FROM counterfoil_entitlement e
          LEFT JOIN (SELECT entitlement_id, count(*) AS live FROM counterfoil_hold
                      WHERE lifted_seq IS NULL GROUP BY 1) h ON h.entitlement_id = e.id
         WHERE e.held_count <> coalesce(h.live, 0)
        """,
    ),
    Invariant(
        name="I22",
        promise="P14",
        says="The chain of seals is whole, and every entry is as it was sealed.",
        sql=r"""
        SELECT s.seal_seq FROM (
               SELECT *, lag(hash) OVER w AS before, lag(seal_seq) OVER w AS last
                 FROM counterfoil_seal WINDOW w AS (ORDER BY seal_seq)) s
          LEFT JOIN counterfoil_entry n
                 ON n.entitlement_id = s.entitlement_id AND n.seq = s.seq
         WHERE s.prev IS DISTINCT FROM coalesce(s.before, '\x00'::bytea)
            OR s.seal_seq <> coalesce(s.last, 0) + 1
            OR n.entitlement_id IS NULL
            OR s.hash <> sha256(s.prev || counterfoil_entry_bytes(n))
        """,
    ),
    Invariant(
        name="I23",
        promise="P14",
        after_work=True,
        says="Every entry is sealed.",
        sql="""
        SELECT n.entitlement_id, n.seq FROM counterfoil_entry n
          LEFT JOIN counterfoil_seal s ON s.entitlement_id = n.entitlement_id AND s.seq = n.seq
         WHERE s.seal_seq IS NULL AND n.recorded_at < statement_timestamp() - %(grace)s::interval
        """,
    ),
    Invariant(
        name="I24",
        promise="P15",
        says="No two codes are found by the same hash.",
        sql="""
        SELECT key_id, encode(lookup, 'hex') AS lookup FROM counterfoil_code
         GROUP BY key_id, counterfoil_code.lookup HAVING count(*) > 1
        """,
    ),
    Invariant(
        name="I25",
        promise="P15",
        says="A code is kept as a keyed hash, a ciphertext and four symbols, and nothing else.",
        sql="""
        SELECT id FROM counterfoil_code
         WHERE octet_length(lookup) <> 16
            OR octet_length(ciphertext) NOT IN (44, 52)
            OR last_four !~ '^[0-9A-HJKMNP-TV-Z]{4}$'
            OR (state <> 'live' AND ciphertext IS NOT NULL)
        """,
    ),
    Invariant(
        name="I26",
        promise="P15",
        says="Nothing happened in the future.",
        sql="""
        SELECT entitlement_id FROM counterfoil_entry
         WHERE recorded_at > clock_timestamp() + interval '5 seconds'
         UNION ALL
        SELECT entitlement_id FROM counterfoil_assignment
         WHERE started_at > clock_timestamp() + interval '5 seconds'
        """,
    ),
    Invariant(
        name="I28",
        promise="P14",
        says="The chain of seals goes through every checkpoint that was signed.",
        sql="""
        SELECT c.id, c.links FROM (
               SELECT *, lag(nth, 1, 0::bigint) OVER (ORDER BY nth) AS before FROM (
                      SELECT id, data->>'head' AS head,
                             substring(data->>'nth' FROM '^[0-9]{1,15}$')::bigint AS nth,
                             substring(data->>'links' FROM '^[0-9]{1,15}$')::bigint AS links
                        FROM counterfoil_auditentry
                       WHERE connection_id IS NULL AND act = 'sign_checkpoint') kept) c
          LEFT JOIN counterfoil_seal s ON s.seal_seq = c.links
         WHERE c.id = ANY(%(forged)s::uuid[])
            OR c.nth IS DISTINCT FROM c.before + 1
            OR encode(s.hash, 'hex') IS DISTINCT FROM c.head
        """,
    ),
)
