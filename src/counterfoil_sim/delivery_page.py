"""The page that shows how messages reach the shop, and lets them not reach it."""

from datetime import UTC, datetime
from html import escape
from typing import Any

from counterfoil_sim.courier import Attempt, Courier
from counterfoil_sim.markup import POLICY, Frame, badge, button, code
from counterfoil_sim.responses import Response, as_html


def show(courier: Courier[Any], *, frame: Frame) -> Response:
    """Show the faults, what waits, and what was sent."""
    body = _faults(courier) + _waiting(courier) + _log(list(courier.log))
    return as_html(frame.page("Deliveries", body, here="/deliveries"), policy=POLICY)


def notice(courier: Courier[Any]) -> str:
    """Remind people on other pages of what they have switched on."""
    faults = courier.faults.switched_on()
    if not faults:
        return ""
    names = ", ".join(name.replace("_", " ") for name in faults)
    return (
        f'<p class="card"><span class="wait">Deliveries are faulty: {names}.</span> '
        f'<a href="/deliveries">Change</a></p>'
    )


def _faults(courier: Courier[Any]) -> str:
    on = courier.faults.switched_on()
    boxes = "".join(
        f'<label class="choice"><input type="checkbox" name="{name}" value="1"'
        f"{' checked' if name in on else ''}>{text}</label>"
        for name, text in courier.faults.words()
    )
    where = ", ".join(map(code, courier.addresses())) or "nowhere: no endpoint was given"
    return f"""<form class="card" method="post" action="/act">
<h2>What goes wrong</h2>
<p class="quiet">Events go to {where}</p>
<div class="faults">{boxes}</div>
<button class="main" name="act" value="faults">Apply</button>
</form>"""


def _waiting(courier: Courier[Any]) -> str:
    waiting = courier.waiting()
    if not waiting:
        return '<div class="card"><h2>Waiting</h2><p class="quiet">Nothing waits.</p></div>'
    rows = "".join(
        f"<tr><td>{escape(one.topic)}<br>{code(one.reference)}</td>"
        f'<td class="number quiet">{_tries(one.attempts)}</td></tr>'
        for one in waiting
    )
    return (
        f'<div class="card"><h2>Waiting ({len(waiting)})</h2><table>{rows}</table>'
        f'<p></p><div class="row">{button("Deliver queued now", act="deliver", main=True)}</div>'
        "</div>"
    )


def _tries(attempts: int) -> str:
    match attempts:
        case 0:
            return "not tried yet"
        case 1:
            return "tried once"
        case several:
            return f"tried {several} times"


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
