"""How orders of WooCommerce are read: every status, refund, currency and oddity."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from counterfoil.channels.woocommerce import WooCommerce
from counterfoil.channels.woocommerce_orders import order_of
from counterfoil.channels.woocommerce_status import Meaning, Statuses
from counterfoil.errors import OrderInvalid
from counterfoil.rules.orders import OrderState, PaymentStatus, RefundedLine
from counterfoil_sim.woocommerce_world import WooCommerceSite
from tests.simulated import Clock
from tests.woocommerce_site import (
    CARD,
    connect,
    kits,
    site,
    woo,
    woo_deliveries,
    woo_server,
)

__all__ = ["connect", "site", "woo", "woo_deliveries", "woo_server"]

COVERS = {
    "F9": ["test_refuses_what_is_no_order", "test_a_number_is_never_money"],
    "F36": ["test_refunds_say_how_many_of_which_line"],
    "F37": ["test_an_amount_is_money_only", "test_an_amount_of_a_line_names_the_line"],
    "F39": ["test_a_deleted_refund_is_not_there"],
    "F41": ["test_an_edit_changes_the_quantity_and_a_refund_does_not"],
    "F43": ["test_an_order_that_costs_nothing_is_paid"],
    "F44": ["test_what_a_status_means_for_the_payment"],
    "F45": ["test_amounts_in_the_currency_of_the_order", "test_asks_for_more_decimals_than_shown"],
}

PAYLOADS = Path(__file__).parent / "payloads/woocommerce"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def payload(name: str, **changes: Any) -> dict[str, Any]:
    """Read one of our own specimens."""
    found: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text())
    return found | changes


def state(order: dict[str, Any], *refunds: dict[str, Any], statuses: Statuses = ()) -> OrderState:
    return order_of(
        order, refunds=refunds, statuses=statuses, is_test=False, locale="de", as_of=NOW
    )


def read(woo: WooCommerce, order: dict[str, Any]) -> OrderState:
    found = woo.read_order(str(order["id"]), as_of=NOW)
    assert found is not None
    return found


PAID, AWAITING, OPEN = PaymentStatus.PAID, PaymentStatus.AWAITING, PaymentStatus.OPEN
FAILED, EXPIRED = PaymentStatus.FAILED, PaymentStatus.EXPIRED


@pytest.mark.parametrize(
    ("status", "unpaid", "paid", "dead"),
    [
        ("pending", OPEN, AWAITING, False),
        ("checkout-draft", OPEN, AWAITING, False),
        ("on-hold", AWAITING, AWAITING, False),
        ("processing", AWAITING, PAID, False),  # cash on delivery is processing before it is paid
        ("completed", AWAITING, PAID, False),
        ("cancelled", EXPIRED, PAID, True),
        ("failed", FAILED, PAID, True),
        ("refunded", EXPIRED, PAID, True),
        ("trash", EXPIRED, PAID, True),
        ("wc-completed", AWAITING, PAID, False),
        ("packed-by-a-plugin", AWAITING, PAID, False),
        ("", AWAITING, PAID, False),
    ],
)
def test_what_a_status_means_for_the_payment(
    status: str, unpaid: PaymentStatus, paid: PaymentStatus, dead: bool
) -> None:
    without = state(payload("order", status=status, date_paid=None, date_paid_gmt=None))
    assert (without.payment, without.paid_at) == (unpaid, None)
    assert without.cancelled_at is None or dead
    with_date = state(payload("order", status=status))
    assert with_date.payment is paid
    assert (with_date.cancelled_at is not None) is dead


def test_the_owner_knows_better_what_a_plugins_status_means() -> None:
    statuses: Statuses = (("returned", Meaning.DEAD), ("fraud-check", Meaning.WAITING))
    assert state(payload("order", status="returned"), statuses=statuses).cancelled_at is not None
    checked = state(payload("order", status="fraud-check"), statuses=statuses)
    assert (checked.payment, checked.cancelled_at) == (AWAITING, None)


def test_reads_everything_that_is_asked_of_an_order() -> None:
    order = state(payload("order"))

    assert (order.reference, order.number, order.payment_reference) == ("4711", "W-0815", "4711")
    assert (order.currency, order.amount_total) == ("EUR", 27_290)
    assert order.paid_at == datetime(2026, 11, 20, 10, 1, 5, tzinfo=UTC)
    assert (order.buyer_email, order.buyer_name) == ("mona.muster@example.com", "Mona Muster")
    assert order.locale == "fr"
    kit, health, mug = order.lines
    assert kit.product_keys == ("sku:DNA-STD", "product:51")
    assert health.product_keys == ("variation:53", "sku:DNA-HEALTH", "product:52")
    assert mug.product_keys == ("product:54",)
    assert (kit.quantity, kit.unit_amount, kit.amount_total) == (1, 11_400, 11_400)
    # Listed at 129.00; a coupon took something off, so less was paid.
    assert (health.quantity, health.unit_amount, health.amount_total) == (1, 12_900, 12_100)
    assert mug.description == "Mug & paw \N{EN DASH} Color: Black"
    assert sum(line.amount_total for line in order.lines) == order.amount_total - 1290  # shipping


def test_gifts_are_wished_for_an_order_and_for_a_line() -> None:
    order = state(payload("order"))

    assert order.gift is not None
    assert order.gift.recipient_mail == "grandma@example.com"
    assert order.lines[0].gift is None
    own = order.lines[1].gift
    assert own is not None
    assert (own.recipient_mail, own.message) == ("uncle@example.com", "For Rex")
    assert own.send_at == datetime(2026, 12, 24, 8, 0, tzinfo=UTC)


def test_site_time_is_nobodys_business() -> None:
    late = payload("order", date_paid="2031-01-01T00:00:00", date_modified="not a time")
    assert state(late).paid_at == state(payload("order")).paid_at
    zoned = state(payload("order", date_paid_gmt="2026-11-20T12:01:05+02:00"))
    assert zoned.paid_at == state(payload("order")).paid_at


def test_refunds_say_how_many_of_which_line() -> None:
    order = state(payload("order"), payload("refund_units"), payload("refund_amount"))

    amount, units = order.refunds  # the oldest first
    assert (amount.reference, amount.amount, amount.money_only) == ("4790", 500, True)
    assert (units.reference, units.amount, units.reason) == ("4801", 12_100, "Rex has moved on")
    assert units.lines == (RefundedLine(line="9002", quantity=1, amount=12_100),)
    assert units.at == datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
    assert not units.money_only


def test_an_amount_is_money_only() -> None:
    [refund] = state(payload("order"), payload("refund_amount")).refunds
    assert (refund.lines, refund.units, refund.money_only) == ((), (), True)


def test_an_amount_of_a_line_names_the_line() -> None:
    item = payload("refund_units")["line_items"][0] | {"quantity": 0, "total": "-5.00"}
    refund = payload("refund_units", amount="5.00", line_items=[item | {"total_tax": "0"}])
    [found] = state(payload("order"), refund).refunds
    assert found.lines == (RefundedLine(line="9002", quantity=0, amount=500),)
    assert not found.money_only


def test_a_refund_of_nobody_knows_what_is_no_line_of_the_order() -> None:
    item = payload("refund_units")["line_items"][0] | {"meta_data": []}
    [found] = state(payload("order"), payload("refund_units", line_items=[item])).refunds
    assert found.lines[0].line not in {"9001", "9002", "9003"}


def test_a_refunded_order_is_as_its_refunds_say_or_else_cancelled() -> None:
    all_of_it = payload("refund_amount", amount="272.90")
    told = state(payload("order", status="refunded"), all_of_it)
    assert (told.payment, told.cancelled_at) == (PAID, None)
    untold = state(payload("order", status="refunded"), payload("refund_amount"))
    assert untold.cancelled_at is not None


def test_a_deleted_refund_is_not_there(woo: WooCommerce, site: WooCommerceSite) -> None:
    order = site.place([kits(2)], status="processing")
    refund = site.refund(order["id"], quantities={order["line_items"][0]["id"]: 1})
    assert len(read(woo, order).refunds) == 1
    site.delete_refund(order["id"], refund["id"])
    assert read(woo, order).refunds == ()


def test_an_edit_changes_the_quantity_and_a_refund_does_not(
    woo: WooCommerce, site: WooCommerceSite
) -> None:
    order = site.place([kits(5), CARD], status="processing")
    kit, card = (item["id"] for item in order["line_items"])
    site.refund(order["id"], quantities={kit: 2})
    assert [line.quantity for line in read(woo, order).lines] == [5, 1]
    site.edit(order["id"], item=kit, quantity=4)
    site.edit(order["id"], item=card, quantity=0)
    [line] = read(woo, order).lines
    assert (line.reference, line.quantity, line.amount_total) == (str(kit), 4, 10_000)


def test_an_order_that_costs_nothing_is_paid(woo: WooCommerce, site: WooCommerceSite) -> None:
    free = site.place([kits(1, discount="25.00")], status="processing")
    order = read(woo, free)
    assert (order.payment, order.amount_total) == (PAID, 0)
    assert (order.lines[0].unit_amount, order.lines[0].amount_total) == (2500, 0)


@pytest.mark.parametrize(
    ("currency", "decimals", "price", "minor"),
    [
        ("EUR", 2, "25.00", 2500),
        ("JPY", 0, "2500", 2500),
        ("JPY", 2, "2500", 2500),  # a shop that shows decimals a currency does not have
        ("HUF", 0, "9990", 999_000),  # and one that hides those it has
        ("KWD", 3, "7.125", 7125),
        ("KWD", 2, "7.125", 7125),
    ],
)
def test_amounts_in_the_currency_of_the_order(
    clock: Clock, currency: str, decimals: int, price: str, minor: int
) -> None:
    item = payload("order")["line_items"][0]
    amounts = dict.fromkeys(("subtotal", "total"), price) | {"subtotal_tax": "0", "total_tax": ""}
    order = state(payload("order", currency=currency, total=price, line_items=[item | amounts]))
    assert (order.currency, order.amount_total, order.lines[0].unit_amount) == (
        currency,
        minor,
        minor,
    )


def test_asks_for_more_decimals_than_shown(woo: WooCommerce, site: WooCommerceSite) -> None:
    site.decimals = 0
    order = site.place([kits(3, price="0.335")], status="processing", tax_percent="19")
    read_back = read(woo, order)
    assert (read_back.amount_total, read_back.lines[0].amount_total) == (120, 120)
    assert site.store.orders[str(order["id"])]["total"] == "1.20"


def test_a_number_is_never_money() -> None:
    item = payload("order")["line_items"][0]
    odd = item | {"price": 113.99999999999999, "total": "1.14e2", "subtotal": "114.000000001"}
    assert state(payload("order", line_items=[odd])).lines[0].amount_total == 11_400


@pytest.mark.parametrize(
    "changes",
    [
        {"id": None},
        {"id": 0},
        {"currency": ""},
        {"total": "a lot"},
        {"total": None},
        {"total": "NaN"},
        {"total": "1,50"},
        {"line_items": "none"},
        {"line_items": [None]},
        {"line_items": [{}]},
        {"line_items": [{"id": 1, "quantity": 1.5}]},
        {"line_items": [{"id": 1, "quantity": "1.5"}]},
        {"line_items": [{"id": 1, "quantity": True}]},
        {"line_items": [{"id": 1, "quantity": 1, "total": "x"}]},
        {"date_paid_gmt": "yesterday"},
    ],
)
def test_refuses_what_is_no_order(changes: dict[str, Any]) -> None:
    with pytest.raises(OrderInvalid):
        state(payload("order", **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {"id": None},
        {"id": "x"},
        {"amount": ""},
        {"date_created_gmt": None},
        {"line_items": {}},
        {"line_items": [7]},
    ],
)
def test_refuses_what_is_no_refund(changes: dict[str, Any]) -> None:
    if changes == {"line_items": {}}:
        assert state(payload("order"), payload("refund_units", **changes)).refunds[0].money_only
        return
    with pytest.raises(OrderInvalid):
        state(payload("order"), payload("refund_units", **changes))


def test_tolerates_what_other_sites_have_and_lack() -> None:
    bare = {
        "id": 820982911946154508,
        "status": "processing",
        "currency": "usd",
        "total": 12,
        "date_paid_gmt": "2026-11-20T10:01:05",
        "meta_data": [None, {"key": 7, "value": {"a": [1]}}, "x"],
        "billing": [],
        "line_items": [
            {
                "id": "9007199254740993",
                "quantity": "2.0",
                "subtotal": 12,
                "subtotal_tax": "",
                "total": "12",
                "total_tax": "0",
                "name": "A\x00B",
                "sku": None,
            }
        ],
        "surprise": {"deep": True},
    }
    order = state(bare)
    assert (order.reference, order.number) == ("820982911946154508", "820982911946154508")
    assert (order.buyer_email, order.buyer_name, order.locale) == (None, "", "de")
    [line] = order.lines
    assert (line.reference, line.quantity, line.unit_amount) == ("9007199254740993", 2, 600)
    assert line.product_keys == ("name:AB",)


def test_a_sweep_names_everything_that_changed_and_each_once(
    woo: WooCommerce, site: WooCommerceSite, clock: Clock
) -> None:
    old = site.place([CARD], status="processing")
    clock.time += 7 * 3600
    placed = [site.place([CARD])["id"] for _ in range(230)]
    site.set_status(placed[3], "on-hold")
    site.trash(placed[5])
    # Restored between two looks, gone for good, and changed while pages are turned.
    site.delete(placed[9])

    since = clock.now() - timedelta(hours=1)
    found = list(woo.changed_since(since))

    expected = {str(number) for number in placed if number != placed[9]}
    assert len(found) == len(set(found)) == 229
    assert set(found) == expected
    assert str(old["id"]) not in found
    assert str(old["id"]) in list(woo.changed_since(since - timedelta(hours=5, minutes=1)))
    berlin = since.astimezone().replace(microsecond=0)
    assert list(woo.changed_since(berlin)) == found


def test_an_order_in_the_trash_is_there_and_one_deleted_is_not(
    woo: WooCommerce, site: WooCommerceSite
) -> None:
    order = site.place([kits(1)], status="processing")
    site.trash(order["id"])
    trashed = read(woo, order)
    assert trashed.cancelled_at is not None
    site.restore(order["id"])
    assert replace(read(woo, order), cancelled_at=None) == replace(trashed, cancelled_at=None)
    assert read(woo, order).cancelled_at is None
    site.delete(order["id"])
    assert woo.read_order(str(order["id"]), as_of=NOW) is None


def test_a_refund_the_order_names_and_the_site_does_not_list_is_not_taken_for_deleted() -> None:
    one, other = payload("refund_units"), payload("refund_amount", id=990_000)
    order = payload("order", refunds=[{"id": one["id"]}, {"id": 990_000}])

    assert state(order, one, other).lists_all_refunds
    assert not state(order, one).lists_all_refunds
    assert not state(order).lists_all_refunds
    assert state(payload("order", refunds=[])).lists_all_refunds
