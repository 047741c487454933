"""The page on which a buyer pays."""

from html import escape
from typing import Any

from counterfoil_sim.errors import ApiError
from counterfoil_sim.frame import page
from counterfoil_sim.markup import POLICY, money
from counterfoil_sim.responses import Response, as_html, see_other
from counterfoil_sim.simulator import Simulator
from counterfoil_sim.store import Obj


def show(simulator: Simulator, reference: str, *, problem: str = "", status: int = 200) -> Response:
    """Show what is to be paid, or what became of it."""
    try:
        session = simulator.store.get("session", reference)
    except ApiError:
        return _plain("No such checkout", "<p>This link leads nowhere.</p>", status=404)
    summary = _summary(session, simulator.store.items[reference])
    match session["status"]:
        case "open":
            return _plain("Pay", summary + _form(session, problem), status=status)
        case "complete":
            back = escape(success_url(session))
            done = f'<p>This was completed.</p><p><a class="button" href="{back}">Back to the shop'
            return _plain("Completed", f"{summary}{done}</a></p>")
        case _:
            over = "<p>This checkout can no longer be paid.</p>"
            return _plain("Expired", summary + over, status=status)


def submit(simulator: Simulator, reference: str, form: dict[str, Any]) -> Response:
    """Do what the buyer chose, and send them back to the shop."""
    session = simulator.store.find(reference)
    if session is None or session["object"] != "checkout.session":
        return show(simulator, reference)
    email, name = str(form.get("email", "")).strip(), str(form.get("name", "")).strip()
    act = form.get("act")
    if act == "abandon":
        return see_other(session["cancel_url"] or simulator.base_url)
    if session["status"] == "complete":
        return see_other(success_url(session))
    if "@" not in email:
        problem = "Please give an e-mail address: that is where the shop writes to."
        return show(simulator, reference, problem=problem, status=400)
    try:
        match act:
            case "pay":
                simulator.pay(reference, email=email, name=name)
            case "pay_nothing":
                simulator.pay(reference, email=email, name=name, percent_off=100)
            case "pay_later":
                simulator.pay_later(reference, email=email, name=name)
            case "fail_later":
                simulator.fail_later(reference, email=email, name=name)
            case _:
                return show(simulator, reference, problem="Unknown choice.", status=400)
    except ApiError as error:
        return show(simulator, reference, problem=str(error), status=400)
    return see_other(success_url(session))


def success_url(session: Obj) -> str:
    """Give the shop's page for afterwards, with the session's id filled in."""
    url = str(session["success_url"] or "/")
    return url.replace("{CHECKOUT_SESSION_ID}", session["id"])


def _plain(title: str, body: str, *, status: int = 200) -> Response:
    return as_html(page(title, body, narrow=True), status=status, policy=POLICY)


def _summary(session: Obj, items: list[Obj]) -> str:
    rows = "".join(
        f"<tr><td>{escape(item['description'] or '')}"
        f'<span class="quiet">&nbsp;&times;&nbsp;{item["quantity"]}</span></td>'
        f'<td class="number">{money(item["amount_total"], item["currency"])}</td></tr>'
        for item in items
    )
    return (
        f'<div class="card"><p class="amount">{money(session["amount_total"], session["currency"])}'
        f"</p><table>{rows}</table></div>"
    )


def _form(session: Obj, problem: str) -> str:
    email = escape(session["customer_email"] or "")
    said = f'<p class="problem" role="alert">{escape(problem)}</p>' if problem else ""
    return f"""<form class="card stack" method="post">
{said}
<label>E-mail
<input type="email" name="email" value="{email}" autocomplete="email" required></label>
<label>Name <span class="quiet">(optional)</span>
<input name="name" autocomplete="name"></label>
<button class="main" name="act" value="pay">Pay</button>
<button name="act" value="pay_later">Pay later (delayed method)</button>
<button name="act" value="fail_later">Fail later (delayed method)</button>
<button name="act" value="pay_nothing">Pay with a 100 % discount</button>
<button name="act" value="abandon" formnovalidate>Abandon</button>
<p class="quiet">A delayed payment waits until somebody settles it on the page of payments.
Abandoning leaves the checkout open.</p>
</form>"""
