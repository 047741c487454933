"""Remember what became of rows of an order file."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection as database
from django.db import transaction

from counterfoil.models import OrderFileRow
from counterfoil.rules.order_files import RowOutcome, Verdict
from counterfoil.rules.people import Actor

RECORD = """
UPDATE counterfoil_orderfilerow r
   SET outcome = CASE WHEN i.units_paid > 0 THEN 'issued' ELSE 'waiting' END, trouble = ''
  FROM counterfoil_orderfilerow w
  JOIN counterfoil_orderfile f ON f.id = w.file_id
  LEFT JOIN counterfoil_purchase p
         ON p.connection_id = f.connection_id AND p.external_reference = w.order_reference
  LEFT JOIN counterfoil_line i ON i.purchase_id = p.id AND i.external_line = w.line_reference
 WHERE f.id = %(file)s AND w.lead = ANY(%(leads)s) AND w.verdict = 'new'
   AND r.file_id = w.file_id AND r.number = w.number
"""


@transaction.atomic
def record_file_rows(
    *,
    order_file_id: UUID,
    leads: list[int],
    refused: Mapping[int, str],
    by: Actor,
    at: datetime,
) -> int:
    """
    Remember of the orders that begin in these rows what came of them, and give how many failed.

    A row whose order was taken is issued if its line was, and otherwise waiting for a person;
    ``refused`` says by first row which orders were not taken, and why.
    """
    with database.cursor() as cursor:
        cursor.execute(RECORD, {"file": order_file_id, "leads": leads})
    meant = OrderFileRow.objects.filter(file=order_file_id, verdict=Verdict.NEW)
    for lead, why in refused.items():
        meant.filter(lead=lead).update(outcome=RowOutcome.REFUSED, trouble=why[:300])
    return meant.filter(lead__in=leads).exclude(outcome=RowOutcome.ISSUED).count()
