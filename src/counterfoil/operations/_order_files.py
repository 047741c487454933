"""The rows of order files: kept as they were read, and judged against what is there."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection as database
from django.db.models import Count

from counterfoil.channels.order_file import BadRow, OrderRow, rows
from counterfoil.channels.order_file_columns import Field
from counterfoil.channels.order_file_reading import Choices, Reading
from counterfoil.channels.order_file_text import Delimiter, Encoding
from counterfoil.channels.order_file_values import DayOrder
from counterfoil.conf import conf
from counterfoil.errors import NotFound
from counterfoil.models import AuditEntry, Connection, OrderFile, OrderFileRow
from counterfoil.models.keys import keyring
from counterfoil.models.order_files import personal_about
from counterfoil.rules.declared_faults import MOST_LINES, MOST_UNITS
from counterfoil.rules.keyring import Purpose
from counterfoil.rules.order_files import Verdict
from counterfoil.rules.people import Actor

COPY = """
COPY counterfoil_orderfilerow (file_id, number, is_readable, order_reference, line_reference, sku,
    quantity, amount, currency, paid_at, key_id, personal_sealed, lead, verdict, outcome, trouble)
FROM STDIN
"""

JUDGE = """
UPDATE counterfoil_orderfilerow r
   SET lead = j.lead, verdict = j.verdict, trouble = j.trouble
  FROM (
    SELECT t.number, t.lead, v.verdict, v.trouble
      FROM (
        SELECT number, order_reference, line_reference, sku, quantity, amount, currency,
               min(number) OVER whole AS lead, count(*) OVER whole AS row_count,
               sum(quantity) OVER whole AS units,
               min(currency) OVER whole <> max(currency) OVER whole AS is_mixed,
               first_value(number) OVER same AS first_number,
               first_value((sku, quantity, amount, currency)) OVER same AS first_says
          FROM counterfoil_orderfilerow
         WHERE file_id = %(file)s AND is_readable
        WINDOW whole AS (PARTITION BY order_reference),
               same AS (PARTITION BY order_reference, line_reference ORDER BY number)
      ) t
      LEFT JOIN counterfoil_purchase p
             ON p.connection_id = %(connection)s AND p.external_reference = t.order_reference
      LEFT JOIN counterfoil_line i
             ON i.purchase_id = p.id AND i.external_line = t.line_reference
      LEFT JOIN counterfoil_productmapping m
             ON m.connection_id = %(connection)s AND m.key = 'sku:' || t.sku
     CROSS JOIN LATERAL (
        SELECT 'bad', format('Row %%s says something else of the same order line.', t.first_number)
         WHERE t.first_number < t.number
           AND t.first_says <> (t.sku, t.quantity, t.amount, t.currency)
        UNION ALL SELECT 'repeated', format('It is row %%s again.', t.first_number)
         WHERE t.first_number < t.number
        UNION ALL SELECT 'bad', 'The order has prices in several currencies.' WHERE t.is_mixed
        UNION ALL SELECT 'bad', format('The order has more than %%s rows.', %(most_lines)s::int)
         WHERE t.row_count > %(most_lines)s::int
        UNION ALL SELECT 'bad', format('The order has more than %%s units.', %(most_units)s::int)
         WHERE t.units > %(most_units)s::int
        UNION ALL SELECT 'issued', '' WHERE i.quantity = t.quantity
        UNION ALL SELECT 'differs', format('It was issued with a quantity of %%s.', i.quantity)
         WHERE i.id IS NOT NULL
        UNION ALL SELECT 'differs', 'The order was cancelled.' WHERE p.cancelled_at IS NOT NULL
        UNION ALL SELECT 'differs', format('The order is kept in %%s.', p.currency)
         WHERE p.currency NOT IN ('', t.currency)
        UNION ALL SELECT 'unknown_sku', '' WHERE m.id IS NULL
        UNION ALL SELECT 'ignored', '' WHERE m.product_id IS NULL
        UNION ALL SELECT 'new', ''
         LIMIT 1
      ) v (verdict, trouble)
  ) j
 WHERE r.file_id = %(file)s AND r.number = j.number
   AND (r.lead, r.verdict, r.trouble) IS DISTINCT FROM (j.lead, j.verdict, j.trouble)
"""


def lock_file(order_file_id: UUID) -> OrderFile:
    """
    Lock and give a file, without its bytes.

    :raises NotFound: if there is none.
    """
    files = OrderFile.objects.select_for_update(of=("self",)).select_related("connection", "job")
    found = files.defer("content_sealed").filter(pk=order_file_id).first()
    if found is None:
        raise NotFound("There is no such file.")
    return found


def keep_rows(order_file: OrderFile, content: bytes, reading: Reading) -> None:
    """
    Keep the rows of a file in place of those there were; none if a column is still to be chosen.

    :raises FileUnreadable: if a line has no end.
    :raises FileTooLarge: if there are more rows than are read.
    """
    OrderFileRow.objects.filter(file=order_file).delete()
    order_file.row_count = 0
    if reading.heading.missing:
        return
    found = rows(content, reading, most=conf.ORDER_FILE_MAX_ROWS)
    with database.cursor() as cursor, cursor.copy(COPY) as copy:
        for values in _kept(order_file.pk, found):
            copy.write_row(values)
            order_file.row_count += 1


def judge(order_file: OrderFile, *, at: datetime) -> dict[Verdict, int]:
    """Say of every row what would become of it now, and count them; nothing else changes."""
    with database.cursor() as cursor:
        cursor.execute(
            JUDGE,
            {
                "file": order_file.pk,
                "connection": order_file.connection_id,
                "most_lines": MOST_LINES,
                "most_units": MOST_UNITS,
            },
        )
    order_file.judged_at = at
    counted = OrderFileRow.objects.filter(file=order_file).values("verdict").order_by("verdict")
    return {Verdict(one["verdict"]): one["n"] for one in counted.annotate(n=Count("number"))}


def audit(act: str, order_file: OrderFile, *, by: Actor, at: datetime, **data: object) -> None:
    """Write down what somebody did with a file."""
    AuditEntry.objects.create(
        at=at,
        act=act,
        actor_kind=by.kind.value,
        actor_id=by.id,
        actor_display=by.display,
        connection=order_file.connection,
        subject=str(order_file.pk),
        data={"file": order_file.name, **data},
    )


def choices_as_kept(choices: Choices) -> dict[str, Any]:
    """Write choices for the database."""
    return {name: value for name, value in asdict(choices).items() if value}


def choices_of(kept: dict[str, Any]) -> Choices:
    """Read choices as they were kept."""
    return Choices(
        encoding=Encoding(kept["encoding"]) if kept.get("encoding") else None,
        delimiter=Delimiter(kept["delimiter"]) if kept.get("delimiter") else None,
        columns={Field(field): name for field, name in kept.get("columns", {}).items()},
        day_order=DayOrder(kept["day_order"]) if kept.get("day_order") else None,
        currency=kept.get("currency", ""),
    )


def chosen_before(connection: Connection, reading: Reading) -> dict[Field, str]:
    """Give the columns somebody chose for the last file of this connection with these headings."""
    files = OrderFile.objects.filter(
        connection=connection,
        choices__has_key="columns",
        reading__headings=list(reading.heading.names),
    )
    found = files.order_by("-pk").values_list("choices", flat=True).first()
    return dict(choices_of(found).columns) if found else {}


def reading_as_kept(reading: Reading) -> dict[str, Any]:
    """Write down how a file was read, for people to check."""
    return {
        "told": list(reading.told),
        "is_certain": reading.decoded.is_certain,
        "encoding": reading.decoded.encoding.value,
        "delimiter": reading.heading.delimiter.value,
        "day_order": reading.day_order.value,
        "currency": reading.currency,
        "headings": list(reading.heading.names),
        "columns": reading.heading.mapping,
        "missing": [field.value for field in reading.heading.missing],
    }


def _kept(file_id: UUID, found: Iterable[OrderRow | BadRow]) -> Iterable[tuple[Any, ...]]:
    ring = keyring()
    for row in found:
        start = (file_id, row.number, isinstance(row, OrderRow), row.order, row.line, row.sku)
        if isinstance(row, BadRow):
            end = (row.number, Verdict.BAD.value, "", row.trouble[:300])
            yield (*start, None, None, "", None, None, None, *end)
            continue
        personal = {
            "product": row.product,
            "buyer_mail": row.buyer_mail,
            "buyer_name": row.buyer_name,
            "recipient_mail": row.recipient_mail,
            "recipient_name": row.recipient_name,
            "gift_message": row.gift_message,
        }
        said = {name: value for name, value in personal.items() if value}
        sealed: tuple[int | None, bytes | None] = (None, None)
        if said:
            about = personal_about(file_id, row.number)
            sealed = ring.seal(json.dumps(said).encode(), Purpose.PERSONAL, about)
        paid_at = row.paid_at or row.ordered_at
        end = (row.number, Verdict.NEW.value, "", "")
        yield (*start, row.quantity, row.amount, row.currency, paid_at, *sealed, *end)
