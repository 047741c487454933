"""
The floor: what PostgreSQL does on our tables with nothing but pgbench before it.

Redeeming is one prepared statement that moves the entitlement and writes its assignment and its
entry. Foreign keys, checks and the deferred trigger stand as they do for everybody; left out is
what else a redemption writes (the code's end, the attempt, the wish for a downstream record).
"""

import os
import re
import subprocess
from pathlib import Path

from django.db import connection

from bench.suite.burning import burnt
from bench.suite.stock import settle, stocked_line
from counterfoil.models import Line
from counterfoil.testing.builders import make_account
from counterfoil_server.embedded import programs_dir

REDEEM = """\\set i :i + 1
\\set n :client_id * {per_client} + :i
WITH moved AS (
    UPDATE counterfoil_entitlement SET state = 'assigned', version = version + 1
     WHERE line_id = '{line}' AND ordinal = :n AND state = 'issued'
 RETURNING id, purchase_id, version, expires_at
), assigned AS (
    INSERT INTO counterfoil_assignment (id, entitlement_id, account_id, started_at)
    SELECT gen_random_uuid(), id, '{account}', clock_timestamp() FROM moved
)
INSERT INTO counterfoil_entry (
    entitlement_id, seq, purchase_id, act, act_name, move, from_state, to_state, actor_kind,
    actor_id, actor_display, on_behalf_of, reason, comment, at, recorded_at, judged_expiry, data)
SELECT id, version, purchase_id, gen_random_uuid(), 'redeem', 'redeem', 'issued', 'assigned',
       'system', 'floor', '', '', '', '', clock_timestamp(), clock_timestamp(), expires_at, '{{}}'
  FROM moved;
"""
LOOKUP = """\\set n random(0, {last})
SELECT id, state, expires_at FROM counterfoil_entitlement
 WHERE line_id = '{line}' AND ordinal = :n;
"""


def redeem_floor(clients: int, transactions: int, burns: list[float]) -> float:
    """
    Give transactions a second of the redeem floor, each on an entitlement of its own.

    The processor time of one is added to ``burns``.
    """
    per_client = max(transactions // clients, 1)
    line = stocked_line(per_client * clients)
    settle()
    account = make_account("floor@example.com").pk
    script = REDEEM.format(line=line.pk, account=account, per_client=per_client)
    before = burnt()
    rate = pgbench(script, clients, per_client)
    burns.append((burnt() - before) / (per_client * clients))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM counterfoil_entitlement"
            " WHERE line_id = %s AND state = 'assigned'",
            [line.pk],
        )
        [[moved]] = cursor.fetchall()
    if moved != per_client * clients:
        raise RuntimeError(f"The floor moved {moved} of {per_client * clients} entitlements.")
    return rate


def lookup_floor(clients: int, transactions: int, line: Line) -> float:
    """Give lookups a second by a unique index, in one statement each."""
    script = LOOKUP.format(line=line.pk, last=max(line.units_paid - 1, 0))
    return pgbench(script, clients, max(transactions // clients, 1))


def pgbench(script: str, clients: int, per_client: int) -> float:
    """Run a script so many times for each client, and give transactions a second."""
    file = Path(os.environ["BENCH_PLACE"], "floor.sql")
    file.write_text(script)
    command = [str(programs_dir() / "pgbench"), "-n", "-M", "prepared", "-f", str(file)]
    command += ["-c", str(clients), "-j", "2", "-t", str(per_client), "-D", "i=-1"]
    command.append(os.environ["DATABASE_URL"])
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = re.search(r"tps = ([0-9.]+)", said)
    if rate is None:
        raise RuntimeError(f"pgbench said no rate:\n{said}")
    return float(rate[1])
