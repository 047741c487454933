"""An endpoint that is enabled while events are given their places misses none."""

import threading
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from django.db import connection, connections, transaction

from counterfoil.effects.publishing import publish
from counterfoil.models import WebhookEndpoint
from counterfoil.operations import enable_webhook_endpoint as enabling
from counterfoil.operations._announcing import announce
from counterfoil.operations.disable_webhook_endpoint import disable_webhook_endpoint
from counterfoil.operations.enable_webhook_endpoint import enable_webhook_endpoint
from counterfoil.rules.events import EventType
from counterfoil.rules.webhooks import DisabledWhy, Missed
from counterfoil.testing.builders import OPERATOR, now
from tests.webhooks import an_endpoint, told

pytestmark = pytest.mark.django_db(transaction=True)
WAITING = """
SELECT count(*) FROM pg_locks
 WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def disabled() -> WebhookEndpoint:
    endpoint = an_endpoint("https://hooks.example/x").endpoint
    disable_webhook_endpoint(
        endpoint_id=endpoint.pk, why=DisabledWhy.STAFF, reason="x", by=OPERATOR, at=now()
    )
    publish()
    return endpoint


def enable(endpoint_id: UUID, at: datetime) -> None:
    try:
        enable_webhook_endpoint(endpoint_id=endpoint_id, missed=Missed.SEND, by=OPERATOR, at=at)
    finally:
        connections.close_all()


def enabled_meanwhile(endpoint: WebhookEndpoint) -> bool:
    """Enable it while an event has its place that nobody else can see; was it told of it?"""
    with transaction.atomic():
        event = announce(EventType.PARTNER_OPENED, {}, at=now())
        assert publish() == 1
        other = threading.Thread(target=enable, args=[endpoint.pk, now()])
        other.start()
        for _ in range(5_000):
            if not other.is_alive() or _waits():
                break
    other.join()
    endpoint.refresh_from_db()
    assert endpoint.disabled_at is None
    return event.pk in told(endpoint)


def _waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.001)")
        cursor.execute(WAITING)
        [found] = cursor.fetchone()
    return bool(found)


def test_what_is_numbered_meanwhile_is_not_missed() -> None:
    assert enabled_meanwhile(disabled())


def test_without_holding_the_feed_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing: Callable[[], None] = lambda: None  # noqa: E731
    monkeypatch.setattr(enabling, "hold_feed", nothing)

    assert not enabled_meanwhile(disabled())
