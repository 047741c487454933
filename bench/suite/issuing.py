"""Issuing: order by order as they are paid, and many in one act beside COPY of the same rows."""

import resource
import sys
from collections.abc import Iterator
from statistics import median
from time import perf_counter

from django.db import connection, transaction

from bench.suite.figures import Figure, Sizes, in_turns, medians, percentile, ratio, timed
from bench.suite.stock import empty_line, open_shop, settle
from counterfoil.models import Line
from counterfoil.models.ids import uuid7
from counterfoil.operations.converge_purchase import converge_purchase
from counterfoil.operations.issue import issue
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import CHANNEL, a_line, an_order, now

COPIED = {
    "counterfoil_entitlement": "SELECT * FROM counterfoil_entitlement WHERE line_id = %s",
    "counterfoil_code": "SELECT c.* FROM counterfoil_code c"
    " JOIN counterfoil_entitlement e ON e.id = c.entitlement_id WHERE e.line_id = %s",
    "counterfoil_entry": "SELECT n.* FROM counterfoil_entry n"
    " JOIN counterfoil_entitlement e ON e.id = n.entitlement_id WHERE e.line_id = %s",
}
"""The rows an issue leaves behind, by table, in the order in which they may be written."""

RENEWED = {
    "counterfoil_entitlement": "id = map.fresh, line_id = %(line)s, purchase_id = %(purchase)s",
    "counterfoil_code": "id = uuidv7(), entitlement_id = map.fresh,"
    " lookup = substr(sha256(t.lookup || map.fresh::text::bytea), 1, 16)",
    "counterfoil_entry": "entitlement_id = map.fresh, purchase_id = %(purchase)s",
}
"""What makes copies of rows that may stand beside the originals."""


def issue_on_purchase(sizes: Sizes) -> Iterator[Figure]:
    """Converge on paid orders of one unit, each of another buyer, one after the other."""
    shop, count = open_shop(), sizes.requests // 10
    took: list[float] = []

    def orders() -> float:
        started = perf_counter()
        for _ in range(count):
            reference = f"cs_{uuid7().hex}"
            order = an_order(a_line(sku="BENCH"), reference=reference)
            begun = perf_counter()
            converge_purchase(connection=shop, order=order, by=CHANNEL, at=now())
            took.append(perf_counter() - begun)
        return count / (perf_counter() - started)

    measured = in_turns(sizes.rounds, {"orders/s": orders})
    yield Figure(
        name="issue on purchase",
        measured="orders a second, one worker",
        value=median(measured["orders/s"]),
        unit="/s",
        target=50,
        numbers={
            "p50_ms": percentile(took, 0.50) * 1000,
            "p99_ms": percentile(took, 0.99) * 1000,
        },
    )


def bulk_issue(sizes: Sizes) -> Iterator[Figure]:
    """Issue many units of one line in one act, beside COPY of the same rows."""
    last = [empty_line()]

    def ours() -> float:
        last[0] = line = empty_line()
        return sizes.bulk / timed(lambda: issue(line=line, units=sizes.bulk, by=SYSTEM, at=now()))

    measured = in_turns(
        sizes.rounds, {"issued/s": ours, "copied/s": lambda: sizes.bulk / _copied(last[0])}
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    yield Figure(
        name="bulk issue",
        measured=f"{sizes.bulk:,} in one act, of COPY of the same rows",
        value=ratio(measured, "issued/s", "copied/s"),
        target=0.5,
        numbers=medians(measured),
    )
    yield Figure(
        name="bulk issue",
        measured="memory of the process, at most",
        value=peak / (1024 if sys.platform == "linux" else 1024 * 1024),
        unit="MB",
        target=300,
        at_most=True,
    )


def _copied(original: Line) -> float:
    """Write copies of what a line was issued, by COPY, and give the seconds that takes."""
    target = empty_line()
    given = {"line": target.pk, "purchase": target.purchase_id}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS map")
        cursor.execute(
            "CREATE TEMP TABLE map AS SELECT id AS original, uuidv7() AS fresh"
            " FROM counterfoil_entitlement WHERE line_id = %s",
            [original.pk],
        )
        for table, rows in COPIED.items():
            own = "id" if table == "counterfoil_entitlement" else "entitlement_id"
            cursor.execute(f"DROP TABLE IF EXISTS new_{table}")
            cursor.execute(f"CREATE TEMP TABLE new_{table} AS {rows}", [original.pk])
            cursor.execute(
                f"UPDATE new_{table} t SET {RENEWED[table]} FROM map WHERE map.original = t.{own}",
                given,
            )
    data = {table: _copy_out(f"new_{table}") for table in COPIED}
    settle()

    @transaction.atomic
    def copy_in() -> None:
        with connection.cursor() as cursor:
            for table, text in data.items():
                with cursor.copy(f"COPY {table} FROM STDIN") as copy:
                    copy.write(text)
        Line.objects.filter(pk=target.pk).update(units_paid=original.units_paid)

    return timed(copy_in)


def _copy_out(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} TO STDOUT") as copy:
        return b"".join(copy)
