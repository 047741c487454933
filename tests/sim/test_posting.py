"""Deliveries over a real wire, in the background as in a demo."""

import queue
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import stripe

from counterfoil_sim import Deliveries, Simulator
from counterfoil_sim.posting import post
from tests.simulated import SECRET


class Listener(ThreadingHTTPServer):
    """A shop that listens, and answers with the status that is in the path."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.received: queue.Queue[tuple[str, str, bytes]] = queue.Queue()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class Handler(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.received.put((self.path, self.headers["Stripe-Signature"] or "", body))
        self.send_response(int(self.path.split("/")[1].split("?")[0]))
        self.send_header("Location", "/200")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield listener
    listener.shutdown()
    thread.join()
    listener.server_close()


def test_gives_the_status_and_follows_nothing(listener: Listener) -> None:
    assert post(f"{listener.url}/204?a=1", b"x", {}) == 204
    assert post(f"{listener.url}/302", b"x", {}) == 302
    assert [listener.received.get(timeout=60)[0] for _ in range(2)] == ["/204?a=1", "/302"]
    assert listener.received.empty()


def test_gives_nothing_where_nobody_listens() -> None:
    assert post("http://127.0.0.1:9/hook", b"x", {}) == 0


def test_delivers_in_the_background(listener: Listener) -> None:
    simulator = Simulator()
    deliveries = Deliveries(simulator, url=f"{listener.url}/200", secret=SECRET)
    deliveries.start()
    event = simulator.emit("refund.created", {"id": "re_x"})

    _, signature, body = listener.received.get(timeout=60)
    deliveries.stop()

    assert stripe.Webhook.construct_event(body, signature, SECRET).id == event["id"]
    assert event["id"] in simulator.store.delivered
