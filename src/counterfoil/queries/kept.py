"""What does a partner keep reserved, for what, and until when?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

KEPT = """
SELECT r.id, r.label, r.until, r.created_at, r.quantity, p.id, p.name, count(*)
  FROM counterfoil_reservation r
  JOIN counterfoil_reservedentitlement i ON i.reservation_id = r.id AND i.ended_at IS NULL
  JOIN counterfoil_entitlement e ON e.id = i.entitlement_id
  JOIN counterfoil_product p ON p.id = e.product_id
 WHERE r.partner_id = %(partner)s AND r.ended_at IS NULL AND r.until > clock_timestamp()
 GROUP BY r.id, p.id ORDER BY r.until, r.id"""


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptSeen:
    """One reservation of a partner that is not over; ``left`` is how many are still kept."""

    id: UUID
    label: str
    product_id: UUID
    product: str
    quantity: int
    left: int
    until: datetime
    created_at: datetime


def kept_by(partner_id: UUID) -> Sequence[KeptSeen]:
    """Give what a partner keeps now, what ends first, first."""
    with connection.cursor() as cursor:
        cursor.execute(KEPT, {"partner": partner_id})
        return [
            KeptSeen(
                id=row[0],
                label=row[1],
                until=row[2],
                created_at=row[3],
                quantity=row[4],
                product_id=row[5],
                product=row[6],
                left=row[7],
            )
            for row in cursor.fetchall()
        ]
