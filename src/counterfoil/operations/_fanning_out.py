"""
Which endpoints are to be told of which events: one statement for any number of them.

An endpoint of a partner's is told of that partner's events and no other. A filter by product lets
through what is about an entitlement or a purchase of one of them.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

MEANT = """
  FROM counterfoil_event v
  JOIN counterfoil_webhookendpoint w
    ON (w.partner_id IS NULL OR w.partner_id = v.partner_id)
   AND (w.takes_tests OR NOT v.is_test)
   AND (w.types = '[]' OR w.types @> to_jsonb(v.type::text))
   AND (w.products = '[]'
        OR EXISTS (SELECT FROM counterfoil_entitlement n
                    WHERE n.id = v.entitlement_id AND w.products @> to_jsonb(n.product_id::text))
        OR v.entitlement_id IS NULL
       AND EXISTS (SELECT FROM counterfoil_line l
                    WHERE l.purchase_id = v.purchase_id
                      AND w.products @> to_jsonb(l.product_id::text)))
 WHERE v.position IS NOT NULL AND v.type <> 'endpoint.tested' AND w.ended_at IS NULL
"""

MAKE = f"""
INSERT INTO counterfoil_webhookdelivery AS d
       (endpoint_id, event_id, is_trial, due_at, attempts, last_error)
SELECT w.id, v.id, false, coalesce(%(at)s, v.occurred_at), 0, ''
{MEANT}
   AND w.disabled_at IS NULL AND v.position > %(after)s
   AND (%(endpoint)s::uuid IS NULL OR w.id = %(endpoint)s)
   AND (%(since)s::timestamptz IS NULL OR v.occurred_at >= %(since)s)
 ORDER BY v.position
ON CONFLICT (endpoint_id, event_id)
"""

ONCE = f"{MAKE} DO NOTHING"
AGAIN = f"""{MAKE} DO UPDATE
   SET due_at = excluded.due_at, attempts = 0, delivered_at = NULL, gave_up_at = NULL
"""  # noqa: S608 - all of it stands here
FORGET = (
    """
DELETE FROM counterfoil_webhookattempt a
 USING counterfoil_webhookdelivery d, counterfoil_event v
 WHERE a.delivery_id = d.id AND d.event_id = v.id AND v.position < %(before)s""",
    """
DELETE FROM counterfoil_webhookdelivery d
 USING counterfoil_event v WHERE d.event_id = v.id AND v.position < %(before)s""",
)
LOCK = 6_043_871_121  # any number nobody else uses


def fan_out(*, after: int) -> int:
    """Have every endpoint told of the events after this place; gives how many deliveries it is."""
    return _run(ONCE, {"after": after, "endpoint": None, "since": None, "at": None})


def send_missed(endpoint_id: UUID, *, after: int, at: datetime) -> int:
    """Have an endpoint told of the events after this place that it was not meant to be told of."""
    return _run(ONCE, {"after": after, "endpoint": endpoint_id, "since": None, "at": at})


def send_since(endpoint_id: UUID, *, since: datetime, at: datetime) -> int:
    """Have an endpoint told of all that happened since this time, also of what it was told."""
    return _run(AGAIN, {"after": 0, "endpoint": endpoint_id, "since": since, "at": at})


def forget_told(*, before: int) -> None:
    """Forget what became of the events before this place, sent or not; they go next."""
    for statement in FORGET:
        _run(statement, {"before": before})


def hold_feed() -> None:
    """Let no event be given its place until this transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def last_place() -> int:
    """Give the last place of the feed that can be seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(position), 0) FROM counterfoil_event")
        [place] = cursor.fetchone()
    return int(place)


def _run(sql: str, given: dict[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        count: int = cursor.rowcount
    return count
