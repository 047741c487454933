"""What came of an order file: one line for each entitlement, as a spreadsheet takes it."""

import csv
import io
from collections.abc import Iterator, Mapping
from uuid import UUID

from django.db import connection as database

from counterfoil.models.ids import handle_of
from counterfoil.rules.codes import display
from counterfoil.rules.spreadsheets import formula_safe

PAGE = 1_000
HEADINGS = ("row", "order", "item", "sku", "ordinal", "entitlement", "state", "result", "remark")

RESULTS = """
SELECT r.number, r.order_reference, r.line_reference, r.sku, e.ordinal, e.id, e.state,
       coalesce(nullif(r.outcome, ''), r.verdict), r.trouble
  FROM counterfoil_orderfilerow r
  JOIN counterfoil_orderfile f ON f.id = r.file_id
  LEFT JOIN counterfoil_purchase p
         ON p.connection_id = f.connection_id AND p.external_reference = r.order_reference
  LEFT JOIN counterfoil_line i ON i.purchase_id = p.id AND i.external_line = r.line_reference
  LEFT JOIN counterfoil_entitlement e
         ON e.line_id = i.id AND r.verdict IN ('new', 'issued', 'differs')
 WHERE r.file_id = %(file)s AND (r.number, coalesce(e.ordinal, 0)) > (%(number)s, %(ordinal)s)
 ORDER BY r.number, coalesce(e.ordinal, 0)
 LIMIT %(most)s
"""


def result_lines(file_id: UUID, *, codes: Mapping[UUID, str] | None = None) -> Iterator[str]:
    """
    Give the lines of the results file, the heading first; ``codes`` is who may see which.

    A row that came to no entitlement has one line, which says why. The rows are read page by page,
    so that a large file needs no more memory than a small one.
    """
    yield _line([*HEADINGS, *(["code"] if codes is not None else [])])
    place = (0, 0)
    while True:
        with database.cursor() as cursor:
            given = {"number": place[0], "ordinal": place[1], "most": PAGE}
            cursor.execute(RESULTS, {"file": file_id, **given})
            page = cursor.fetchall()
        for number, order, item, sku, ordinal, entitlement, state, result, remark in page:
            handle = handle_of(entitlement) if entitlement else ""
            which = "" if ordinal is None else ordinal + 1  # as people count
            cells = [number, order, item, sku, which, handle, state or "", result, remark]
            if codes is not None:
                code = codes.get(entitlement, "")
                cells.append(display(code) if code else "")
            yield _line(cells)
        if len(page) < PAGE:
            return
        place = (page[-1][0], page[-1][4] or 0)


def _line(cells: list[object]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([formula_safe(cell) for cell in cells])
    return line.getvalue()
