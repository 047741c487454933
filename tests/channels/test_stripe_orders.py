"""What a Stripe session says, in our words."""

from typing import Any

import pytest

from counterfoil.channels.base import RefundRequest
from counterfoil.channels.stripe_checkout import locale_for
from counterfoil.channels.stripe_money import dispute_of, refund_metadata, refund_of
from counterfoil.channels.stripe_orders import order_of
from counterfoil.errors import OrderInvalid
from counterfoil.rules.orders import (
    DisputeStatus,
    OrderGift,
    PaymentStatus,
    RefundedLine,
    RefundStatus,
)
from tests.channels.builders import NOW, dispute, item, refund, session

COVERS = {
    "F45": ["test_keeps_yen_as_they_are"],
    "F9": [
        "test_issues_nothing_for_words_it_does_not_know",
        "test_refuses_a_session_that_cannot_be_an_order",
    ],
}


def payment(**changes: Any) -> PaymentStatus:
    return order_of(session(**changes), items=[item()], as_of=NOW).payment


def test_reads_a_paid_session() -> None:
    order = order_of(session(), items=[item()], as_of=NOW)

    assert order.reference == "cs_test_one"
    assert order.as_of == NOW
    assert order.payment is PaymentStatus.PAID
    assert order.payment_reference == "pi_one"
    assert order.paid_at is not None
    assert int(order.paid_at.timestamp()) == 1795250100
    assert (order.currency, order.amount_total) == ("EUR", 5000)
    assert (order.buyer_email, order.buyer_name, order.locale) == (
        "buyer@example.com",
        "Bea Buyer",
        "de",
    )
    assert order.cart == "cart-1"
    assert order.is_test
    (line,) = order.lines
    assert line.product_keys == ("price:price_kit", "lookup:KIT", "sku:KIT-1", "product:prod_kit")
    assert (line.quantity, line.unit_amount, line.amount_total) == (2, 2500, 5000)


def test_tells_the_payments_apart() -> None:
    def intent(status: str) -> dict[str, str]:
        return {"id": "pi_one", "status": status}

    assert payment(payment_status="no_payment_required", payment_intent=None) is PaymentStatus.PAID
    assert payment(payment_status="unpaid", payment_intent=intent("processing")) is (
        PaymentStatus.AWAITING
    )
    assert payment(payment_status="unpaid", payment_intent=intent("requires_action")) is (
        PaymentStatus.AWAITING
    )
    assert payment(payment_status="unpaid", payment_intent=intent("requires_payment_method")) is (
        PaymentStatus.FAILED
    )
    assert payment(payment_status="unpaid", payment_intent=intent("canceled")) is (
        PaymentStatus.FAILED
    )
    assert payment(payment_status="unpaid", payment_intent="pi_one") is PaymentStatus.AWAITING
    assert payment(status="open", payment_status="unpaid") is PaymentStatus.OPEN
    assert payment(status="expired", payment_status="unpaid") is PaymentStatus.EXPIRED


def test_issues_nothing_for_words_it_does_not_know() -> None:
    assert payment(status="open", payment_status="paid") is PaymentStatus.OPEN
    assert payment(payment_status="mostly_paid") is PaymentStatus.AWAITING
    assert payment(status="finished", payment_status="paid") is PaymentStatus.OPEN


def test_takes_a_session_without_a_mode_of_being_live_for_a_test() -> None:
    assert order_of(session(livemode=None), items=[], as_of=NOW).is_test
    assert not order_of(session(livemode=True), items=[], as_of=NOW).is_test


def test_finds_the_cart_and_the_buyer_where_they_may_be() -> None:
    order = order_of(
        session(metadata=None, customer_details=None, customer_email="given@example.com"),
        items=[],
        as_of=NOW,
    )
    assert (order.cart, order.buyer_email, order.buyer_name) == (
        "cart-from-reference",
        "given@example.com",
        "",
    )
    linked = order_of(session(metadata=None, payment_link="plink_one"), items=[], as_of=NOW)
    assert linked.cart is None
    bare = order_of(
        session(metadata={}, client_reference_id=None, customer_details=None), items=[], as_of=NOW
    )
    assert (bare.cart, bare.buyer_email) == (None, None)


def test_reads_a_line_with_hardly_anything_on_it() -> None:
    price = {"id": "price_kit", "lookup_key": None, "unit_amount": None, "product": "prod_kit"}
    order = order_of(session(), items=[item(price=price, metadata=None)], as_of=NOW)
    assert order.lines[0].product_keys == ("price:price_kit", "product:prod_kit")
    assert order.lines[0].unit_amount == 2500

    nothing = order_of(session(), items=[item(price=None, quantity=None)], as_of=NOW)
    assert nothing.lines[0].product_keys == ()
    assert nothing.lines[0].quantity == 0


def test_keeps_what_a_database_cannot_store_out_of_names() -> None:
    order = order_of(
        session(customer_details={"email": "a@example.com", "name": "A\x00nn"}), items=[], as_of=NOW
    )
    assert order.buyer_name == "Ann"


def test_refuses_a_session_that_cannot_be_an_order() -> None:
    for missing in ("id", "currency", "amount_total"):
        with pytest.raises(OrderInvalid):
            order_of(session(**{missing: None}), items=[], as_of=NOW)


def test_keeps_yen_as_they_are() -> None:
    order = order_of(session(currency="jpy", amount_total=500), items=[], as_of=NOW)
    assert (order.currency, order.amount_total) == ("JPY", 500)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("succeeded", RefundStatus.SUCCEEDED),
        ("pending", RefundStatus.PENDING),
        ("requires_action", RefundStatus.PENDING),
        ("failed", RefundStatus.FAILED),
        ("canceled", RefundStatus.FAILED),
        ("reconsidered", RefundStatus.PENDING),
        (None, RefundStatus.PENDING),
    ],
)
def test_reads_how_a_refund_stands(word: str | None, status: RefundStatus) -> None:
    assert refund_of(refund(status=word)).status is status


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("warning_needs_response", DisputeStatus.INQUIRY),
        ("warning_under_review", DisputeStatus.INQUIRY),
        ("warning_closed", DisputeStatus.INQUIRY_CLOSED),
        ("prevented", DisputeStatus.INQUIRY_CLOSED),
        ("needs_response", DisputeStatus.OPEN),
        ("under_review", DisputeStatus.OPEN),
        ("appeal_needs_response", DisputeStatus.OPEN),
        ("appeal_under_review", DisputeStatus.OPEN),
        ("won", DisputeStatus.WON),
        ("lost", DisputeStatus.LOST),
        ("mediated", DisputeStatus.OPEN),
    ],
)
def test_reads_how_a_dispute_stands(word: str, status: DisputeStatus) -> None:
    assert dispute_of(dispute(status=word)).status is status


def test_reads_what_a_refund_is_for() -> None:
    exact = refund_of(refund(metadata={"cf_line": "li_one", "cf_quantity": "1"}))
    assert exact.lines == (RefundedLine(line="li_one", quantity=1, amount=exact.amount),)
    assert exact.units == ()

    assert refund_of(refund(metadata=None)).lines == ()
    for nonsense in ("one", "-1", "1.0", "", "9" * 50, "²"):
        unclear = refund_of(refund(metadata={"cf_line": "li_one", "cf_quantity": nonsense}))
        assert unclear.lines == (RefundedLine(line="li_one", quantity=0, amount=unclear.amount),)


def test_reads_the_handles_it_wrote_however_many_there_are() -> None:
    handles = tuple(f"ent_{number:026d}" for number in range(200))
    request = RefundRequest(
        payment_reference="pi_one",
        amount=1,
        currency="EUR",
        idempotency_key="k",
        line="li_one",
        quantity=200,
        units=handles,
    )
    written = refund_metadata(request)

    assert all(len(value) <= 500 for value in written.values())
    assert len(written) <= 50
    assert refund_of(refund(metadata=written)).units == handles


def test_refuses_a_refund_without_an_amount() -> None:
    with pytest.raises(OrderInvalid):
        refund_of(refund(amount=None))
    with pytest.raises(OrderInvalid):
        dispute_of(dispute(created="yesterday"))


def test_speaks_the_nearest_language() -> None:
    assert [locale_for(x) for x in ("de", "de_AT", "pt-br", "en-GB", "tlh", "")] == [
        "de",
        "de",
        "pt-BR",
        "en-GB",
        "auto",
        "auto",
    ]


def typed(key: str, value: object, *, kind: str = "text") -> dict[str, object]:
    return {"key": key, "type": kind, kind: {"value": value}, "optional": True}


@pytest.mark.parametrize(
    ("changes", "gift"),
    [
        ({}, None),
        ({"custom_fields": None, "metadata": None}, None),
        ({"custom_fields": [typed("size", "L"), "nonsense", {"key": None}]}, None),
        ({"custom_fields": [typed("recipientemail", None)]}, None),
        (
            {
                "custom_fields": [
                    typed("RecipientEmail", " rex@example.com "),
                    typed("cfgiftmessage", "Happy birthday!"),
                    typed("gift", "yes", kind="dropdown"),
                ]
            },
            OrderGift(recipient_mail="rex@example.com", message="Happy birthday!"),
        ),
        (
            {
                "metadata": {"cf_recipient_email": "old@example.com", "cf_sender_name": "Ann"},
                "custom_fields": [typed("recipientemail", "rex@example.com")],
            },
            OrderGift(recipient_mail="rex@example.com", sender_name="Ann"),
        ),
    ],
)
def test_reads_a_gift_from_a_payment_link(changes: dict[str, Any], gift: OrderGift | None) -> None:
    linked = session(payment_link="plink_one", client_reference_id="guess", **changes)

    order = order_of(linked, items=[item()], as_of=NOW)

    assert order.gift == gift
