"""Houndwell's own process: a page to try it, the same as JSON, and the door for webhooks."""

import html
import json
import os
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from houndwell.desk import Desk
from houndwell.service import Counterfoil, Refused
from houndwell.signed import is_signed
from houndwell.store import Store

MOST_BYTES = 100_000
STYLE = """body{font:1rem/1.6 system-ui,sans-serif;max-width:62rem;margin:0 auto;padding:1.5rem;
background:#f3f6f4;color:#13231d;color-scheme:light dark}h1{font-family:Georgia,serif}
main{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(17rem,100%),1fr));gap:1rem}
section{background:#fff;border:1px solid #d5dfd9;border-radius:14px;padding:1rem 1.25rem}
h2{font-size:1.1rem;margin:.2rem 0 .8rem}label{display:block;margin:.5rem 0}
input{display:block;width:100%;box-sizing:border-box;min-height:2.75rem;padding:.4rem .7rem;
border:1px solid #6f8078;border-radius:8px;font:inherit}
button{min-height:2.75rem;padding:.4rem 1.2rem;border:0;border-radius:99px;background:#175c45;
color:#fff;font:inherit;font-weight:600;margin-top:.5rem}li{margin:.4rem 0;overflow-wrap:anywhere}
ul{padding-left:1.1rem}.wide{grid-column:1/-1}.said{background:#fff3d6;padding:.6rem 1rem;
border-radius:10px;color:#4a3500}@media(prefers-color-scheme:dark){body{background:#0f1613;
color:#e6efe9}section{background:#18211d;border-color:#2b3832}input{background:#0f1613;
color:inherit}button{background:#7ed3b0;color:#06271b}}"""
FORMS = (
    ("Buy a kit", "/orders", (("mail", "Your address", "email"),)),
    ("Use a code", "/claims", (("mail", "Your address", "email"), ("code", "Code", "text"))),
    (
        "Which dog is it for?",
        "/dogs",
        (("entitlement", "Kit", "text"), ("dog", "The dog's name", "text")),
    ),
    ("Give it to somebody", "/gifts", (("order", "Order", "text"), ("to", "Address", "email"))),
    ("Give the money back", "/refunds", (("order", "Order", "text"),)),
)

Given = dict[str, str]


class Door(BaseHTTPRequestHandler):
    """Answers one request."""

    desk: Desk
    secrets: tuple[str, ...]

    def do_GET(self) -> None:
        """Show the page, or what there is."""
        path, _, query = self.path.partition("?")
        given = {name: values[0] for name, values in parse_qs(query).items()}
        if path == "/samples":
            found = self.desk.store.rows("SELECT holder, dog FROM samples ORDER BY rowid")
            self._json(200, found)
        elif path == "/letters":
            found = self.desk.store.rows(
                "SELECT text FROM letters WHERE mail = ? ORDER BY id", given.get("to", "")
            )
            self._json(200, [one[0] for one in found])
        elif path == "/":
            self._page(given.get("said", ""))
        else:
            self._json(404, {"code": "not_found"})

    def do_POST(self) -> None:
        """Do something, or hear of an event."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length", "0")), MOST_BYTES))
        if self.path == "/events":
            self._hear(body)
            return
        given = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        act = ACTS.get(self.path)
        if act is None:
            self._json(404, {"code": "not_found"})
            return
        try:
            done = act(self.desk, given)
        except Refused as refusal:
            self._answer(409, {"code": refusal.code, "said": str(refusal)})
        except KeyError as lacks:
            self._json(422, {"code": "missing", "said": str(lacks)})
        else:
            self._answer(200, done)

    def _hear(self, body: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        if not is_signed(body, headers, secrets=self.secrets, now=time.time()):
            self._json(401, {"code": "not_signed"})
            return
        self.desk.take(json.loads(body))  # where this raises, we are told again
        self._json(200, {})

    def _answer(self, status: int, told: Any) -> None:
        if "text/html" not in self.headers.get("Accept", ""):
            self._json(status, told)
            return
        self._page(told.get("said") or ", ".join(f"{k}: {v}" for k, v in told.items()))

    def _json(self, status: int, told: Any) -> None:
        self._send(status, json.dumps(told).encode(), "application/json")

    def _page(self, said: str) -> None:
        store, e = self.desk.store, html.escape
        forms = "".join(
            f"<section><h2>{title}</h2><form method=post action={path}>"
            + "".join(
                f"<label>{label}<input name={name} type={kind} required></label>"
                for name, label, kind in fields
            )
            + "<button>Go</button></form></section>"
            for title, path, fields in FORMS
        )
        samples = "".join(
            f"<li>{e(dog)}, of {e(holder)}</li>"
            for holder, dog in store.rows("SELECT holder, dog FROM samples")
        )
        letters = "".join(
            f"<li><b>{e(mail)}</b> {e(text)}</li>"
            for mail, text in store.rows("SELECT mail, text FROM letters ORDER BY id DESC LIMIT 20")
        )
        notice = f"<p class=said role=status>{e(said)}</p>" if said else ""
        page = (
            f"<!doctype html><html lang=en><meta charset=utf-8><title>Houndwell</title>"
            f"<meta name=viewport content='width=device-width, initial-scale=1'>"
            f"<style>{STYLE}</style><h1>Houndwell</h1><p>A platform that knows Counterfoil by its"
            f" API and its events only.</p>{notice}"
            f"<main>{forms}<section><h2>The lab waits for</h2><ul>{samples or '<li>nothing'}</ul>"
            f"</section><section class=wide><h2>Letters, the newest first</h2><ul>"
            f"{letters or '<li>none'}</ul></section></main></html>"
        )
        self._send(200, page.encode(), "text/html; charset=utf-8")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said: object) -> None:
        """Keep quiet: addresses and codes are nobody's business."""


ACTS: dict[str, Callable[[Desk, Given], Any]] = {
    "/orders": lambda desk, given: {
        "order": desk.sell(given["mail"], int(given.get("quantity", "1")))
    },
    "/refunds": lambda desk, given: {"refunded": desk.refund(given["order"]) or given["order"]},
    "/gifts": lambda desk, given: {"given": desk.give(given["order"], given["to"]) or given["to"]},
    "/claims": lambda desk, given: {"entitlement": desk.claim(given["mail"], given["code"])},
    "/dogs": lambda desk, given: {
        "named": desk.name_dog(given["entitlement"], given["dog"]) or given["dog"]
    },
}


def main() -> int:
    """Serve until somebody stops it; the first line said is the address."""
    told = os.environ
    service = Counterfoil(
        told["COUNTERFOIL_URL"], sells=told["SELLING_KEY"], serves=told["SERVING_KEY"]
    )
    Door.desk = Desk(Store(told.get("HOUNDWELL_STORE", ":memory:")), service)
    Door.secrets = tuple(told.get("WEBHOOK_SECRETS", "").split())
    server = ThreadingHTTPServer(("127.0.0.1", int(told.get("PORT", "0"))), Door)
    sys.stdout.write(f"http://127.0.0.1:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
