"""Telling other systems: webhooks as they are sent, beside the same calls with nothing else."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from django.db import transaction

from bench.suite.figures import Figure, Sizes, hang_up, in_turns, medians, ratio, timed
from bench.suite.web import served_empty
from counterfoil.effects.outgoing import notify
from counterfoil.effects.publishing import publish
from counterfoil.effects.webhooks import Lane, send_webhooks
from counterfoil.models import WebhookDelivery
from counterfoil.operations._announcing import announce
from counterfoil.operations.make_webhook_endpoint import make_webhook_endpoint
from counterfoil.rules.events import EventType
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.webhooks import EndpointSettings, signed
from counterfoil.testing.builders import now

THREADS = 3  # as many as a worker has for endpoints that are well
ENDPOINTS = 4
SECRET = "whsec_" + "A" * 43 + "="


def send_events(sizes: Sizes) -> Iterator[Figure]:
    """Send events to endpoints on this machine, beside signed calls of the same listener."""
    events = max(sizes.requests // (ENDPOINTS * 2), 1)
    sent = events * ENDPOINTS
    with served_empty(workers=sizes.workers, threads=sizes.threads) as listener:
        url = f"http://127.0.0.1:{listener.port}/events"
        for _ in range(ENDPOINTS):
            wanted = EndpointSettings(url=url, takes_tests=True)
            make_webhook_endpoint(wanted=wanted, partner=None, by=SYSTEM, at=now())

        def told() -> float:
            _happen(events)
            seconds = timed(lambda: _at_once(_send_all))
            _refuse_left_over()
            return sent / seconds

        def called() -> float:
            each = sent // THREADS
            return each * THREADS / timed(lambda: _at_once(lambda: _call(url, each)))

        measured = in_turns(sizes.rounds, {"webhooks/s": told, "signed calls/s": called})
    yield Figure(
        name="send webhooks",
        measured=f"of signed calls of the same listener, {THREADS} threads each",
        value=ratio(measured, "webhooks/s", "signed calls/s"),
        numbers=medians(measured),
    )


def _happen(events: int) -> None:
    with transaction.atomic():
        for number in range(events):
            announce(EventType.PARTNER_OPENED, {"name": f"Bench {number}"}, at=now())
    while publish():
        pass


def _at_once(act: Callable[[], None]) -> None:
    def whole() -> None:
        act()
        hang_up()

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(whole) for _ in range(THREADS)]:
            done.result()


def _send_all() -> None:
    while send_webhooks(Lane.WELL, at=now()):
        pass


def _call(url: str, count: int) -> None:
    told = {"type": "partner.opened", "timestamp": now().isoformat(), "data": {"name": "Bench"}}
    for _ in range(count):
        body = json.dumps(told).encode()
        headers = signed(str(uuid4()), body, [SECRET], at=now())
        notify(url, body, headers | {"Content-Type": "application/json"}, allows_loopback=True)


def _refuse_left_over() -> None:
    """
    Refuse a round in which something was not taken.

    :raises RuntimeError: if there is any; what is not sent is not fast.
    """
    if left := WebhookDelivery.objects.filter(delivered_at=None).count():
        raise RuntimeError(f"{left} events were not taken.")
