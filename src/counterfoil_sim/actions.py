"""What the buttons of the pages do."""

from collections.abc import Callable
from typing import Any

from counterfoil_sim import forms
from counterfoil_sim.deliveries import Deliveries
from counterfoil_sim.errors import ApiError
from counterfoil_sim.simulator import Simulator

Form = dict[str, Any]

_ON_PAYMENTS: dict[str, Callable[[Simulator, str, Form], object]] = {
    "pay": lambda sim, of, _: sim.pay(of),
    "pay_later": lambda sim, of, _: sim.pay_later(of),
    "expire": lambda sim, of, _: sim.expire(of),
    "succeed": lambda sim, of, _: sim.succeed(of),
    "fail": lambda sim, of, _: sim.fail(of),
    "refund": lambda sim, of, form: _refund(sim, of, form),
    "refund_all": lambda sim, of, form: sim.refund(of, status=_status(form)),
    "settle_refund": lambda sim, of, _: sim.settle_refund(of),
    "fail_refund": lambda sim, of, _: sim.fail_refund(of),
    "dispute": lambda sim, of, _: sim.dispute(of),
    "inquiry": lambda sim, of, _: sim.dispute(of, inquiry=True),
    "win": lambda sim, of, _: sim.close_dispute(of, won=True),
    "lose": lambda sim, of, _: sim.close_dispute(of, won=False),
}


def perform(deliveries: Deliveries, form: Form) -> str:
    """
    Do what a button says, and give the address of the page that shows it.

    :raises ApiError: if it cannot be done.
    """
    act, of = str(form.get("act", "")), str(form.get("of", ""))
    match act:
        case "faults":
            deliveries.switch(**{name: name in form for name, _ in deliveries.faults.words()})
            return "/deliveries"
        case "deliver":
            deliveries.deliver_now()
            return "/deliveries"
        case "redeliver":
            deliveries.redeliver(of)
            return "/deliveries"
        case _ if act in _ON_PAYMENTS:
            _ON_PAYMENTS[act](deliveries.simulator, of, form)
            session = session_of(deliveries.simulator, of)
            return f"/?open={session}#{session}"
        case _:
            raise ApiError("There is no such button.")


def session_of(simulator: Simulator, reference: str) -> str:
    """Give the session that a session, refund or dispute belongs to."""
    found = simulator.store.find(reference) or {}
    payment = found.get("payment_intent")
    if found.get("object") == "checkout.session" or payment is None:
        return reference
    for session in simulator.store.newest_first("session"):
        if session["payment_intent"] == payment:
            return str(session["id"])
    return reference


def _refund(simulator: Simulator, of: str, form: Form) -> object:
    quantity = forms.integer(form, "quantity")
    if quantity is None or quantity < 1:
        raise ApiError("At least one unit.")
    return simulator.refund(
        of,
        line=str(form.get("line", "")),
        quantity=quantity,
        says_what_for="says_what_for" in form,
        status=_status(form),
    )


def _status(form: Form) -> str:
    return "pending" if "pending" in form else "succeeded"
