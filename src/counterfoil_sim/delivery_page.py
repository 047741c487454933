"""The page that shows how events reach the shop, and lets them not reach it."""

from datetime import UTC, datetime
from html import escape

from counterfoil_sim.deliveries import Attempt, Deliveries
from counterfoil_sim.markup import POLICY, badge, button, code, page
from counterfoil_sim.responses import Response, as_html

FAULTS = (
    ("repeat", "send everything twice"),
    ("reorder", "send the newest first"),
    ("drop", "lose everything"),
    ("delay", "keep everything back"),
    ("wrong_secret", "sign with a wrong secret"),
    ("old_timestamp", "sign with a time an hour ago"),
)


def show(deliveries: Deliveries) -> Response:
    """Show the faults, what waits, and what was sent."""
    body = _faults(deliveries) + _waiting(deliveries) + _log(list(deliveries.log))
    return as_html(page("Deliveries", body, here="/deliveries"), policy=POLICY)


def _faults(deliveries: Deliveries) -> str:
    on = deliveries.faults.switched_on()
    boxes = "".join(
        f'<label class="choice"><input type="checkbox" name="{name}" value="1"'
        f"{' checked' if name in on else ''}>{text}</label>"
        for name, text in FAULTS
    )
    where = code(deliveries.url) if deliveries.url else "nowhere: no endpoint was given"
    return f"""<form class="card" method="post" action="/act">
<h2>What goes wrong</h2>
<p class="quiet">Events go to {where}</p>
<div class="faults">{boxes}</div>
<button class="main" name="act" value="faults">Apply</button>
</form>"""


def _waiting(deliveries: Deliveries) -> str:
    waiting = deliveries.waiting()
    if not waiting:
        return '<div class="card"><h2>Waiting</h2><p class="quiet">Nothing waits.</p></div>'
    rows = "".join(f"<tr><td>{escape(e['type'])}<br>{code(e['id'])}</td></tr>" for e in waiting)
    return (
        f'<div class="card"><h2>Waiting ({len(waiting)})</h2><table>{rows}</table>'
        f'<p></p><div class="row">{button("Deliver queued now", act="deliver", main=True)}</div>'
        "</div>"
    )


def _log(attempts: list[Attempt]) -> str:
    if not attempts:
        return '<div class="card"><h2>Sent</h2><p class="quiet">Nothing was sent yet.</p></div>'
    rows = "".join(_row(one) for one in reversed(attempts))
    return f"""<div class="card"><h2>Sent</h2><div class="scroll"><table>
<thead><tr><th>Time</th><th>Event</th><th>Answer</th><th class="number">Again</th></tr></thead>
<tbody>{rows}</tbody></table></div></div>"""


def _row(attempt: Attempt) -> str:
    at = datetime.fromtimestamp(attempt.at, tz=UTC)
    faults = ", ".join(name.replace("_", " ") for name in attempt.faults)
    match attempt.status:
        case None:
            answer = badge("not sent", "wait")
        case 0:
            answer = badge("no answer", "bad")
        case status:
            answer = badge(str(status), "good" if attempt.arrived else "bad")
    return (
        f'<tr><td class="quiet">{at:%H:%M:%S}</td>'
        f"<td>{escape(attempt.topic)}<br>{code(attempt.event)}"
        f"{f'<br><span class=wait>{faults}</span>' if faults else ''}</td>"
        f"<td>{answer}</td>"
        f'<td><div class="row">{button("Send", act="redeliver", of=attempt.event)}</div></td>'
        "</tr>"
    )
