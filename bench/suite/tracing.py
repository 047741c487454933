"""Tracing: from what somebody was given to the whole story, in a shop that grows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from time import perf_counter

from django.db import connection, transaction

from bench.suite.figures import Figure, Sizes, percentile
from bench.suite.stock import open_shop, outstanding, settle
from counterfoil.models.ids import handle_of, id_of, uuid7
from counterfoil.queries.search import search
from counterfoil.queries.trace import trace, trace_unit
from counterfoil.testing.builders import a_line, an_order, converge, now

SAMPLE = 40
UNITS = 2  # of each order


@dataclass(frozen=True, slots=True)
class Known:
    """What somebody who asks has in their hands."""

    code: str
    reference: str
    handle: str
    mail: str


def trace_as_it_grows(sizes: Sizes) -> Iterator[Figure]:
    """Find and tell the story of sampled orders, among more and more others."""
    sample = [_order(number) for number in range(SAMPLE)]
    ways = ("code", "reference", "handle", "mail")
    worst: dict[str, list[float]] = {way: [] for way in ways}
    for size in sizes.outstanding:
        _fill(size - outstanding(), sample[0].reference)
        settle()
        for way in ways:
            took = [_seconds(getattr(one, way)) for _ in range(sizes.rounds + 1) for one in sample]
            took = took[SAMPLE:]
            worst[way].append(percentile(took, 0.99))
            yield Figure(
                name=f"trace by {way}",
                measured=f"p99 among {size:,} entitlements",
                value=worst[way][-1] * 1000,
                unit="ms",
                target=25,
                at_most=True,
                numbers={f"p50_ms among {size:,}": percentile(took, 0.50) * 1000},
            )
    if len(sizes.outstanding) > 1:
        for way in ways:
            yield Figure(
                name=f"trace by {way}",
                measured=f"p99, growth from {sizes.outstanding[0]:,} to {sizes.outstanding[-1]:,}",
                value=worst[way][-1] / worst[way][0],
                target=1.5,
                at_most=True,
            )


def _order(number: int) -> Known:
    reference, mail = f"cs_{uuid7().hex}", f"buyer-{number}-{uuid7().hex}@example.com"
    order = an_order(a_line(UNITS, sku="BENCH"), reference=reference)
    issued = converge(open_shop(), replace(order, buyer_email=mail))
    return Known(issued.code, reference, handle_of(issued.id), mail)


def _seconds(asked: str) -> float:
    """Ask, open what is found, and give the seconds that took."""
    started = perf_counter()
    found = search(asked, now=now())
    if found.only is None:
        raise RuntimeError("A trace led nowhere.")
    if found.only.handle:
        trace_unit(entitlement_id=id_of(found.only.handle), now=now())
    elif found.only.purchase_id:
        trace(purchase_id=found.only.purchase_id, now=now())
    return perf_counter() - started


ORDERS = """
CREATE TEMP TABLE filler ON COMMIT DROP AS
SELECT n, uuidv7() AS purchase, uuidv7() AS line, NULL::uuid AS entitlement, NULL::uuid AS code
  FROM generate_series(1, %(orders)s) n"""
UNITS_OF_ORDERS = """
CREATE TEMP TABLE filler_units ON COMMIT DROP AS
SELECT n, ordinal, purchase, line, uuidv7() AS entitlement, uuidv7() AS code
  FROM filler, generate_series(0, %(units)s - 1) ordinal"""
COPY = """
INSERT INTO {table}
SELECT (jsonb_populate_record(model, jsonb_build_object({changes}))).*
  FROM (SELECT * FROM {table} WHERE {column} = %(like)s LIMIT 1) model, {filler} f"""
COPIES = (
    ("purchase", "id", "purchase", "filler", "'id', purchase, 'external_reference', purchase"),
    ("line", "purchase_id", "purchase", "filler", "'id', line, 'purchase_id', purchase"),
    (
        "entitlement",
        "id",
        "unit",
        "filler_units",
        "'id', entitlement, 'line_id', line, 'purchase_id', purchase, 'ordinal', ordinal",
    ),
    (
        "code",
        "entitlement_id",
        "unit",
        "filler_units",
        "'id', code, 'entitlement_id', entitlement, 'lookup',"
        " substr(sha256(code::text::bytea), 1, 16),"
        " 'last_four', upper(right(translate(code::text, 'e', 'x'), 4))",
    ),
    (
        "entry",
        "entitlement_id",
        "unit",
        "filler_units",
        "'entitlement_id', entitlement, 'purchase_id', purchase, 'act', purchase",
    ),
)


@transaction.atomic
def _fill(units: int, like: str) -> None:
    """Add orders of two units like this one, in the database itself; their codes nobody knows."""
    if units <= 0:
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # no triggers: a fixture
        cursor.execute(
            "SELECT e.purchase_id, e.id FROM counterfoil_entitlement e"
            " JOIN counterfoil_purchase p ON p.id = e.purchase_id WHERE p.external_reference = %s",
            [like],
        )
        purchase, unit = cursor.fetchone()
        cursor.execute(ORDERS, {"orders": units // UNITS})
        cursor.execute(UNITS_OF_ORDERS, {"units": UNITS})
        for table, column, model, filler, changes in COPIES:
            statement = COPY.format(
                table=f"counterfoil_{table}", column=column, filler=filler, changes=changes
            )
            cursor.execute(statement, {"like": purchase if model == "purchase" else unit})
