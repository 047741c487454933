"""The bench counts right. How long anything takes is no business of tests."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from bench.suite.figures import Figure, in_turns, percentile, ratio

from bench import load


class Ok(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[int]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Ok) as server:
        serving = threading.Thread(target=server.serve_forever)
        serving.start()
        yield server.server_port
        server.shutdown()
        serving.join()


def test_the_load_client_counts_every_answer(port: int) -> None:
    request = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"

    found = load.run("127.0.0.1", port, 2, iter([request] * 5))

    assert found["statuses"] == {"200": 5}


def test_sides_are_measured_in_turns_after_one_round_nobody_counts() -> None:
    asked: list[str] = []

    def side(name: str, value: float) -> float:
        asked.append(name)
        return value

    measured = in_turns(2, {"ours": lambda: side("ours", 1), "theirs": lambda: side("theirs", 4)})

    assert measured == {"ours": [1, 1], "theirs": [4, 4]}
    assert len(asked) == 6
    assert asked[2:] == ["ours", "theirs", "theirs", "ours"]
    assert ratio(measured, "ours", "theirs") == 0.25


def test_a_verdict_is_about_the_target() -> None:
    assert Figure(name="x", measured="y", value=2, target=1).verdict == "met"
    assert Figure(name="x", measured="y", value=2, target=1, at_most=True).verdict == "not met"
    assert Figure(name="x", measured="y", value=2).verdict == ""


def test_percentiles_stay_among_the_values() -> None:
    assert percentile([3, 1, 2], 0.99) == 3
    assert percentile([3, 1, 2], 0.0) == 1
