"""What became of each entitlement of a bulk act, as a spreadsheet takes it; without codes."""

import csv
import io
from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db import connection as database

from counterfoil.models.ids import handle_of
from counterfoil.queries.bulk_words import outcome_told, problem_told, stands_told
from counterfoil.rules.spreadsheets import formula_safe

PAGE = 2_000
HEADINGS = ("number", "entitlement", "order", "stood as", "result", "why", "done at")

RESULTS = """
SELECT i.number, i.entitlement_id,
       coalesce(g.reference, nullif(p.number, ''), p.external_reference, ''),
       i.standing, i.outcome, i.problem, i.done_at
  FROM counterfoil_bulkitem i
  JOIN counterfoil_entitlement e ON e.id = i.entitlement_id
  LEFT JOIN counterfoil_purchase p ON p.id = e.purchase_id
  LEFT JOIN counterfoil_grantrecord g ON g.purchase_id = p.id
 WHERE i.bulk_id = %(bulk)s AND i.number > %(after)s
 ORDER BY i.number LIMIT %(most)s
"""


def result_lines(bulk_id: UUID) -> Iterator[str]:
    """Give what became of each as lines of a spreadsheet, read page by page."""
    yield _line(HEADINGS)
    after = 0
    while True:
        with database.cursor() as cursor:
            cursor.execute(RESULTS, {"bulk": bulk_id, "after": after, "most": PAGE})
            page = cursor.fetchall()
        for number, entitlement, order, stands, outcome, problem, done_at in page:
            yield _line(
                [
                    number,
                    handle_of(entitlement),
                    order,
                    stands_told(stands),
                    outcome_told(outcome),
                    problem_told(outcome, stands, problem),
                    done_at.isoformat(timespec="seconds") if done_at else "",
                ]
            )
        if len(page) < PAGE:
            return
        after = page[-1][0]


def _line(cells: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([formula_safe(cell) for cell in cells])
    return line.getvalue()
