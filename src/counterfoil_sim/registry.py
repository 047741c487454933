"""
A kennel registry: the kind of system that a shop's own records end in.

``PUT /registry/records/<key>`` makes a record once per key, ``DELETE`` removes it for good: a key
that was removed never comes back, not even by a request that was on its way. It can be switched
off, to see what then happens elsewhere.
"""

import json
import re
from html import escape
from urllib.parse import unquote

from counterfoil_sim.frame import page
from counterfoil_sim.markup import POLICY, badge, code
from counterfoil_sim.responses import Request, Response, as_html, as_json, see_other
from counterfoil_sim.simulator import Simulator
from counterfoil_sim.store import Obj

TABLE = "kennel_record"
PAGE = "/registry"

_RECORD = re.compile(r"/registry/records/([A-Za-z0-9_:.-]{1,100})\Z")
_SHOWN = 200


class Registry:
    """The registry behind its addresses."""

    def __init__(self, simulator: Simulator) -> None:
        """Keep the records where the simulator keeps everything."""
        self.simulator = simulator
        self.is_down = False

    def respond(self, request: Request) -> Response:
        """Answer one request."""
        found = _RECORD.match(unquote(request.path))
        if found is None:
            return self._person(request)
        if self.is_down:
            return as_json({"error": "The registry is closed."}, status=503)
        key = found.group(1)
        match request.method:
            case "PUT":
                return self._make(key, request.body)
            case "DELETE":
                return self._remove(key)
            case "GET":
                record = self._records().get(key)
                return as_json(record or {"error": "No record."}, status=200 if record else 404)
            case _:
                return as_json({"error": "PUT, GET or DELETE."}, status=405)

    def _make(self, key: str, body: str) -> Response:
        try:
            told = json.loads(body)
            asked: Obj = {name: str(told.get(name, "")) for name in ("handle", "product", "owner")}
            asked |= {"subject": {str(k): str(v) for k, v in dict(told["subject"]).items()}}
        except (ValueError, TypeError, KeyError, AttributeError):
            return as_json({"error": "This is not a record."}, status=422)
        with self.simulator.changing() as store:
            known = store.tables.setdefault(TABLE, {}).get(key)
            if known is None:
                number = f"KR-{len(store.tables[TABLE]) + 1:06d}"
                known = {"id": key, "number": number, "state": "active", **asked}
                return as_json(store.put(TABLE, known), status=201)
        return as_json(known, status=200 if known["state"] == "active" else 410)

    def _remove(self, key: str) -> Response:
        with self.simulator.changing() as store:
            record = store.tables.setdefault(TABLE, {}).get(key) or {"id": key, "number": ""}
            # The mark of removal stays, and nothing of what was recorded.
            store.put(TABLE, {"id": key, "number": record["number"], "state": "removed"})
        return Response(status=204)

    def _records(self) -> dict[str, Obj]:
        return self.simulator.store.tables.get(TABLE, {})

    def _person(self, request: Request) -> Response:
        if request.path == f"{PAGE}/switch" and request.method == "POST":
            self.is_down = not self.is_down
            return see_other(PAGE)
        if request.path != PAGE or request.method != "GET":
            return as_json({"error": "There is nothing here."}, status=404)
        return as_html(page("Kennel registry", self._listing(), here=PAGE), policy=POLICY)

    def _listing(self) -> str:
        with self.simulator.lock:
            records = list(reversed(self._records().values()))[:_SHOWN]
        rows = "".join(_row(record) for record in records)
        label, mood = ("closed", "bad") if self.is_down else ("open", "good")
        switch = "Open it again" if self.is_down else "Close it"
        head = "<tr><th>Number</th><th>Dog</th><th>Product</th><th>Made for</th><th></th></tr>"
        return (
            '<p class="quiet">What the shop records here once a code is used: the system behind'
            " Counterfoil, not Counterfoil.</p>"
            f'<form method="post" action="{PAGE}/switch"><p>It is {badge(label, mood)}'
            f" <button>{switch}</button></p></form>"
            + (
                f'<div class="card scroll"><table>{head}{rows}</table></div>'
                if rows
                else '<p class="card">No record yet. Use a code in the shop.</p>'
            )
        )


def _row(record: Obj) -> str:
    is_active = record["state"] == "active"
    subject = record.get("subject", {})
    told = ", ".join(str(value) for value in subject.values()) or "without one"
    return (
        f"<tr><td>{escape(record['number'])}</td><td>{escape(told if is_active else '')}</td>"
        f"<td>{escape(record.get('product', ''))}</td><td>{code(record['id'])}</td>"
        f"<td>{badge(record['state'], 'good' if is_active else '')}</td></tr>"
    )
