"""
The sealer: numbers the entries of the ledger and chains them, each to the one before.

One at a time, by an advisory lock. What is still to be sealed is looked for among what is not
dispatched yet: entries are dispatched only once they are sealed, so a small index leads to all
that is left to do, however long the ledger is, and an entry that commits late is not passed over.
"""

import hashlib

from django.db import connection, transaction

BATCH = 1_000
LOCK = 6_043_871_120  # any number nobody else uses
FIRST_PREV = b"\x00"

UNSEALED = """
SELECT n.entitlement_id, n.seq, counterfoil_entry_bytes(n)
  FROM counterfoil_entry n
 WHERE n.dispatched_at IS NULL
   AND NOT EXISTS (SELECT FROM counterfoil_seal s
                    WHERE s.entitlement_id = n.entitlement_id AND s.seq = n.seq)
 ORDER BY n.recorded_at, n.entitlement_id, n.seq
 LIMIT %(limit)s
"""

WRITE = """
INSERT INTO counterfoil_seal (seal_seq, entitlement_id, seq, prev, hash, sealed_at)
SELECT n.seal_seq, n.entitlement_id, n.seq, n.prev, n.hash, clock_timestamp()
  FROM unnest(%(seal_seqs)s::bigint[], %(entitlements)s::uuid[], %(seqs)s::int[],
              %(prevs)s::bytea[], %(hashes)s::bytea[])
       AS n(seal_seq, entitlement_id, seq, prev, hash)
"""


@transaction.atomic
def seal(*, limit: int = BATCH) -> int:
    """
    Seal the oldest entries that are not sealed yet, and give how many that were.

    None if another sealer is at work.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(UNSEALED, {"limit": limit})
        unsealed = cursor.fetchall()
        if not unsealed:
            return 0
        cursor.execute("SELECT seal_seq, hash FROM counterfoil_seal ORDER BY seal_seq DESC LIMIT 1")
        last, head = cursor.fetchone() or (0, FIRST_PREV)
        chain = [bytes(head)]
        for _, _, entry in unsealed:
            chain.append(hashlib.sha256(chain[-1] + bytes(entry)).digest())
        cursor.execute(
            WRITE,
            {
                "seal_seqs": list(range(last + 1, last + 1 + len(unsealed))),
                "entitlements": [row[0] for row in unsealed],
                "seqs": [row[1] for row in unsealed],
                "prevs": chain[:-1],
                "hashes": chain[1:],
            },
        )
    return len(unsealed)
