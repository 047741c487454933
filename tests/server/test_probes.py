"""What machines are told: that it lives, that it can work, and how it stands."""

import json
import logging
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from counterfoil.effects.worker import Loop, Worker, outbox
from counterfoil.models import Event, ExceptionCase
from counterfoil.operations.park import park
from counterfoil.queries.standing import LOOKED_AT, lacking_keys
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.people import SYSTEM
from counterfoil.testing.builders import issue_many, now
from counterfoil_server import metrics, telemetry
from counterfoil_server.logs import JSONFormatter
from counterfoil_server.metrics import Measured
from counterfoil_server.request_ids import NameRequest, RequestIds
from tests.records import unchanged
from tests.rings import with_second

pytestmark = pytest.mark.django_db
TOKEN = "Bearer a-token-of-the-tests"


@pytest.fixture(autouse=True)
def known_and_alone(settings: Any, db: None) -> None:
    with connection.cursor() as cursor:  # of a worker that another test killed
        cursor.execute("DELETE FROM procrastinate_workers")
    settings.METRICS_TOKEN = TOKEN.removeprefix("Bearer ")


def ready(client: Client, authorization: str = TOKEN) -> tuple[int, dict[str, Any]]:
    headers = {"Host": "10.0.0.7:8000", "Authorization": authorization}
    response = client.get("/readyz", headers=headers)
    return response.status_code, json.loads(response.content)


def test_it_is_ready_and_says_who_works(client: Client) -> None:
    issue_many(1)
    with unchanged():
        status, told = ready(client)
    assert (status, told["ready"]) == (200, True)
    assert told["worker"] == "never seen"
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    assert ready(client)[1]["worker"].startswith("seen ")


def test_it_is_not_ready_before_the_tables_are_there(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name = '0037_events'")
    status, told = ready(client)
    assert (status, told["ready"]) == (503, False)
    assert "1 not applied" in told["migrations"]


def test_what_is_missing_is_told_to_nobody_else_and_logged_once(
    client: Client, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    issue_many(1)
    for authorization in ("", "Bearer ", "Bearer another", "Bearer Ünknown"):
        assert ready(client, authorization) == (200, {"ready": True})
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name = '0037_events'")
    assert ready(client, "") == ready(client, "") == (503, {"ready": False})
    said = [one.getMessage() for one in caplog.records if "ready" in one.getMessage()]
    assert said == ["not ready: migrations 1 not applied: run `counterfoil migrate`"]

    settings.METRICS_TOKEN = ""  # nobody has one: nobody is told
    assert ready(client, "Bearer ") == (503, {"ready": False})


def test_it_is_not_ready_with_the_keys_of_another_time(client: Client, settings: Any) -> None:
    issue_many(1)
    settings.COUNTERFOIL_KEYS = with_second() | {"seal": {"9": with_second()["seal"]["1"]}}
    status, told = ready(client)
    assert (status, told["keys"]) == (503, "lacks seal/1")


def test_without_a_database_it_lives_but_is_not_ready(client: Client) -> None:
    def away(*_given: Any) -> None:
        raise OperationalError("gone")

    with connection.execute_wrapper(away):
        said = metrics.exposition().decode()
        assert "counterfoil_database_answers 0.0" in said
        assert "counterfoil_waiting" not in said
        found = ready(client)
        assert found == (503, {"ready": False, "database": "does not answer (OperationalError)"})
        assert client.get("/healthz").status_code == 200


def test_figures_are_for_whoever_knows_the_token(client: Client, settings: Any) -> None:
    assert client.get("/metrics").status_code == 404
    settings.MIDDLEWARE = [f"{Measured.__module__}.Measured", *settings.MIDDLEWARE]
    settings.METRICS_TOKEN = TOKEN.removeprefix("Bearer ")
    client = Client()  # it knows the middleware of its first request
    assert client.get("/metrics").status_code == 401
    issue_many(2)
    park(kind=ExceptionKind.JOB_FAILED, key="x", evidence={}, by=SYSTEM, at=now())
    assert ExceptionCase.objects.count() == 1

    with unchanged():
        said = client.get("/metrics", headers={"Authorization": TOKEN}).content.decode()

    assert "counterfoil_database_answers 1.0" in said
    assert 'counterfoil_waiting{kind="entries"} 2.0' in said
    events = Event.objects.count()  # of the purchase, and of the case
    assert events > 0
    assert f'counterfoil_waiting{{kind="events"}} {float(events)}' in said
    assert 'counterfoil_waiting{kind="webhooks"} 0.0' in said
    assert 'counterfoil_open_exceptions{kind="job_failed"} 1.0' in said
    assert "counterfoil_worker_seen_seconds -1.0" in said


def test_requests_are_counted_by_route_and_never_by_address(client: Client, settings: Any) -> None:
    settings.MIDDLEWARE = [f"{Measured.__module__}.Measured", *settings.MIDDLEWARE]
    settings.METRICS_TOKEN = TOKEN.removeprefix("Bearer ")
    client.get("/console/purchases/7K3M-9QXT-2B5N-RWE0/")
    client.get("/7K3M-9QXT-2B5N-RWE0")

    said = metrics.exposition().decode()

    assert 'counterfoil_requests_total{method="GET",route="none",status="404"}' in said
    assert "7K3M" not in said


def test_a_span_says_nothing_a_code_could_be_in(client: Client, settings: Any) -> None:
    exporter, trace = spans()
    settings.MIDDLEWARE = [f"{telemetry.__name__}.Spans", *settings.MIDDLEWARE]
    address = "/c/?code=7K3M-9QXT-2B5N-RWE0"
    client.get(address, headers={"traceparent": f"00-{'a' * 32}-{'b' * 16}-01", "Cookie": address})
    client.post("/7K3M-9QXT-2B5N-RWE0", {"code": "7K3M-9QXT-2B5N-RWE0"})

    found = exporter.get_finished_spans()

    assert len(found) == 2
    assert f"{found[0].context.trace_id:x}" == "a" * 32
    assert all("7K3M" not in span.to_json() for span in found)
    assert found[1].attributes["http.response.status_code"] in (403, 404)
    assert trace is not None


def test_a_turn_of_the_worker_is_a_span_if_it_did_something(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    exporter, _ = spans()
    monkeypatch.setattr(Worker, "turn", Worker.turn)  # put back afterwards
    telemetry.watch_workers()

    def fails() -> int:
        raise OperationalError("no 7K3M-9QXT-2B5N-RWE0")

    issue_many(2)
    assert Worker.turn(Loop("idle", lambda: 0)) == 0
    assert Worker.turn(Loop("outbox", outbox)) == 4  # two sealed, two dispatched
    with pytest.raises(OperationalError):
        Worker.turn(Loop("broken", fails))

    found = {one.name: one for one in exporter.get_finished_spans()}
    assert set(found) == {"worker outbox", "worker broken"}
    assert found["worker outbox"].attributes["counterfoil.done"] == 4
    assert found["worker outbox"].attributes["counterfoil.statements"] > 0
    assert found["worker broken"].attributes["error.type"] == "OperationalError"
    assert all("7K3M" not in one.to_json() for one in found.values())


def spans() -> tuple[Any, Any]:
    """Let spans be kept here; how they are exported can be said once in a process only."""
    sdk = pytest.importorskip("opentelemetry.sdk.trace")
    memory = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")
    export = pytest.importorskip("opentelemetry.sdk.trace.export")
    trace = pytest.importorskip("opentelemetry.trace")
    if not isinstance(trace.get_tracer_provider(), sdk.TracerProvider):
        trace.set_tracer_provider(sdk.TracerProvider())
    exporter = memory.InMemorySpanExporter()
    trace.get_tracer_provider().add_span_processor(export.SimpleSpanProcessor(exporter))
    return exporter, trace


def test_every_answer_and_every_line_of_its_log_has_the_name_of_the_request(
    client: Client,
) -> None:
    lines: list[str] = []

    def view(_request: Any) -> Any:
        record = logging.makeLogRecord({"msg": "sold"})
        NameRequest().filter(record)
        lines.append(JSONFormatter().format(record))
        return client.get("/healthz")

    name = client.get("/healthz").headers["X-Request-ID"]
    assert len(name) == 32
    given = "0af7651916cd43dd8448eb211c80319c"
    assert client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given
    hidden = {"X-Request-ID": "7K3M-9QXT-2B5N-RWE0"}
    assert "7K3M" not in client.get("/healthz", headers=hidden).headers["X-Request-ID"]

    request = client.get("/healthz").wsgi_request
    answer = RequestIds(view)(request)
    assert json.loads(lines[0])["request_id"] == answer.headers["X-Request-ID"]


def test_keys_are_looked_for_in_so_many_rows_and_no_further() -> None:
    issue_many(1)
    with CaptureQueriesContext(connection) as asked:
        assert lacking_keys() == ()

    assert asked.captured_queries
    assert all(" WHERE " not in one["sql"] for one in asked.captured_queries)
    assert all(f"LIMIT {LOOKED_AT}" in one["sql"] for one in asked.captured_queries)
