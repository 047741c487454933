"""
A span for every request and for every turn of the worker that did something, if ``TELEMETRY`` asks.

Where spans go, OpenTelemetry's own variables say.

Only what is named here gets into a span. Addresses, statements, exceptions' texts and headers do
not: a code may stand in any of them.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from opentelemetry import propagate, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, Status, StatusCode

from counterfoil.effects.worker import Loop, Worker

from . import request_ids
from .request_ids import route_of


def export() -> None:
    """Begin to send spans, once in each process, unless somebody has set up how already."""
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        provider = TracerProvider()
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        trace.set_tracer_provider(provider)


class Spans:
    """Writes a span for every request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        """Stand around the views."""
        self.get_response = get_response
        export()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let it be answered, as a part of the trace that its caller began."""
        given = request.headers.get("traceparent", "")
        parent = propagate.extract({"traceparent": given}) if given else None
        tracer = trace.get_tracer("counterfoil")
        with tracer.start_as_current_span(
            "request",
            context=parent,
            kind=SpanKind.SERVER,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            with _statements() as counted:
                response = self.get_response(request)
            method, route = request.method or "", route_of(request)
            span.update_name(f"{method} {route}")
            span.set_attributes(
                {
                    "http.request.method": method,
                    "http.route": route,
                    "http.response.status_code": response.status_code,
                    "counterfoil.request_id": request_ids.current(),
                    "counterfoil.statements": counted[0],
                    "counterfoil.statements_seconds": round(counted[1], 6),
                }
            )
            if response.status_code >= 500:
                span.set_status(Status(StatusCode.ERROR))
        return response


def watch_workers() -> None:
    """Have every worker of this process write spans from now on."""
    export()
    Worker.turn = staticmethod(_watched)


def _watched(loop: Loop) -> int:
    """Let a loop have its turn; one in which there was nothing to do leaves no trace."""
    began, done, fault = time.time_ns(), 0, ""
    with _statements() as counted:
        try:
            done = loop.work()
        except Exception as error:
            fault = type(error).__name__
            raise
        finally:
            if done or fault:
                _tell_turn(loop.name, began, done, fault, counted)
    return done


def _tell_turn(name: str, began: int, done: int, fault: str, counted: list[Any]) -> None:
    span = trace.get_tracer("counterfoil").start_span(f"worker {name}", start_time=began)
    span.set_attributes(
        {
            "counterfoil.loop": name,
            "counterfoil.done": done,
            "counterfoil.statements": counted[0],
            "counterfoil.statements_seconds": round(counted[1], 6),
        }
    )
    if fault:
        span.set_attribute("error.type", fault)
        span.set_status(Status(StatusCode.ERROR))
    span.end()


@contextmanager
def _statements() -> Iterator[list[Any]]:
    """Count the statements of this thread, and how long they take; never what they say."""
    counted: list[Any] = [0, 0.0]

    def watch(execute: Callable[..., Any], *call: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(*call)
        finally:
            counted[0] += 1
            counted[1] += time.perf_counter() - started

    with connection.execute_wrapper(watch):
        yield counted
