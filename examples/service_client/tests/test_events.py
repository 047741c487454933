"""What Houndwell makes of events: only genuine ones, in the order of their versions, and once."""

import base64
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from houndwell.__main__ import keep_up
from houndwell.lab import Lab
from houndwell.service import Counterfoil, Refused
from houndwell.signed import is_signed, signature
from houndwell.store import Store

SECRET = "whsec_" + base64.b64encode(b"0123456789abcdef0123456789abcdef").decode()
OTHER = "whsec_" + base64.b64encode(b"another key, which is of no use.").decode()
NOW = 1_800_000_000.0
BODY = b'{"type": "entitlement.assigned"}'


class Service:
    """Answers which dog it is for, and one page of the feed after the other."""

    def __init__(self) -> None:
        self.pages: list[list[dict[str, Any]]] = []
        self.asked: list[str | None] = []
        self.refusal = ""
        self.meanwhile: Callable[[], object] = lambda: None

    def dog_of(self, entitlement: str) -> str | None:
        self.meanwhile()
        return None if entitlement == "ent_2" else "Miso"

    def events(self, *, after: str | None, types: Sequence[str]) -> Any:
        self.asked.append(after)
        if after and self.refusal:
            raise Refused(self.refusal, "Begin anew.")
        place = int(after or 0)
        events = self.pages[place] if place < len(self.pages) else []
        cursor = min(place + 1, len(self.pages))
        return {"events": events, "cursor": str(cursor), "more": cursor < len(self.pages)}


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def lab(service: Service) -> Lab:
    store = Store(":memory:")
    store.write("INSERT INTO kits (entitlement, holder) VALUES ('ent_1', 'ann@example.com')")
    return Lab(store, service)  # type: ignore[arg-type]  # it answers what a lab asks


def event(kind: str, state: str, version: int) -> dict[str, Any]:
    told = {"entitlement": "ent_1", "state": state, "version": version}
    return {"id": f"{kind}-{version}", "type": f"entitlement.{kind}", "data": told}


ASSIGNED, REVOKED = event("assigned", "assigned", 2), event("revoked", "revoked", 4)
MISO = ("ann@example.com", "Miso")


def samples(lab: Lab) -> list[tuple[str, ...]]:
    return lab.store.rows("SELECT holder, dog FROM samples")


def test_the_same_event_twice_makes_one_sample(lab: Lab) -> None:
    assert [lab.take(ASSIGNED), lab.take(ASSIGNED)] == [True, False]
    assert samples(lab) == [MISO]


def test_older_news_undoes_nothing(lab: Lab) -> None:
    lab.take(REVOKED)
    lab.take(ASSIGNED)
    assert samples(lab) == []


def test_a_withdrawal_removes_it(lab: Lab) -> None:
    lab.take(ASSIGNED)
    lab.take(REVOKED)
    assert samples(lab) == []


def test_an_event_of_nothing_we_know_does_nothing(lab: Lab) -> None:
    assert lab.take({"id": "1", "type": "endpoint.tested", "data": {}}) is False


def test_the_feed_is_read_on_from_where_we_were(lab: Lab, service: Service) -> None:
    service.pages = [[ASSIGNED], []]
    assert lab.catch_up() == 1
    service.pages.append([REVOKED])

    assert lab.catch_up() == 1
    assert service.asked == [None, "1", "2"]
    assert samples(lab) == []


def test_whoever_is_cut_off_reads_the_page_again_and_knows_what_it_did(
    lab: Lab, service: Service
) -> None:
    broken = {"id": "3", "type": "entitlement.changed", "data": {"entitlement": "ent_1"}}
    service.pages = [[ASSIGNED, broken]]
    with pytest.raises(KeyError):
        lab.catch_up()
    service.pages = [[ASSIGNED, REVOKED]]

    assert lab.catch_up() == 1
    assert service.asked == [None, None]
    assert samples(lab) == []


@pytest.mark.parametrize("code", ["events_forgotten", "cursor_unknown"])
def test_after_too_long_it_compares_and_begins_anew(lab: Lab, service: Service, code: str) -> None:
    service.pages = [[]]
    lab.catch_up()
    lab.store.write("INSERT INTO kits (entitlement, holder) VALUES ('ent_2', 'ben@example.com')")
    lab.store.write("INSERT INTO samples VALUES ('ent_2', 'ben@example.com', 'Otto')")
    service.refusal = code

    assert lab.catch_up() == 0
    assert service.asked == [None, "1", None]
    assert samples(lab) == [MISO], "whatever the events would have said"


def test_what_a_webhook_tells_while_it_compares_is_not_undone(lab: Lab, service: Service) -> None:
    service.pages = [[ASSIGNED]]
    lab.catch_up()
    service.refusal, service.meanwhile = "events_forgotten", lambda: lab.take(REVOKED)

    lab.catch_up()

    assert samples(lab) == [], "the kit was refunded"


class Proxy(BaseHTTPRequestHandler):
    """Stands between, and has lost what stands behind it."""

    def do_GET(self) -> None:
        """Answer in HTML, as proxies do."""
        self.send_response(502)
        self.end_headers()
        self.wfile.write(b"<html><h1>502 Bad Gateway</h1></html>")

    def log_message(self, *_said: object) -> None:
        """Keep quiet."""


@contextmanager
def proxy() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Proxy)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_answer_of_a_proxy_ends_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with proxy() as site:
        theirs = Counterfoil(site, sells="k-1", serves="k-2")
        with pytest.raises(Refused, match="502") as refused:
            theirs.dog_of("ent_1")
        keep_up(Lab(Store(":memory:"), theirs))

    assert refused.value.code == "unreadable"
    assert "Could not read the feed" in capsys.readouterr().err


def test_a_page_it_does_not_understand_ends_nothing(lab: Lab, service: Service) -> None:
    service.pages = [[{"id": "3"}]]
    keep_up(lab)
    service.pages = [[ASSIGNED]]
    keep_up(lab)
    assert samples(lab) == [MISO]


def headers(secret: str, *, at: float = NOW) -> dict[str, str]:
    made = signature(f"msg_1.{int(at)}.".encode() + BODY, secret).decode()
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at)),
        "webhook-signature": f"v1,bm90IHRoaXMgb25l v1,{made}",
    }


@pytest.mark.parametrize(
    ("body", "given", "is_right"),
    [
        (BODY, headers(SECRET), True),
        (BODY, headers(OTHER), False),
        (BODY + b" ", headers(SECRET), False),
        (BODY, headers(SECRET, at=NOW - 301), False),
        (BODY, headers(SECRET) | {"webhook-timestamp": "yesterday"}, False),
        (BODY, {}, False),
    ],
    ids=["right", "another secret", "another body", "old", "no time", "unsigned"],
)
def test_only_what_counterfoil_signed_just_now_is_heard(
    body: bytes, given: dict[str, str], is_right: bool
) -> None:
    assert is_signed(body, given, secrets=(SECRET,), now=NOW) is is_right
