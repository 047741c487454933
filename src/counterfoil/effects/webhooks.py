"""
Sending events to webhook endpoints: each at least once, and none held up by another's.

Who sends is a handful of threads in any number of workers. Each takes one event of one endpoint at
a time, under a lease in the table: only a few of an endpoint are ever under way, so one that hangs
keeps a few threads and not all, and those that fail have threads of their own. What was sent is
written down afterwards; whoever dies in between leaves an event that is sent again, under the id
it had.
"""

import json
import logging
import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from counterfoil.conf import conf
from counterfoil.effects.outgoing import NotReached, NotTried, Receipt, notify
from counterfoil.effects.webhook_results import put_off, record
from counterfoil.models import WebhookDelivery
from counterfoil.queries.events import envelope
from counterfoil.rules.redaction import redact
from counterfoil.rules.webhooks import signed

LEASE = timedelta(minutes=2)  # longer than any call may take
ANSWER_SHOWN = 300  # characters
USER_AGENT = "Counterfoil"

log = logging.getLogger(__name__)


class Lane(Enum):
    """Which endpoints a thread serves, and how many events of one may be under way."""

    WELL = "well", 2
    FAILING = "failing", 1

    @property
    def most(self) -> int:
        """Give how many events of one endpoint may be under way."""
        return self.value[1]


PICK = """
SELECT w.id FROM counterfoil_webhookendpoint w
 WHERE w.ended_at IS NULL
   AND (w.failing_since IS NOT NULL) = %(failing)s
   AND EXISTS (SELECT FROM counterfoil_webhookdelivery d
                WHERE d.endpoint_id = w.id AND d.delivered_at IS NULL AND d.gave_up_at IS NULL
                  AND d.due_at <= %(at)s
                  AND (d.is_trial OR w.disabled_at IS NULL
                       AND coalesce(w.rests_until <= %(at)s, true)))
   AND (SELECT count(*) FROM counterfoil_webhookdelivery d
         WHERE d.endpoint_id = w.id AND d.leased_until > %(at)s) < %(most)s
 ORDER BY random() LIMIT 1
   FOR NO KEY UPDATE OF w SKIP LOCKED
"""

# A statement of its own: it sees what whoever had the endpoint before has taken.
TAKE = """
WITH due AS (
    SELECT d.id FROM counterfoil_webhookdelivery d
      JOIN counterfoil_webhookendpoint w ON w.id = d.endpoint_id
     WHERE d.endpoint_id = %(endpoint)s AND d.delivered_at IS NULL AND d.gave_up_at IS NULL
       AND d.due_at <= %(at)s
       AND (d.is_trial OR w.disabled_at IS NULL AND coalesce(w.rests_until <= %(at)s, true))
       AND (%(only)s::bigint IS NULL OR d.id = %(only)s)
       AND (SELECT count(*) FROM counterfoil_webhookdelivery o
             WHERE o.endpoint_id = %(endpoint)s AND o.leased_until > %(at)s) < %(most)s
     ORDER BY d.due_at, d.id LIMIT 1
       FOR UPDATE OF d SKIP LOCKED
)
UPDATE counterfoil_webhookdelivery d
   SET attempts = d.attempts + 1, due_at = %(until)s, leased_until = %(until)s
  FROM due WHERE d.id = due.id
RETURNING d.id
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one call: a status and how the answer begins, or why there was none."""

    status: int | None
    milliseconds: int
    error: str = ""
    answer: str = ""

    @property
    def is_taken(self) -> bool:
        """Tell whether the endpoint has taken it."""
        return self.status is not None and 200 <= self.status < 300


def send_webhooks(lane: Lane, *, at: datetime, limit: int = 20) -> int:
    """Send what is due to the endpoints of a lane, one by one; gives how many were tried."""
    done = 0
    while done < limit and (delivery := _taken(lane, at)) is not None:
        _deliver(delivery, at)
        done += 1
    return done


def send_now(delivery: WebhookDelivery, *, at: datetime) -> None:
    """Send this one and wait for what comes of it, unless somebody is at it."""
    with transaction.atomic():
        mine = _take(delivery.endpoint_id, at, most=1_000, only=delivery.pk)
    if mine is not None:
        _deliver(mine, at)


@transaction.atomic
def _taken(lane: Lane, at: datetime) -> WebhookDelivery | None:
    """Take one event that is due, of any endpoint that has none too many under way."""
    given: dict[str, Any] = {"failing": lane is Lane.FAILING, "at": at, "most": lane.most}
    with connection.cursor() as cursor:
        cursor.execute(PICK, given)
        found = cursor.fetchone()
    return _take(found[0], at, most=lane.most) if found else None


def _take(
    endpoint_id: UUID, at: datetime, *, most: int, only: int | None = None
) -> WebhookDelivery | None:
    given: dict[str, Any] = {"endpoint": endpoint_id, "at": at, "most": most, "only": only}
    with connection.cursor() as cursor:
        cursor.execute(TAKE, given | {"until": at + LEASE})
        found = cursor.fetchone()
    if found is None:
        return None
    mine = WebhookDelivery.objects.filter(pk=found[0])
    delivery = mine.select_related("endpoint", "event").first()
    if delivery is None:
        mine.delete()  # its event is gone: whoever is next is not to find it again
    return delivery


def _deliver(delivery: WebhookDelivery, at: datetime) -> None:
    try:
        outcome = _sent(delivery, at)
    except NotTried:
        put_off(delivery, at=at)
        return
    if not outcome.is_taken:
        log.info("event %s was not taken: %s", delivery.event_id, outcome.error or outcome.status)
    record(
        delivery,
        status=outcome.status,
        milliseconds=outcome.milliseconds,
        error=outcome.error,
        answer=outcome.answer,
        is_taken=outcome.is_taken,
        chance=random.random(),  # noqa: S311 - nobody guesses it, and nobody gains
        at=at,
    )


def _sent(delivery: WebhookDelivery, at: datetime) -> Outcome:
    began = time.monotonic()
    try:
        receipt = _call(delivery, at)
    except NotReached as reason:
        if isinstance(reason, NotTried) and not delivery.is_trial:  # somebody waits for a trial
            raise
        return Outcome(None, _since(began), error=str(reason))
    except Exception as error:
        log.exception("event %s could not be sent", delivery.event_id)
        return Outcome(None, _since(began), error=f"It could not be sent ({type(error).__name__}).")
    shown = redact(receipt.text.replace("\x00", ""))[:ANSWER_SHOWN]
    return Outcome(receipt.status, _since(began), answer=shown)


def _call(delivery: WebhookDelivery, at: datetime) -> Receipt:
    endpoint = delivery.endpoint
    body = json.dumps(envelope(delivery.event), ensure_ascii=False).encode()
    secrets = [one.text for one in endpoint.secrets(at=at)]
    if not secrets:  # it was ended since this was taken
        raise NotReached("The endpoint has no secret any more.")
    headers = signed(str(delivery.event_id), body, secrets, at=at) | {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
    }
    return notify(endpoint.url, body, headers, allows_loopback=conf.WEBHOOKS_ALLOW_LOOPBACK)


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1_000)
