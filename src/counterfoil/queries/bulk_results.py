"""What became of each entitlement of a bulk act, as a spreadsheet takes it; without codes."""

import csv
import io
from collections.abc import Iterable, Iterator
from uuid import UUID

from counterfoil.queries.bulk import items_of
from counterfoil.queries.bulk_words import outcome_told, stands_told
from counterfoil.rules.spreadsheets import formula_safe

PAGE = 2_000
HEADINGS = ("number", "entitlement", "order", "stood as", "result", "why", "done at")


def result_lines(bulk_id: UUID) -> Iterator[str]:
    """Give what became of each as lines of a spreadsheet, read page by page; without codes."""
    yield _line(HEADINGS)
    after = 0
    while page := items_of(bulk_id, after=after, most=PAGE):
        for one in page:
            yield _line(
                [
                    one.number,
                    one.handle,
                    one.order,
                    stands_told(one.stands),
                    outcome_told(one.outcome),
                    one.problem,
                    one.done_at.isoformat(timespec="seconds") if one.done_at else "",
                ]
            )
        after = page[-1].number


def _line(cells: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([formula_safe(cell) for cell in cells])
    return line.getvalue()
