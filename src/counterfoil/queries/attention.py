"""What of a partner's hand-outs needs somebody?"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import connection

SOON = timedelta(days=30)

NEEDED = """
SELECT (SELECT count(*) FROM counterfoil_gift g
         WHERE g.partner_id = %(partner)s AND g.ended_at IS NULL
           AND EXISTS (SELECT FROM counterfoil_delivery d
                        WHERE d.gift_id = g.id AND d.bounced_at IS NOT NULL)),
       (SELECT count(*) FROM counterfoil_entitlement e
         WHERE e.partner_id = %(partner)s AND e.state IN ('issued', 'reserved')
           AND e.expires_at BETWEEN clock_timestamp() AND clock_timestamp()
               + make_interval(days => %(soon)s))"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attention:
    """How many mails came back, and how many unclaimed ones end within thirty days."""

    bounced: int
    ending: int


def needs_somebody(partner_id: UUID) -> Attention:
    """Count what needs somebody."""
    with connection.cursor() as cursor:
        cursor.execute(NEEDED, {"partner": partner_id, "soon": SOON.days})
        bounced, ending = cursor.fetchone()
    return Attention(bounced=bounced, ending=ending)
