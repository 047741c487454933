"""The page that shows every payment, and lets things happen to it."""

from datetime import UTC, datetime
from html import escape

from counterfoil_sim import delivery_page
from counterfoil_sim.deliveries import Deliveries
from counterfoil_sim.frame import page
from counterfoil_sim.markup import POLICY, badge, button, code, money
from counterfoil_sim.responses import Response, as_html
from counterfoil_sim.simulator import Simulator
from counterfoil_sim.store import Obj

_SHOWN = 50


def show(deliveries: Deliveries, *, opened: str, problem: str = "", status: int = 200) -> Response:
    """Show the newest sessions, one of them opened."""
    simulator = deliveries.simulator
    sessions = simulator.store.newest_first("session")
    cards = "".join(_card(simulator, one, one["id"] == opened) for one in sessions[:_SHOWN])
    if not cards:
        cards = '<p class="card">Nothing yet. Start a checkout in the shop.</p>'
    said = f'<p class="card problem" role="alert">{escape(problem)}</p>' if problem else ""
    more = len(sessions) - _SHOWN
    rest = f'<p class="quiet">and {more} older ones</p>' if more > 0 else ""
    body = said + delivery_page.notice(deliveries) + cards + rest
    return as_html(page("Payments", body, here="/"), status=status, policy=POLICY)


def state(simulator: Simulator, session: Obj) -> tuple[str, str]:
    """Say in a word how a session stands, and whether that is good."""
    payment = simulator.store.find(session["payment_intent"] or "") or {}
    match session["status"], session["payment_status"], payment.get("status"):
        case "open", _, _:
            return "open", ""
        case "expired", _, _:
            return "expired", ""
        case _, "no_payment_required", _:
            return "free", "good"
        case _, "paid", _:
            return _after_payment(simulator, session["payment_intent"])
        case _, _, "processing":
            return "awaiting payment", "wait"
        case _:
            return "payment failed", "bad"


def _after_payment(simulator: Simulator, payment: str) -> tuple[str, str]:
    disputes = _about(simulator, "dispute", payment)
    if any(one["status"] in ("needs_response", "under_review") for one in disputes):
        return "disputed", "bad"
    if any(one["status"] == "lost" for one in disputes):
        return "dispute lost", "bad"
    refunds = [one for one in _about(simulator, "refund", payment) if one["status"] == "succeeded"]
    if not refunds:
        return "paid", "good"
    return ("refunded", "wait") if not simulator.refundable(payment) else ("part refunded", "wait")


def _about(simulator: Simulator, kind: str, payment: str) -> list[Obj]:
    found = simulator.store.newest_first(kind)
    return [one for one in reversed(found) if one["payment_intent"] == payment]


def _card(simulator: Simulator, session: Obj, opened: bool) -> str:
    word, mood = state(simulator, session)
    buyer = (session["customer_details"] or {}).get("email") or "nobody yet"
    total = money(session["amount_total"], session["currency"])
    reference = escape(session["id"])
    at = datetime.fromtimestamp(session["created"], tz=UTC)
    return f"""<details class="card" id="{reference}"{" open" if opened else ""}>
<summary>{badge(word, mood)} <span class="wrap">{escape(buyer)}</span>
<span class="quiet">{at:%d %b %H:%M}</span> <span class="push">{total}</span></summary>
<div>
<p class="quiet">{code(session["id"])}<br>cart {code(session["client_reference_id"] or "none")}</p>
{_lines(simulator.store.items[session["id"]])}
{_acts(simulator, session, word)}
</div></details>"""


def _lines(items: list[Obj]) -> str:
    rows = "".join(
        f"<tr><td>{escape(item['description'] or '')}&nbsp;&times;&nbsp;{item['quantity']}"
        f"<br>{code(item['id'])}"
        f'</td><td class="number">{money(item["amount_total"], item["currency"])}</td></tr>'
        for item in items
    )
    return f"<table>{rows}</table>"


def _acts(simulator: Simulator, session: Obj, word: str) -> str:
    reference = session["id"]
    if word == "open":
        buttons = (
            f'<a class="button" href="/pay/{escape(reference)}">Open the pay page</a>'
            + button("Pay", act="pay", of=reference, main=True)
            + button("Pay later", act="pay_later", of=reference)
            + button("Expire", act="expire", of=reference)
        )
        return f'<h2>Let it be paid</h2><div class="row">{buttons}</div>'
    if word == "awaiting payment":
        planned = " (as planned)" if simulator.store.will_fail.get(reference) else ""
        return (
            '<h2>Let the days pass</h2><div class="row">'
            + button("The payment arrives", act="succeed", of=reference, main=not planned)
            + button(f"The payment fails{planned}", act="fail", of=reference, main=bool(planned))
            + "</div>"
        )
    if session["payment_status"] != "paid":
        return ""
    return _refunds(simulator, session) + _disputes(simulator, session)


def _refunds(simulator: Simulator, session: Obj) -> str:
    rows = "".join(
        _refund_row(one) for one in _about(simulator, "refund", session["payment_intent"])
    )
    left = simulator.refundable(session["payment_intent"])
    form = ""
    if left:
        options = "".join(
            f'<option value="{escape(item["id"])}">{escape(item["description"] or item["id"])}'
            "</option>"
            for item in simulator.store.items[session["id"]]
        )
        form = f"""<form method="post" action="/act" class="row">
<input type="hidden" name="of" value="{escape(session["id"])}">
<label class="line">Line <select name="line">{options}</select></label>
<label class="short">Units <input name="quantity" type="number" value="1" min="1"></label>
<label class="choice"><input type="checkbox" name="says_what_for" value="1" checked>
say what for</label>
<label class="choice"><input type="checkbox" name="pending" value="1"> stays pending</label>
<button name="act" value="refund">Refund units</button>
<button name="act" value="refund_all">Refund all that is left
({money(left, session["currency"])})</button></form>"""
    table = f'<div class="scroll"><table>{rows}</table></div>' if rows else ""
    return f"<h2>Refunds</h2>{table}{form}"


def _refund_row(refund: Obj) -> str:
    what_for = " ".join(f"{key}={value}" for key, value in (refund["metadata"] or {}).items())
    moods = {"succeeded": "good", "failed": "bad"}
    acts = ""
    if refund["status"] == "pending":
        acts += button("Arrives", act="settle_refund", of=refund["id"])
    if refund["status"] in ("pending", "succeeded"):
        acts += button("Fails", act="fail_refund", of=refund["id"])
    return (
        f"<tr><td>{badge(refund['status'], moods.get(refund['status'], 'wait'))} "
        f"{money(refund['amount'], refund['currency'])}<br>"
        f'<span class="quiet">{escape(what_for or "does not say what for")}</span></td>'
        f'<td class="number"><div class="row">{acts}</div></td></tr>'
    )


def _disputes(simulator: Simulator, session: Obj) -> str:
    rows = ""
    for one in _about(simulator, "dispute", session["payment_intent"]):
        acts = ""
        if one["status"].startswith("warning_") and one["status"] != "warning_closed":
            acts = button("Close", act="win", of=one["id"])
        elif one["status"] in ("needs_response", "under_review"):
            acts = button("Win", act="win", of=one["id"])
            acts += button("Lose", act="lose", of=one["id"])
        rows += (
            f"<tr><td>{badge(one['status'].replace('_', ' '))} "
            f"{money(one['amount'], one['currency'])}</td>"
            f'<td class="number"><div class="row">{acts}</div></td></tr>'
        )
    table = f"<table>{rows}</table>" if rows else ""
    buttons = button("Open a dispute", act="dispute", of=session["id"])
    buttons += button("Open an inquiry", act="inquiry", of=session["id"])
    return f'<h2>Disputes</h2>{table}<div class="row">{buttons}</div>'
