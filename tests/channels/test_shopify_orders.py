"""What an order at Shopify says, in our words."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from counterfoil.channels.base import RefundRequest
from counterfoil.channels.shopify import Shopify
from counterfoil.channels.shopify_orders import STATUSES, payment_of
from counterfoil.errors import ChannelRefused, ChannelUnavailable, OrderInvalid
from counterfoil.rules.orders import (
    DisputeStatus,
    OrderGift,
    OrderState,
    PaymentStatus,
    RefundStatus,
)
from tests.channels.test_shopify import settings_of
from tests.shopify_double import ShopDouble, ShopServer, schema
from tests.shopify_orders import LINE, MUG, ORDER, OTHER, Order, attributes, bag, gid, line

COVERS = {
    "F2": ["test_our_refund_is_made_once_however_often_it_is_asked_for"],
    "F9": ["test_reads_ids_beyond_what_javascript_holds"],
    "F39": ["test_a_refund_without_lines_waits_for_its_money"],
    "F42": ["test_refuses_an_order_in_two_currencies"],
    "F43": ["test_takes_discounts_off_and_adds_taxes_that_are_not_included"],
    "F45": ["test_counts_in_what_the_buyer_pays_in"],
}

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.fixture
def double() -> ShopDouble:
    found = ShopDouble()
    found.add(Order())
    return found


@pytest.fixture
def channel(double: ShopDouble) -> Iterator[Shopify]:
    server = ShopServer(double)
    yield Shopify(settings_of(server.url))
    server.stop()


def read(channel: Shopify, number: int = ORDER) -> OrderState:
    order = channel.read_order(str(number), as_of=NOW)
    assert order is not None
    return order


def test_reads_ids_beyond_what_javascript_holds(channel: Shopify) -> None:
    order = read(channel)
    assert order.reference == str(ORDER) == order.payment_reference
    assert [one.reference for one in order.lines] == [str(LINE), str(OTHER), str(MUG)]
    assert int(float(order.reference)) != int(order.reference)


def test_reads_what_an_order_says(channel: Shopify) -> None:
    order = read(channel)
    assert (order.number, order.locale, order.is_test) == ("#1042", "de-CH", False)
    assert (order.buyer_email, order.buyer_name) == ("ann.buyer@example.com", "Ann Buyer")
    assert order.paid_at == datetime(2026, 11, 20, 15, 0, 2, tzinfo=UTC)
    assert order.as_of == NOW


def test_says_by_which_keys_a_line_may_be_mapped(channel: Shopify, double: ShopDouble) -> None:
    double.orders[ORDER].lines += [
        line(71, None, 1, "50.00", isGiftCard=True, product=None),
        line(72, "", 1, "1.00", variant=None, product=None, name="Tip \x00for the kennel"),
    ]
    keys = [one.product_keys for one in read(channel).lines]
    assert keys[0] == ("variant:42", "sku:DNA-STD", "product:632")
    assert keys[3] == ("variant:112", "shopify:gift_card")
    assert keys[4] == ("title:Tip for the kennel",)


def test_counts_in_what_the_buyer_pays_in(channel: Shopify, double: ShopDouble) -> None:
    double.add(
        Order(
            number=9,
            currency="JPY",
            total="3000",
            lines=[line(LINE, "DNA-STD", 2, "1500.0", currency="JPY")],
        )
    )
    order = read(channel, 9)
    assert (order.currency, order.amount_total) == ("JPY", 3000)
    assert (order.lines[0].unit_amount, order.lines[0].amount_total) == (1500, 3000)


def test_takes_discounts_off_and_adds_taxes_that_are_not_included(
    channel: Shopify, double: ShopDouble
) -> None:
    found = double.orders[ORDER]
    found.lines[:] = [
        line(
            LINE,
            "DNA-STD",
            2,
            "114.00",
            discountAllocations=[{"allocatedAmountSet": bag("28.00")}],
            taxLines=[{"priceSet": bag("15.40")}, {"priceSet": bag("0.005")}],
        )
    ]
    found.facts["taxesIncluded"] = False
    assert read(channel).lines[0].amount_total == 22_800 - 2_800 + 1_540 + 1
    found.facts["taxesIncluded"] = True
    assert read(channel).lines[0].amount_total == 20_000


def test_refuses_an_order_in_two_currencies(channel: Shopify, double: ShopDouble) -> None:
    double.orders[ORDER].lines[0]["originalUnitPriceSet"] = bag("114.00", "EUR")
    with pytest.raises(OrderInvalid):
        read(channel)


def test_a_word_we_do_not_know_issues_nothing() -> None:
    def status(word: str | None) -> PaymentStatus:
        return payment_of({"displayFinancialStatus": word}, authorized_is_paid=False)

    assert status("PAID_IN_BEADS") is PaymentStatus.AWAITING
    assert status(None) is PaymentStatus.AWAITING
    known: Any = schema().type_map["OrderDisplayFinancialStatus"]
    assert set(known.values) == set(STATUSES)


def test_what_is_wanted_is_what_is_there_and_what_was_refunded(
    channel: Shopify, double: ShopDouble
) -> None:
    found = double.orders[ORDER]
    found.refund({LINE: 1, OTHER: 1}, amount="243.00")
    found.edit(MUG, 0)

    order = read(channel)

    assert {one.reference: one.quantity for one in order.lines} == {str(LINE): 2, str(OTHER): 1}
    [refund] = order.refunds
    assert [(one.line, one.quantity, one.amount) for one in refund.lines] == [
        (str(LINE), 1, 11_400),
        (str(OTHER), 1, 12_900),
    ]
    assert not refund.money_only


def test_a_refund_without_lines_waits_for_its_money(channel: Shopify, double: ShopDouble) -> None:
    made = double.orders[ORDER].refund({}, amount="20.00", money="PENDING")
    for word, status, amount in [
        ("PENDING", RefundStatus.PENDING, 2000),
        ("AWAITING_RESPONSE", RefundStatus.PENDING, 2000),
        ("SUCCESS", RefundStatus.SUCCEEDED, 2000),
        ("FAILURE", RefundStatus.FAILED, 0),
        ("ERROR", RefundStatus.FAILED, 0),
    ]:
        made["transactions"][0]["status"] = word
        [refund] = read(channel).refunds
        assert (refund.status, refund.amount, refund.money_only) == (status, amount, True)


def test_a_refund_with_lines_stands_whatever_becomes_of_its_money(
    channel: Shopify, double: ShopDouble
) -> None:
    double.orders[ORDER].refund({LINE: 1}, amount="114.00", money="FAILURE")
    [refund] = read(channel).refunds
    assert (refund.status, refund.amount) == (RefundStatus.SUCCEEDED, 0)


def test_reads_long_orders_and_long_refunds(channel: Shopify, double: ShopDouble) -> None:
    lines = [line(10_000 + n, f"KIT-{n}", 1, "1.00") for n in range(95)]
    found = double.add(Order(number=9, lines=lines, total="95.00"))
    found.refund({10_000 + n: 1 for n in range(60)}, amount="60.00")

    order = read(channel, 9)

    assert len(order.lines) == 95
    assert [len(one.lines) for one in order.refunds] == [60]


def test_an_order_that_changes_between_two_pages_is_read_anew(
    channel: Shopify, double: ShopDouble
) -> None:
    lines = [line(10_000 + n, f"KIT-{n}", 1, "1.00") for n in range(30)]
    found = double.add(Order(number=9, lines=lines, total="30.00"))

    def change_once(name: str) -> None:
        if name == "CounterfoilLines":
            double.before = None
            found.edit(10_000, 0)
            found.updated_at = "2030-01-01T00:00:00Z"

    double.before = change_once
    assert len(read(channel, 9).lines) == 29
    assert double.names().count("CounterfoilOrder") == 2

    moments = iter(range(100))
    double.before = lambda _: setattr(found, "updated_at", str(next(moments)))
    with pytest.raises(ChannelUnavailable):
        read(channel, 9)


def test_more_refunds_than_can_be_listed_are_for_a_person(
    channel: Shopify, double: ShopDouble
) -> None:
    for _ in range(100):
        double.orders[ORDER].refund({}, amount="0.01")
    with pytest.raises(OrderInvalid, match="more refunds"):
        read(channel)


@pytest.mark.parametrize(
    ("given", "gift"),
    [
        ({}, None),
        ({"cf_gift": "false", "cf_recipient_email": "rex@example.com"}, None),
        ({"cf_gift_message": "only a note"}, None),
        ({"cf_gift": "true"}, OrderGift()),
        ({"_cf_gift": "YES", "other": "x"}, OrderGift()),
        (
            {
                "cf_recipient_email": " rex@example.com ",
                "cf_recipient_name": "Rex",
                "cf_gift_message": "Happy birthday!",
                "cf_sender_name": "Ann",
                "cf_send_at": "2026-12-24T09:00:00+01:00",
            },
            OrderGift(
                recipient_mail="rex@example.com",
                recipient_name="Rex",
                message="Happy birthday!",
                sender_name="Ann",
                send_at=datetime(2026, 12, 24, 8, 0, tzinfo=UTC),
            ),
        ),
        (
            {"cf_recipient_email": "rex@example.com", "cf_send_at": "next Christmas"},
            OrderGift(recipient_mail="rex@example.com"),
        ),
        (
            {"cf_recipient_email": "rex@example.com", "cf_send_at": "2026-12-24T08:00:00"},
            OrderGift(recipient_mail="rex@example.com"),  # no zone: nobody knows when that is
        ),
    ],
)
def test_reads_the_wishes_of_a_giver(
    channel: Shopify, double: ShopDouble, given: dict[str, str], gift: OrderGift | None
) -> None:
    double.orders[ORDER].facts["customAttributes"] = attributes(given)
    assert read(channel).gift == gift


def test_the_wishes_of_a_line_win(channel: Shopify, double: ShopDouble) -> None:
    found = double.orders[ORDER]
    found.facts["customAttributes"] = attributes(
        {"cf_recipient_email": "rex@example.com", "cf_gift_message": "For all"}
    )
    found.lines[0]["customAttributes"] = attributes({"_cf_recipient_email": "fido@example.com"})
    found.lines[1]["customAttributes"] = attributes({"Dog name": "Rex"})

    order = read(channel)

    assert order.lines[0].gift == OrderGift(recipient_mail="fido@example.com", message="For all")
    assert order.lines[1].gift is None
    assert order.gift == OrderGift(recipient_mail="rex@example.com", message="For all")


@pytest.mark.parametrize(
    ("kind", "status", "ours"),
    [
        ("CHARGEBACK", "NEEDS_RESPONSE", DisputeStatus.OPEN),
        ("CHARGEBACK", "UNDER_REVIEW", DisputeStatus.OPEN),
        ("CHARGEBACK", "WON", DisputeStatus.WON),
        ("CHARGEBACK", "LOST", DisputeStatus.LOST),
        ("CHARGEBACK", "ACCEPTED", DisputeStatus.LOST),
        ("CHARGEBACK", "PREVENTED", DisputeStatus.INQUIRY_CLOSED),
        ("INQUIRY", "NEEDS_RESPONSE", DisputeStatus.INQUIRY),
        ("INQUIRY", "LOST", DisputeStatus.INQUIRY_CLOSED),
    ],
)
def test_reads_disputes(
    channel: Shopify, double: ShopDouble, kind: str, status: str, ours: DisputeStatus
) -> None:
    double.orders[ORDER].dispute(status, kind)
    [dispute] = read(channel).disputes
    assert (dispute.status, dispute.amount) == (ours, 35_700)
    assert dispute.at == datetime(2026, 11, 21, 13, 0, tzinfo=UTC)


def request(**changes: Any) -> RefundRequest:
    base = RefundRequest(
        payment_reference=str(ORDER),
        amount=11_400,
        currency="USD",
        idempotency_key="refund-1",
        line=str(LINE),
        quantity=1,
        units=("ent_abc",),
        reason="asked for it",
    )
    return replace(base, **changes)


def test_our_refund_is_made_once_however_often_it_is_asked_for(
    channel: Shopify, double: ShopDouble
) -> None:
    made = channel.refund(request())
    assert channel.refund(request()) == made
    double.idempotency.clear()  # Shopify forgets keys after a while; our mark stays
    assert channel.refund(request()) == made

    assert len(double.orders[ORDER].refunds) == 1
    assert (made.amount, made.status, made.units) == (
        11_400,
        RefundStatus.SUCCEEDED,
        ("ent_abc",),
    )
    assert read(channel).refunds == (made,)
    assert channel.refund(request(idempotency_key="refund-2")).reference != made.reference
    assert channel.refund(request(idempotency_key="3", line=None, units=(), amount=5)).money_only


def test_a_lost_answer_to_a_refund_costs_nothing(channel: Shopify, double: ShopDouble) -> None:
    channel.refund(request())
    asked = double.names().count("CounterfoilRefund")
    double.orders[ORDER].refunds[0]["note"] = "rewritten by staff"

    made = channel.refund(request())  # the key is all that is left, and it is enough

    assert double.names().count("CounterfoilRefund") > asked
    assert len(double.orders[ORDER].refunds) == 1
    assert made.amount == 11_400


@pytest.mark.parametrize(
    "changes",
    [{"amount": 35_701}, {"currency": "EUR"}, {"payment_reference": "1"}],
)
def test_refuses_refunds_that_cannot_be(
    channel: Shopify, double: ShopDouble, changes: dict[str, Any]
) -> None:
    with pytest.raises(ChannelRefused):
        channel.refund(request(**changes))
    assert double.orders[ORDER].refunds == []


def test_passes_on_why_shopify_will_not_refund(channel: Shopify, double: ShopDouble) -> None:
    double.refusals["refundCreate"] = [{"field": None, "message": "Refund exceeds what is left"}]
    with pytest.raises(ChannelRefused, match="exceeds"):
        channel.refund(request())
    assert gid("Order", ORDER) not in double.metafields
