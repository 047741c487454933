"""Of what should somebody be reminded, or warned, today?"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.utils import timezone

from counterfoil.models import DeliveryKind

LOOKS_BACK = 2  # days: what fell due while no worker ran, and nothing that is long past
SILENT_AFTER_BOUNCE = timedelta(days=90)

TERMS = {DeliveryKind.REMINDER: "reminder_days", DeliveryKind.EXPIRY_WARNING: "warning_days"}

CADENCE = """
SELECT DISTINCT d::int FROM counterfoil_termsversion v,
       jsonb_array_elements_text(v.data -> %(term)s) d
 WHERE v.data ? %(term)s
"""

UNUSED = """
SELECT e.id, e.purchase_id, w.days, e.created_at AS moment,
       coalesce(a.person_id, p.buyer_id) AS person_id
  FROM unnest(%(days)s::int[], %(since)s::timestamptz[], %(until)s::timestamptz[])
       AS w(days, since, until)
  JOIN counterfoil_entitlement e ON e.created_at >= w.since AND e.created_at < w.until
  JOIN counterfoil_termsversion v ON v.id = e.terms_id
   AND v.data -> 'reminder_days' @> to_jsonb(w.days)
  JOIN counterfoil_purchase p ON p.id = e.purchase_id AND p.notify
  LEFT JOIN counterfoil_account a ON a.id = p.account_id
 WHERE e.state = 'issued' AND e.held_count = 0 AND e.batch IS NULL
   AND (e.expires_at IS NULL OR e.expires_at > %(at)s)
   AND NOT EXISTS (SELECT FROM counterfoil_gift g
                    WHERE g.entitlement_id = e.id AND g.ended_at IS NULL)
"""

ENDING = """
SELECT e.id, e.purchase_id, w.days, e.expires_at AS moment,
       CASE e.state WHEN 'assigned' THEN h.person_id
            ELSE coalesce(a.person_id, p.buyer_id) END AS person_id
  FROM unnest(%(days)s::int[], %(since)s::timestamptz[], %(until)s::timestamptz[])
       AS w(days, since, until)
  JOIN counterfoil_entitlement e ON e.expires_at >= w.since AND e.expires_at < w.until
  JOIN counterfoil_termsversion v ON v.id = e.terms_id
   AND v.data -> 'warning_days' @> to_jsonb(w.days)
  LEFT JOIN counterfoil_purchase p ON p.id = e.purchase_id
  LEFT JOIN counterfoil_account a ON a.id = p.account_id
  LEFT JOIN counterfoil_assignment s ON s.entitlement_id = e.id AND s.ended_at IS NULL
  LEFT JOIN counterfoil_account h ON h.id = s.account_id
 WHERE (e.state = 'assigned' OR e.state = 'issued' AND p.notify)
   AND e.held_count = 0 AND e.expires_at > %(at)s
"""

OF_PEOPLE = """
WITH due AS MATERIALIZED (
    SELECT u.*, (u.moment AT TIME ZONE %(zone)s)::date AS counted_from
      FROM ({units}) u
      JOIN counterfoil_person r ON r.id = u.person_id AND r.erased_at IS NULL
     WHERE NOT EXISTS (SELECT FROM counterfoil_notice n
                        WHERE n.entitlement_id = u.id AND n.kind = %(kind)s AND n.days = u.days
                          AND n.counted_from = (u.moment AT TIME ZONE %(zone)s)::date)
       AND NOT EXISTS (SELECT FROM counterfoil_unsubscription x
                        WHERE x.person_id = u.person_id AND x.kind = %(kind)s)
       AND NOT EXISTS (SELECT FROM counterfoil_delivery d
                        WHERE d.cause = %(cause)s AND d.kind = ANY(%(kinds)s)
                          AND d.target_id = u.person_id)
       AND NOT EXISTS (SELECT FROM counterfoil_delivery b
                        WHERE b.target_id = u.person_id AND b.bounced_at > %(bounced)s)
), people AS (SELECT DISTINCT person_id FROM due ORDER BY person_id LIMIT %(limit)s)
SELECT person_id, id, purchase_id, days, counted_from FROM due JOIN people USING (person_id)
 ORDER BY person_id, id, days
"""


class Due(NamedTuple):
    """One entitlement of which its owner should hear."""

    person_id: UUID
    entitlement_id: UUID
    purchase_id: UUID | None
    days: int
    counted_from: date


def cause_of(day: date) -> str:
    """Name the cause of the one mail a day that somebody gets of reminders and warnings."""
    return f"day:{day.isoformat()}"


def due_notices(kind: DeliveryKind, *, at: datetime, limit: int) -> Iterator[Due]:
    """
    Give what is due today for so many people, all of each.

    Days are those of the site's time zone. What was told, or would be a second mail of the day, is
    left out, as is whoever does not want these mails or whose mail came back lately.
    """
    zone = timezone.get_default_timezone()
    today = at.astimezone(zone).date()
    with connection.cursor() as cursor:
        cursor.execute(CADENCE, {"term": TERMS[kind]})
        days = sorted(row[0] for row in cursor.fetchall())
        if not days:
            return
        forward = -1 if kind is DeliveryKind.REMINDER else 1
        meant = [today + timedelta(days=forward * one) for one in days]
        given: dict[str, Any] = {
            "days": days,
            "since": [_midnight(one - timedelta(days=LOOKS_BACK)) for one in meant],
            "until": [_midnight(one + timedelta(days=1)) for one in meant],
            "at": at,
            "zone": str(zone),
            "kind": kind.value,
            "kinds": [one.value for one in TERMS],
            "cause": cause_of(today),
            "bounced": at - SILENT_AFTER_BOUNCE,
            "limit": limit,
        }
        units = UNUSED if kind is DeliveryKind.REMINDER else ENDING
        cursor.execute(OF_PEOPLE.format(units=units), given)
        yield from map(Due._make, cursor.fetchall())


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_default_timezone())
