"""Of which printed batches does a partner have pieces?"""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

BATCHES = """
SELECT b.id, b.name FROM counterfoil_batch b
 WHERE EXISTS (SELECT FROM counterfoil_entitlement e
                WHERE e.batch = b.id AND e.partner_id = %(partner)s)
 ORDER BY b.name"""


def batches_of(partner_id: UUID) -> Sequence[tuple[UUID, str]]:
    """Give id and name of the batches a partner has pieces of."""
    with connection.cursor() as cursor:
        cursor.execute(BATCHES, {"partner": partner_id})
        return [(row[0], row[1]) for row in cursor.fetchall()]
