"""What happens to orders, and what the messages then say."""

import json
from pathlib import Path
from typing import Any

import pytest

from counterfoil_sim.errors import Refused
from counterfoil_sim.shopify import Shopify, Wanted, Webhooks
from counterfoil_sim.shopify.sums import financial_status
from tests.simulated import Clock
from tests.simulated_shopify import App

SAMPLES = Path(__file__).parents[3] / "shared/channel-data/shopify/webhooks_derived"
# What a shop without taxes, addresses, discounts and visitors to track has nothing to say about.
LEFT_OUT = {
    "additional_fees", "browser_ip", "cart_token", "checkout_token", "client_details",
    "confirmation_number", "current_total_additional_fees_set", "current_total_duties_set",
    "device_id", "duties_included", "estimated_taxes", "landing_site", "landing_site_ref",
    "location_id", "merchant_business_entity_id", "order_status_url",
    "original_total_additional_fees_set", "original_total_duties_set", "reference",
    "referring_site", "source_url", "default_address", "email_marketing_consent",
    "sms_marketing_consent", "multipass_identifier", "tax_exempt", "tax_exemptions",
    "amount_rounding", "total_unsettled_set", "total_cash_rounding_payment_adjustment_set",
    "total_cash_rounding_refund_adjustment_set", "total_weight",
}  # fmt: skip


def quantities(order: dict[str, Any]) -> list[int]:
    return [line["current_quantity"] for line in order["line_items"]]


@pytest.mark.parametrize(
    ("payment", "status", "topics"),
    [
        ("paid", "paid", ["orders/create", "orders/paid"]),
        ("pending", "pending", ["orders/create"]),
        ("authorized", "authorized", ["orders/create"]),
    ],
)
def test_places_an_order(
    shopify: Shopify, webhooks: Webhooks, app: App, payment: Any, status: str, topics: list[str]
) -> None:
    shopify.place_order(
        [Wanted(sku="DNA-STD", quantity=2, properties={"Dog": "Rex"}), Wanted(sku="MUG")],
        payment=payment,
        attributes={"cf_gift": "true"},
    )
    webhooks.deliver_now()

    assert app.topics() == topics
    told = app.last("orders/create")
    assert told["financial_status"] == status
    assert told["note_attributes"] == [{"name": "cf_gift", "value": "true"}]
    assert told["line_items"][0]["properties"] == [{"name": "Dog", "value": "Rex"}]
    assert [line["requires_shipping"] for line in told["line_items"]] == [False, True]
    assert (told["total_price"], told["test"], told["id"] > 2**53) == ("237.00", True, True)


def test_pays_later(shopify: Shopify, webhooks: Webhooks, app: App) -> None:
    for payment in ("pending", "authorized"):
        order = shopify.place_order({"DNA-STD": 1}, payment=payment)
        shopify.fail_payment(order["id"])
        assert financial_status(shopify.order(order["id"])) == payment
        shopify.pay(order["id"])
        with pytest.raises(Refused, match="Nothing is left"):
            shopify.pay(order["id"])
    webhooks.deliver_now()

    assert app.topics().count("orders/paid") == 2
    assert app.last("orders/paid")["financial_status"] == "paid"


def test_pays_in_parts(shopify: Shopify) -> None:
    order = shopify.place_order({"DNA-STD": 1}, payment="pending")
    shopify.pay_part(order["id"], 5_000)
    assert financial_status(shopify.order(order["id"])) == "partially_paid"
    shopify.pay(order["id"])
    assert financial_status(shopify.order(order["id"])) == "paid"


def test_refunds_lines(shopify: Shopify, webhooks: Webhooks, app: App) -> None:
    order = shopify.place_order({"DNA-STD": 3, "MUG": 1})
    shopify.refund(order["id"], {"DNA-STD": 1}, restock="return", note="changed mind")
    webhooks.deliver_now()

    refund = app.last("refunds/create")
    [line] = refund["refund_line_items"]
    assert (line["quantity"], line["restock_type"], line["subtotal"]) == (1, "return", 114.0)
    assert line["line_item_id"] == order["lines"][0]["id"]
    assert [one["amount"] for one in refund["transactions"]] == ["114.00"]
    told = app.last("orders/updated")
    assert (quantities(told), told["financial_status"]) == ([2, 1], "partially_refunded")
    assert [one["id"] for one in told["refunds"]] == [refund["id"]]
    causes = {one.headers["x-shopify-event-id"] for one in app.heard[-2:]}
    assert len(causes) == 1


def test_refunds_without_money_or_without_lines(
    shopify: Shopify, webhooks: Webhooks, app: App
) -> None:
    order = shopify.place_order({"DNA-STD": 2})
    shopify.refund(order["id"], {"DNA-STD": 1}, amount=0)
    shopify.refund_amount(order["id"], 500)
    shopify.refund(order["id"], {"DNA-STD": 1}, amount=1_000, succeeds=False)
    webhooks.deliver_now()

    silent, favour, failed = [one.body for one in app.heard if one.topic == "refunds/create"]
    assert (silent["transactions"], len(silent["refund_line_items"])) == ([], 1)
    assert (favour["refund_line_items"], favour["transactions"][0]["amount"]) == ([], "5.00")
    assert favour["order_adjustments"][0]["kind"] == "refund_discrepancy"
    assert failed["transactions"][0]["status"] == "failure"
    told = app.last("orders/updated")
    assert (quantities(told), told["financial_status"]) == ([0], "partially_refunded")


def test_refuses_more_than_is_left(shopify: Shopify) -> None:
    order = shopify.place_order({"DNA-STD": 2})
    before = shopify.order(order["id"])
    for attempt in (
        lambda: shopify.refund(order["id"], {"DNA-STD": 3}),
        lambda: shopify.refund(order["id"], {"DNA-STD": 0}),
        lambda: shopify.refund(order["id"], {"MUG": 1}),
        lambda: shopify.refund(order["id"], {"DNA-STD": 1}, amount=22_801),
        lambda: shopify.refund_amount(order["id"], 22_801),
        lambda: shopify.refund_amount(order["id"], 0),
        lambda: shopify.edit(order["id"], {"DNA-STD": -1}),
        lambda: shopify.edit(order["id"], {"DNA-STD": 2}),
        lambda: shopify.close_dispute(order["id"], "won"),
        lambda: shopify.place_order({}),
        lambda: shopify.place_order({"CAR": 1}),
    ):
        with pytest.raises(Refused):
            attempt()
    assert shopify.order(order["id"]) == before


def test_edits(shopify: Shopify, webhooks: Webhooks, app: App) -> None:
    order = shopify.place_order({"DNA-STD": 3})
    shopify.edit(order["id"], {"DNA-STD": 1}, added={"MUG": 2})
    webhooks.deliver_now()

    edited = app.last("orders/edited")["order_edit"]
    lines = shopify.order(order["id"])["lines"]
    assert edited["order_id"] == order["id"]
    assert edited["line_items"]["removals"] == [{"id": lines[0]["id"], "delta": 2}]
    assert edited["line_items"]["additions"] == [{"id": lines[1]["id"], "delta": 2}]
    told = app.last("orders/updated")
    assert quantities(told) == [1, 2]
    assert [line["quantity"] for line in told["line_items"]] == [3, 2]
    assert told["refunds"] == []


def test_edits_recorded_as_a_refund(shopify: Shopify, webhooks: Webhooks, app: App) -> None:
    order = shopify.place_order({"DNA-STD": 3})
    shopify.edit(order["id"], {"DNA-STD": 1}, as_refund=True)
    webhooks.deliver_now()

    told = app.last("orders/updated")
    [refund] = told["refunds"]
    assert (quantities(told), refund["transactions"]) == ([1], [])
    assert refund["refund_line_items"][0]["quantity"] == 2


def test_owes_what_an_edit_added(shopify: Shopify) -> None:
    order = shopify.place_order({"DNA-STD": 1})
    shopify.edit(order["id"], {"DNA-STD": 2})
    assert financial_status(shopify.order(order["id"])) == "partially_paid"
    shopify.pay(order["id"])
    assert financial_status(shopify.order(order["id"])) == "paid"


def test_cancels(shopify: Shopify, webhooks: Webhooks, app: App, clock: Clock) -> None:
    kept = shopify.place_order({"DNA-STD": 2})
    shopify.cancel(kept["id"], refund=False, reason="fraud")
    back = shopify.place_order({"DNA-STD": 2})
    shopify.cancel(back["id"])
    never = shopify.place_order({"DNA-STD": 2}, payment="authorized")
    shopify.cancel(never["id"])
    webhooks.deliver_now()

    told = [one.body for one in app.heard if one.topic == "orders/cancelled"]
    assert [one["financial_status"] for one in told] == ["paid", "refunded", "voided"]
    assert [quantities(one) for one in told] == [[2], [0], [2]]
    causes = {
        one.headers["x-shopify-event-id"]
        for one in app.heard
        if one.topic == "refunds/create" or one.body.get("id") == back["id"]
    }
    assert len(causes) == 2  # it was placed, and it was cancelled with its money back
    assert {one["cancelled_at"] for one in told} == {"2026-11-21T04:00:00-05:00"}
    assert told[0]["cancel_reason"] == "fraud"
    with pytest.raises(Refused, match="already"):
        shopify.cancel(back["id"])


def test_disputes(shopify: Shopify, webhooks: Webhooks, app: App) -> None:
    order = shopify.place_order({"DNA-STD": 1})
    shopify.dispute(order["id"])
    shopify.close_dispute(order["id"], "lost")
    webhooks.deliver_now()

    opened, closed = app.last("disputes/create"), app.last("disputes/update")
    assert (opened["type"], opened["status"]) == ("chargeback", "needs_response")
    assert (closed["id"], closed["status"]) == (opened["id"], "lost")
    assert opened["order_id"] == order["id"]


def test_hides_buyers_from_an_app_that_was_not_approved(
    shopify: Shopify, webhooks: Webhooks, app: App
) -> None:
    shopify.show_buyers(shown=False)
    shopify.place_order({"DNA-STD": 1})
    webhooks.deliver_now()

    told = app.last("orders/paid")
    assert (told["email"], told["contact_email"], told["customer"]) == (None, None, None)


@pytest.mark.parametrize("name", ["orders_paid", "refunds_create.one_of_two_units"])
def test_writes_what_the_samples_write(
    shopify: Shopify, webhooks: Webhooks, app: App, name: str
) -> None:
    sample = SAMPLES / f"{name}.body.json"
    if not sample.exists():
        pytest.skip("the samples are not here")
    order = shopify.place_order({"DNA-STD": 2, "MUG": 1})
    shopify.refund(order["id"], {"DNA-STD": 1})
    webhooks.deliver_now()
    told = app.last(name.partition(".")[0].replace("_", "/"))

    found = differences(json.loads(sample.read_text()), told)

    assert not found, "; ".join(sorted(found))


def differences(sample: Any, told: Any, at: str = "") -> list[str]:
    """Name what a message has otherwise than the sample: other fields, other kinds of values."""
    match sample, told:
        case dict(), dict():
            missing = set(sample) - set(told) - LEFT_OUT
            found = [f"{at}.{name} is missing" for name in missing]
            found += [f"{at}.{name} is new" for name in set(told) - set(sample)]
            both = set(told) & set(sample)
            return found + [x for n in both for x in differences(sample[n], told[n], f"{at}.{n}")]
        case [first, *_], [one, *_]:
            return differences(first, one, f"{at}[]")
        case (None, _) | (_, None) | (list(), list()):
            return []
        case _ if type(sample) is not type(told):
            return [f"{at} is {type(told).__name__}, not {type(sample).__name__}"]
        case _:
            return []
