"""The simulated API, as the official library sees it."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import stripe

from counterfoil_sim import Simulator


def opened(client: stripe.StripeClient, **changes: Any) -> stripe.checkout.Session:
    params: Any = {
        "mode": "payment",
        "success_url": "https://shop.example/thanks?session_id={CHECKOUT_SESSION_ID}",
        "client_reference_id": "cart-1",
        "metadata": {"cf_cart": "cart-1"},
        "payment_intent_data": {"metadata": {"cf_cart": "cart-1"}},
        "line_items": [
            {
                "quantity": 2,
                "price_data": {
                    "currency": "eur",
                    "unit_amount": 2500,
                    "product_data": {"name": "Kit", "metadata": {"cf_sku": "KIT"}},
                },
            },
            {
                "quantity": 1,
                "price_data": {
                    "currency": "eur",
                    "unit_amount": 900,
                    "product_data": {"name": "Card"},
                },
            },
        ],
        **changes,
    }
    return client.v1.checkout.sessions.create(params)


def test_opens_a_session_with_its_lines(client: stripe.StripeClient) -> None:
    session = opened(client)

    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert (session.amount_total, session.currency) == (5900, "eur")
    assert session.url is not None
    assert session.url.endswith(f"/pay/{session.id}")
    assert session.livemode is False
    items = client.v1.checkout.sessions.line_items.list(
        session.id, {"limit": 1, "expand": ["data.price.product"]}
    )
    assert items.has_more
    found = list(items.auto_paging_iter())
    assert [item.description for item in found] == ["Kit", "Card"]
    price = found[0].price
    assert price is not None
    assert isinstance(price.product, stripe.Product)
    assert price.product.metadata["cf_sku"] == "KIT"


def test_charges_a_registered_price(client: stripe.StripeClient, sim: Simulator) -> None:
    product = client.v1.products.create({"name": "Kit", "metadata": {"cf_sku": "KIT"}})
    price = client.v1.prices.create(
        {"product": product.id, "unit_amount": 700, "currency": "jpy", "lookup_key": "KIT"}
    )
    assert [p.id for p in client.v1.prices.list({"lookup_keys": ["KIT"]})] == [price.id]

    session = opened(client, line_items=[{"price": price.id, "quantity": 3}])

    assert (session.amount_total, session.currency) == (2100, "jpy")


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": "gift"},
        {"success_url": ""},
        {"line_items": []},
        {"line_items": [{"price": "price_nothing", "quantity": 1}]},
        {"metadata": {"k" * 41: "v"}},
        {"metadata": {"k": "v" * 501}},
        {"currency_of_choice": "eur"},
        {"expires_at": 1},
    ],
)
def test_refuses_what_stripe_refuses(
    client: stripe.StripeClient, sim: Simulator, changes: dict[str, Any]
) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        opened(client, **changes)
    assert sim.store.tables["session"] == {}


def test_says_so_when_something_does_not_exist(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.checkout.sessions.retrieve("cs_test_nothing")
    assert (caught.value.http_status, caught.value.code) == (404, "resource_missing")
    with pytest.raises(stripe.InvalidRequestError):
        client.v1.customers.list()


def test_takes_no_live_keys(client: stripe.StripeClient) -> None:
    for key in ("sk_live_x", "rk_live_x"):
        with pytest.raises(stripe.AuthenticationError):
            client.v1.events.list(options={"api_key": key})


def test_answers_once_per_idempotency_key(client: stripe.StripeClient, sim: Simulator) -> None:
    params: Any = {"name": "Kit"}
    first = client.v1.products.create(params, {"idempotency_key": "k"})
    again = client.v1.products.create(params, {"idempotency_key": "k"})

    assert first.id == again.id
    assert len(sim.store.tables["product"]) == 1
    assert again.last_response is not None
    assert again.last_response.headers["Idempotent-Replayed"] == "true"
    with pytest.raises(stripe.IdempotencyError):
        client.v1.products.create({"name": "Other"}, {"idempotency_key": "k"})
    assert len(sim.store.tables["product"]) == 1


def test_finds_a_session_by_its_payment(client: stripe.StripeClient, sim: Simulator) -> None:
    session = opened(client)
    opened(client)
    paid = sim.pay(session.id, email="a@example.com")

    found = client.v1.checkout.sessions.list({"payment_intent": paid["payment_intent"]})
    assert [s.id for s in found] == [session.id]
    full = client.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge", "line_items"]}
    )
    assert isinstance(full.payment_intent, stripe.PaymentIntent)
    assert isinstance(full.payment_intent.latest_charge, stripe.Charge)
    assert full.payment_intent.metadata["cf_cart"] == "cart-1"
    assert full.line_items is not None
    assert len(full.line_items.data) == 2
    details = {"customer_details": {"email": "a@example.com"}}
    assert len(client.v1.checkout.sessions.list(details).data) == 1  # type: ignore[arg-type]


def test_refuses_to_give_back_more_than_was_paid(
    client: stripe.StripeClient, sim: Simulator
) -> None:
    payment = sim.pay(opened(client).id)["payment_intent"]
    client.v1.refunds.create({"payment_intent": payment, "amount": 5000})

    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        client.v1.refunds.create({"payment_intent": payment, "amount": 901})
    client.v1.refunds.create({"payment_intent": payment})
    with pytest.raises(stripe.InvalidRequestError) as caught:
        client.v1.refunds.create({"payment_intent": payment})

    assert caught.value.code == "charge_already_refunded"
    refunds = client.v1.refunds.list({"payment_intent": payment, "limit": 1})
    assert [r.amount for r in refunds.auto_paging_iter()] == [900, 5000]


def test_lists_events_that_did_not_arrive_oldest_first(
    client: stripe.StripeClient, sim: Simulator
) -> None:
    first, second = opened(client).id, opened(client).id
    for session in (first, second):
        sim.pay(session)
    completed = [e["id"] for e in sim.store.tables["event"].values() if "completed" in e["type"]]
    sim.store.delivered[completed[0]] = True
    topics: Any = {"types": ["checkout.session.completed"], "limit": 1}

    listed = client.v1.events.list({**topics, "delivery_success": False})
    assert [e.id for e in listed.auto_paging_iter()] == completed[1:]
    listed = client.v1.events.list({**topics, "ending_before": completed[0]})
    assert [e.id for e in listed.auto_paging_iter()] == completed[1:]
    assert client.v1.events.list({"created": {"gt": sim.now()}}).data == []


def test_opens_one_session_for_eight_who_ask_at_once(
    client: stripe.StripeClient, sim: Simulator
) -> None:
    params: Any = {"name": "Kit"}

    def ask(_number: int) -> str:
        return client.v1.products.create(params, {"idempotency_key": "one"}).id

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(ask, range(8)))) == 1
    assert len(sim.store.tables["product"]) == 1
