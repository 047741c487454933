"""What the simulated world does, and which events it records."""

from pathlib import Path

import pytest

from counterfoil_sim import Simulator
from counterfoil_sim.errors import ApiError
from counterfoil_sim.store import Obj
from tests.simulated import Clock


def opened(sim: Simulator, mode: str = "payment") -> str:
    price = {"currency": "eur", "unit_amount": "2500", "product_data": {"name": "Kit"}}
    session = sim.create_session(
        {
            "mode": mode,
            "success_url": "https://shop.example/",
            "line_items": [{"quantity": "2", "price_data": price}],
        }
    )
    return str(session["id"])


def topics(sim: Simulator) -> list[str]:
    return [event["type"] for event in sim.store.tables["event"].values()]


def only_line(sim: Simulator, session: str) -> str:
    (item,) = sim.store.items[session]
    return str(item["id"])


def test_pays_at_once(sim: Simulator) -> None:
    session = sim.pay(opened(sim), email="a@example.com")

    assert (session["status"], session["payment_status"]) == ("complete", "paid")
    assert session["customer_details"]["email"] == "a@example.com"
    assert session["url"] is None
    assert topics(sim) == [
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
    ]


def test_needs_no_payment_with_everything_off(sim: Simulator) -> None:
    session = sim.pay(opened(sim), percent_off=100)

    assert session["payment_status"] == "no_payment_required"
    assert session["payment_intent"] is None
    assert (session["amount_subtotal"], session["amount_total"]) == (5000, 0)
    assert topics(sim) == ["checkout.session.completed"]


def test_pays_days_later(sim: Simulator) -> None:
    reference = opened(sim)
    assert sim.pay_later(reference)["payment_status"] == "unpaid"

    assert sim.settle(reference)["payment_status"] == "paid"

    assert topics(sim)[-1] == "checkout.session.async_payment_succeeded"
    with pytest.raises(ApiError):
        sim.settle(reference)


def test_fails_days_later(sim: Simulator) -> None:
    reference = opened(sim)
    sim.fail_later(reference)

    session = sim.settle(reference)

    assert (session["status"], session["payment_status"]) == ("complete", "unpaid")
    payment = sim.store.get("payment_intent", session["payment_intent"])
    assert payment["status"] == "requires_payment_method"
    assert topics(sim)[-1] == "checkout.session.async_payment_failed"


def test_walks_away_and_expires(sim: Simulator) -> None:
    reference = opened(sim)
    assert sim.abandon(reference)["status"] == "open"
    assert topics(sim) == []

    assert sim.expire(reference)["status"] == "expired"

    for act in (sim.pay, sim.pay_later, sim.fail_later, sim.expire):
        with pytest.raises(ApiError):
            act(reference)
    assert topics(sim) == ["checkout.session.expired"]


def test_refunds_with_and_without_saying_what_for(sim: Simulator) -> None:
    reference = opened(sim)
    sim.pay(reference)
    line = only_line(sim, reference)

    exact = sim.refund(reference, line=line, quantity=1)
    silent = sim.refund(reference, line=line, quantity=1, says_what_for=False)

    assert exact["metadata"] == {"cf_line": line, "cf_quantity": "1"}
    assert silent["metadata"] == {}
    assert exact["amount"] == silent["amount"] == 2500
    charge = sim.store.get("charge", exact["charge"])
    assert (charge["amount_refunded"], charge["refunded"]) == (5000, True)
    last = list(sim.store.tables["event"].values())[-1]
    assert last["type"] == "charge.refunded"
    assert last["data"]["previous_attributes"] == {"amount_refunded": 2500}


def test_takes_a_refund_back(sim: Simulator) -> None:
    reference = opened(sim)
    payment = sim.pay(reference)["payment_intent"]
    refund = sim.refund(reference)
    assert sim.refundable(payment) == 0

    assert sim.fail_refund(refund["id"])["status"] == "failed"

    assert sim.refundable(payment) == 5000
    assert topics(sim)[-1] == "refund.failed"
    with pytest.raises(ApiError):
        sim.fail_refund(refund["id"])


def test_lets_a_pending_refund_arrive(sim: Simulator) -> None:
    reference = opened(sim)
    payment = sim.pay(reference)["payment_intent"]
    refund = sim.refund(reference, status="pending")
    assert "charge.refunded" not in topics(sim)
    assert sim.refundable(payment) == 0

    assert sim.settle_refund(refund["id"])["status"] == "succeeded"

    assert topics(sim)[-2:] == ["refund.updated", "charge.refunded"]


@pytest.mark.parametrize(("won", "status"), [(True, "won"), (False, "lost")])
def test_decides_a_dispute(sim: Simulator, won: bool, status: str) -> None:
    reference = opened(sim)
    sim.pay(reference)
    dispute = sim.dispute(reference)
    assert dispute["status"] == "needs_response"

    assert sim.close_dispute(dispute["id"], won=won)["status"] == status

    assert ("charge.dispute.funds_reinstated" in topics(sim)) is won
    with pytest.raises(ApiError):
        sim.close_dispute(dispute["id"], won=won)


def test_closes_an_inquiry_without_moving_money(sim: Simulator) -> None:
    reference = opened(sim)
    sim.pay(reference)
    dispute = sim.dispute(reference, inquiry=True)
    assert dispute["is_charge_refundable"] is True

    assert sim.close_dispute(dispute["id"], won=False)["status"] == "warning_closed"

    assert not [topic for topic in topics(sim) if "funds" in topic]


def test_refunds_and_disputes_nothing_that_was_not_paid(sim: Simulator) -> None:
    reference = opened(sim)
    for _ in range(2):
        for act in (sim.refund, sim.dispute):
            with pytest.raises(ApiError):
                act(reference)
        if sim.store.get("session", reference)["status"] == "open":
            sim.pay_later(reference)


def test_remembers_over_a_restart(tmp_path: Path, clock: Clock) -> None:
    state = tmp_path / "sim.json"
    before = Simulator(clock=clock, state=state)
    reference = opened(before)
    before.pay(reference)

    after = Simulator(clock=clock, state=state)

    assert after.store.tables == before.store.tables
    assert list(after.store.pending) == list(before.store.pending)
    assert opened(after) != reference
    assert not state.with_name("sim.json.new").exists()


def test_never_repeats_an_id_after_starting_over(clock: Clock) -> None:
    assert opened(Simulator(clock=clock)) != opened(Simulator(clock=clock))


def test_takes_over_what_was_recorded_elsewhere(sim: Simulator) -> None:
    session: Obj = {
        "id": "cs_test_x",
        "object": "checkout.session",
        "payment_intent": "pi_x",
        "payment_status": "paid",
        "amount_total": 5000,
        "currency": "eur",
        "created": 1,
    }
    item = {"id": "li_x", "price": {"id": "price_x", "product": {"id": "prod_x", "name": "Kit"}}}
    refund = {"id": "re_x", "payment_intent": "pi_x", "amount": 2000, "status": "succeeded"}

    sim.load(session, [item], refunds=[refund])

    assert sim.refundable("pi_x") == 3000
    assert sim.store.get("product", "prod_x")["name"] == "Kit"
    assert sim.store.items["cs_test_x"][0]["price"]["product"] == "prod_x"
    assert topics(sim) == []
