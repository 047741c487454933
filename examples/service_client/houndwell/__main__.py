"""Houndwell's own process: a page to try it, the same as JSON, and the door for webhooks."""

import json
import os
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from urllib.parse import parse_qs, urlencode

import httpx

from houndwell.desk import Desk
from houndwell.lab import Lab
from houndwell.page import page
from houndwell.service import Counterfoil, Refused
from houndwell.signed import is_signed
from houndwell.store import Store

MOST_BYTES = 100_000
CATCH_UP_SECONDS = 300

Given = dict[str, str]


class Door(BaseHTTPRequestHandler):
    """Answers one request."""

    desk: Desk
    lab: Lab
    secrets: tuple[str, ...]

    def do_GET(self) -> None:
        """Show the page, or what there is."""
        path, _, query = self.path.partition("?")
        given = {name: values[0] for name, values in parse_qs(query).items()}
        store = self.desk.store
        if path == "/samples":
            self._json(200, store.rows("SELECT holder, dog FROM samples ORDER BY rowid"))
        elif path == "/letters":
            found = store.rows(
                "SELECT text FROM letters WHERE mail = ? ORDER BY id", given.get("to", "")
            )
            self._json(200, [one[0] for one in found])
        elif path == "/":
            self._page(page(store, done=given.get("done", ""), about=given.get("about", "")))
        else:
            self._json(404, {"code": "not_found"})

    def do_POST(self) -> None:
        """Do something, or hear of an event."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length", "0")), MOST_BYTES))
        if self.path == "/events":
            self._hear(body)
            return
        given = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        name, act = ACTS.get(self.path, ("", None))
        if act is None:
            self._json(404, {"code": "not_found"})
            return
        try:
            self._done({name: act(self, given)})
        except Refused as refusal:
            self._not_done(409, refusal.code, str(refusal))
        except KeyError as lacks:
            self._not_done(422, "missing", f"Say {lacks.args[0]}.")
        except httpx.HTTPError:
            self._not_done(503, "unreachable", "Counterfoil does not answer. Try again.")

    def _hear(self, body: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        if not is_signed(body, headers, secrets=self.secrets, now=time.time()):
            self._json(401, {"code": "not_signed"})
            return
        self.lab.take(json.loads(body))  # where this raises, we are told again
        self._json(200, {})

    def _done(self, told: dict[str, Any]) -> None:
        if not self._is_browser():
            self._json(200, told)
            return
        [about] = told.values()
        self.send_response(303)  # so that a reload does nothing twice
        self.send_header("Location", f"/?{urlencode({'done': self.path, 'about': about})}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _not_done(self, status: int, code: str, said: str) -> None:
        if self._is_browser():
            self._page(page(self.desk.store, refused=said), status)
        else:
            self._json(status, {"code": code, "said": said})

    def _is_browser(self) -> bool:
        return "text/html" in self.headers.get("Accept", "")

    def _json(self, status: int, told: Any) -> None:
        self._send(status, json.dumps(told).encode(), "application/json")

    def _page(self, text: str, status: int = 200) -> None:
        self._send(status, text.encode(), "text/html; charset=utf-8")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said: object) -> None:
        """Keep quiet: addresses and codes are nobody's business."""


Act = Callable[[Door, Given], Any]
ACTS: dict[str, tuple[str, Act]] = {
    "/orders": (
        "order",
        lambda at, given: at.desk.sell(given["mail"], int(given.get("quantity", "1"))),
    ),
    "/refunds": ("refunded", lambda at, given: at.desk.refund(given["order"])),
    "/gifts": ("given", lambda at, given: at.desk.give(given["order"], given["to"])),
    "/claims": ("entitlement", lambda at, given: at.desk.claim(given["mail"], given["code"])),
    "/dogs": ("named", lambda at, given: at.desk.name_dog(given["entitlement"], given["dog"])),
    "/catch-ups": ("news", lambda at, _given: at.lab.catch_up()),
}


def keep_up(lab: Lab) -> None:
    """Hear from the feed what no webhook told us; what goes wrong is said, and tried again."""
    try:
        lab.catch_up()
    except Exception as error:  # noqa: BLE001 - a thread that ends hears nothing any more
        sys.stderr.write(f"Could not read the feed: {type(error).__name__}: {error}\n")


def keep_up_for_ever(lab: Lab) -> None:
    """Ask the feed every few minutes, for the webhook that never came."""
    never = Event()
    while not never.wait(CATCH_UP_SECONDS):
        keep_up(lab)


def main() -> int:
    """Serve until somebody stops it; the first line said is the address."""
    told = os.environ
    service = Counterfoil(
        told["COUNTERFOIL_URL"], sells=told["SELLING_KEY"], serves=told["SERVING_KEY"]
    )
    store = Store(told.get("HOUNDWELL_STORE", ":memory:"))
    Door.desk, Door.lab = Desk(store, service), Lab(store, service)
    Door.secrets = tuple(told.get("WEBHOOK_SECRETS", "").split())
    keep_up(Door.lab)  # what happened while we were away
    Thread(target=keep_up_for_ever, args=(Door.lab,), daemon=True).start()
    server = ThreadingHTTPServer(("127.0.0.1", int(told.get("PORT", "0"))), Door)
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
