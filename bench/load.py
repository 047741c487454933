"""
The load client: many connections, one thread, as little work for each request as Python can do.

It runs as a process of its own and reads one JSON object from its input: ``host``, ``port``,
``connections`` and ``requests``, which are sent as they are, each once. It writes one JSON object:
how long it took, how many answers had which status, and how long each took.
"""

import json
import re
import selectors
import socket
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from time import perf_counter

_HEAD_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_WITHIN = 30.0  # seconds for any one answer


@dataclass(slots=True)
class Line:
    """One kept-alive connection, with what it waits for."""

    socket: socket.socket
    received: bytearray = field(default_factory=bytearray)
    sent_at: float = 0.0

    def send(self, request: bytes) -> None:
        """Send the next request."""
        self.received.clear()
        self.sent_at = perf_counter()
        self.socket.sendall(request)

    def answer(self) -> bytes | None:
        """Read what has come; give the answer once it is whole."""
        more = self.socket.recv(65_536)
        if not more:
            raise ConnectionError("The server hung up.")
        self.received += more
        end = self.received.find(_HEAD_END)
        if end < 0:
            return None
        length = _LENGTH.search(self.received, 0, end)
        whole = end + len(_HEAD_END) + (int(length[1]) if length else 0)
        return bytes(self.received) if len(self.received) >= whole else None


def run(host: str, port: int, connections: int, requests: Iterator[bytes]) -> dict[str, object]:
    """Send every request once, over so many connections, and tell how it went."""
    waiting = selectors.DefaultSelector()
    statuses: Counter[str] = Counter()
    took: list[float] = []
    lines = [Line(socket.create_connection((host, port))) for _ in range(connections)]
    started = perf_counter()
    for line, request in zip(lines, requests, strict=False):
        line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        waiting.register(line.socket, selectors.EVENT_READ, line)
        line.send(request)
    while waiting.get_map():
        ready = waiting.select(_WITHIN)
        if not ready:
            raise TimeoutError("No answer in time.")
        for key, _ in ready:
            line = key.data
            answer = line.answer()
            if answer is None:
                continue
            took.append(perf_counter() - line.sent_at)
            statuses[answer[9:12].decode()] += 1
            if (following := next(requests, None)) is not None:
                line.send(following)
            else:
                waiting.unregister(line.socket)
    seconds = perf_counter() - started
    for line in lines:
        line.socket.close()
    return {"seconds": seconds, "statuses": statuses, "took": took}


if __name__ == "__main__":
    given = json.load(sys.stdin)
    texts = (text.encode() for text in given["requests"])
    json.dump(run(given["host"], given["port"], given["connections"], texts), sys.stdout)
