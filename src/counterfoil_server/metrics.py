"""
Figures for Prometheus: the requests of all processes of this machine, and how the whole stands.

What waits is counted in the database when it is asked for, so every process gives the same, and a
worker needs no port. Names of routes are labels, addresses never are: there may be anything in
one.
"""

import logging
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest, values
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from counterfoil.queries.standing import (
    downstream_down,
    open_cases,
    set_aside,
    waiting,
    worker_seen,
)

from .probes import knows_token
from .request_ids import route_of

log = logging.getLogger(__name__)

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds

_own = CollectorRegistry()
REQUESTS = Counter(
    "counterfoil_requests",
    "Requests that were answered.",
    ("method", "route", "status"),
    registry=_own,
)
SECONDS = Histogram(
    "counterfoil_request_seconds",
    "How long answering took.",
    ("method", "route"),
    buckets=BUCKETS,
    registry=_own,
)


class Measured:
    """Counts every request and how long it took, and answers ``/metrics``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stand around the views."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let it be answered, and count it by its route."""
        if request.path_info == "/metrics" and request.method == "GET":
            return measured(request)
        started = time.perf_counter()
        response = self.get_response(request)
        method, route = request.method or "", route_of(request)
        if method not in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}:
            method = "other"  # whoever asks may invent them
        REQUESTS.labels(method, route, str(response.status_code)).inc()
        SECONDS.labels(method, route).observe(time.perf_counter() - started)
        return response


def measured(request: HttpRequest) -> HttpResponse:
    """Give the figures to whoever knows the token."""
    if not knows_token(request):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(exposition(), content_type=CONTENT_TYPE)


class Standing:
    """Asks the database how the whole stands, each time the figures are wanted."""

    def collect(self) -> Iterator[Any]:
        """Give a family of gauges for each kind; if the database does not answer, say just that."""
        try:
            found, answers = [*self._ask()], 1.0
        except DatabaseError as fault:
            log.warning("no figures of the database: %s", type(fault).__name__)
            found, answers = [], 0.0
        yield GaugeMetricFamily(
            "counterfoil_database_answers", "Whether the database does.", value=answers
        )
        yield from found

    def _ask(self) -> Iterator[Any]:
        now = timezone.now()
        found = waiting(now=now)
        yield _family(
            "waiting", "What waits to be done.", {name: one.count for name, one in found.items()}
        )
        yield _family(
            "waiting_seconds",
            "For how long the oldest of it has waited.",
            {name: one.seconds for name, one in found.items()},
        )
        yield _family("set_aside", "What was given up, and waits for a person.", set_aside())
        yield _family("open_exceptions", "Open exceptions, by kind.", open_cases())
        seen = worker_seen(now=now)
        yield GaugeMetricFamily(
            "counterfoil_worker_seen_seconds",
            "How long ago a worker was last seen; -1 if there was none.",
            value=-1.0 if seen is None else seen,
        )
        yield GaugeMetricFamily(
            "counterfoil_downstream_down_seconds",
            "For how long the host's system has not answered.",
            value=downstream_down(now=now),
        )


def exposition() -> bytes:
    """Write all figures as Prometheus reads them."""
    registry = CollectorRegistry()
    if values.ValueClass is not values.MutexValue:  # several processes share a directory
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry.register(_own)
    registry.register(Standing())
    return generate_latest(registry)


def _family(name: str, says: str, found: Any) -> Any:
    family = GaugeMetricFamily(f"counterfoil_{name}", says, labels=("kind",))
    for kind, number in sorted(found.items()):
        family.add_metric((kind,), float(number))
    return family
