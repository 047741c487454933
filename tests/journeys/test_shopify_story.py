"""What happens at Shopify, and what becomes of it here, from the door to the entitlements."""

import pytest

from counterfoil.models import Connection, Entitlement, ExceptionCase, Message, Purchase
from counterfoil.models import ProductMapping as Mapping
from counterfoil.rules.terms import RefundPolicy
from counterfoil.testing.builders import now
from tests.shopify_messages import (
    NEW_SECRET,
    SHOP_SECRET,
    body_of,
    order_body,
    signature,
)
from tests.shopify_orders import LINE, MUG, ORDER, OTHER, attributes, bag, line
from tests.shopify_world import ShopifyWorld
from tests.stripe_world import at_once

COVERS = {
    "F1": ["test_ten_at_once_are_one", "test_the_same_delivery_twice_is_one_row"],
    "F2": ["test_one_payment_told_by_five_topics_issues_once"],
    "F3": ["test_refunded_before_it_was_told_as_paid", "test_an_order_shopify_does_not_show_yet"],
    "F4": ["test_a_message_without_any_time_is_taken_however_late"],
    "F5": ["test_what_is_not_signed_for_us_is_refused"],
    "F6": ["test_a_wrong_topic_changes_nothing"],
    "F7": ["test_each_secret_in_use_fits_and_is_remembered"],
    "F8": ["test_a_message_without_any_time_is_taken_however_late"],
    "F9": ["test_what_cannot_be_read_is_refused_and_leaves_nothing"],
    "F10": ["test_an_unmapped_line_waits_until_it_is_mapped", "test_other_topics_are_ignored"],
    "F11": ["test_a_test_order_issues_nothing_live"],
    "F13": ["test_an_order_that_cannot_be_read_is_parked_and_holds_up_no_other"],
    "F36": ["test_one_of_two_refunded_then_the_other", "test_one_refund_of_several_lines"],
    "F37": ["test_an_amount_alone_takes_nothing", "test_amounts_alone_that_are_everything"],
    "F38": ["test_refunded_after_somebody_used_it"],
    "F39": ["test_a_refund_whose_payment_failed_still_takes_its_lines"],
    "F40": ["test_disputed_and_won", "test_disputed_and_lost", "test_an_inquiry_holds_nothing"],
    "F41": ["test_edited_down_up_and_another_line"],
    "F43": ["test_nothing_to_pay"],
    "F44": ["test_pending_then_paid", "test_never_paid", "test_reserved_money_waits"],
    "F45": ["test_yen_and_dinars"],
}

pytestmark = pytest.mark.django_db


def test_paid_issues_each_unit_once_and_leaves_the_mug_alone(shopify_world: ShopifyWorld) -> None:
    shopify_world.told()

    purchase = Purchase.objects.get()
    assert (purchase.external_reference, purchase.currency, purchase.amount_total) == (
        str(ORDER),
        "USD",
        35_700,
    )
    assert shopify_world.live() == 3
    assert {row.external_line for row in purchase.lines.all()} == {str(LINE), str(OTHER)}
    assert shopify_world.cases() == []
    message = Message.objects.get()
    assert (message.topic, message.key_used, message.pointer) == ("order", "1", str(ORDER))
    assert message.cause_id == "8a8a59e5-0000-4000-9000-000000000001"


def test_one_payment_told_by_five_topics_issues_once(shopify_world: ShopifyWorld) -> None:
    for topic in ("orders/create", "orders/paid", "orders/updated", "orders/paid"):
        shopify_world.hear(order_body(), topic=topic)
    shopify_world.hear(body_of(order_edit={"id": 1, "order_id": ORDER, "line_items": {}}))
    shopify_world.sweep()

    assert shopify_world.live() == 3
    assert Purchase.objects.count() == 1
    assert Message.objects.count() == 5


def test_the_same_delivery_twice_is_one_row(shopify_world: ShopifyWorld) -> None:
    shopify_world.hear(order_body(), webhook_id="same")
    shopify_world.hear(order_body(), webhook_id="same")

    assert Message.objects.count() == 1
    assert shopify_world.live() == 3


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_are_one(shopify_world: ShopifyWorld) -> None:
    at_once(*[lambda: shopify_world.knock(order_body())] * 10)
    at_once(shopify_world.work, shopify_world.work, shopify_world.sweep)

    assert shopify_world.answers == [200] * 10
    assert shopify_world.live() == 3


def test_pending_then_paid(shopify_world: ShopifyWorld) -> None:
    for waiting in ("PENDING", "PARTIALLY_PAID", None):
        shopify_world.order.status = waiting
        shopify_world.told("pending")
        assert shopify_world.live() == 0
    assert Purchase.objects.get().payment == "awaiting"

    shopify_world.order.change("PAID")
    shopify_world.told()

    assert shopify_world.live() == 3


@pytest.mark.parametrize("status", ["VOIDED", "EXPIRED"])
def test_never_paid(shopify_world: ShopifyWorld, status: str) -> None:
    shopify_world.order.status = "PENDING"
    shopify_world.told("pending")
    shopify_world.order.change(status)
    shopify_world.told("voided")

    assert shopify_world.live() == 0
    assert Purchase.objects.get().payment in ("failed", "expired")


def test_reserved_money_waits(shopify_world: ShopifyWorld) -> None:
    shopify_world.order.status = "AUTHORIZED"
    shopify_world.told("authorized")
    assert shopify_world.live() == 0

    shopify_world.option(authorized="issue")
    shopify_world.told("authorized")

    assert shopify_world.live() == 3


def test_a_payment_that_falls_back_withdraws_nothing(shopify_world: ShopifyWorld) -> None:
    shopify_world.told()
    shopify_world.order.lines.append(line(77, "DNA-STD", 1, "114.00"))
    shopify_world.order.change("PARTIALLY_PAID")
    shopify_world.told("partially_paid")

    assert shopify_world.live() == 3


def test_one_of_two_refunded_then_the_other(shopify_world: ShopifyWorld) -> None:
    shopify_world.told()
    shopify_world.order.refund({LINE: 1}, amount="114.00")
    shopify_world.refund_told()
    assert shopify_world.states() == ["issued", "issued", "revoked"]

    shopify_world.order.refund({LINE: 1}, amount="114.00")
    shopify_world.refund_told()
    shopify_world.told()

    assert shopify_world.states() == ["issued", "revoked", "revoked"]
    assert shopify_world.cases() == []


def test_quantities_that_lag_behind_a_refund_make_no_difference(
    shopify_world: ShopifyWorld,
) -> None:
    shopify_world.told()
    shopify_world.order.refund({LINE: 1}, amount="114.00", keep_quantities=True)
    shopify_world.refund_told()

    assert shopify_world.states() == ["issued", "issued", "revoked"]


def test_one_refund_of_several_lines(shopify_world: ShopifyWorld) -> None:
    shopify_world.told()
    shopify_world.order.refund({LINE: 1, OTHER: 1, MUG: 1}, amount="243.00")
    shopify_world.refund_told()

    assert (shopify_world.live("DNA-STD"), shopify_world.live("DNA-HEALTH")) == (1, 0)
    assert shopify_world.cases() == []


def test_an_amount_alone_takes_nothing(shopify_world: ShopifyWorld) -> None:
    shopify_world.told()
    shopify_world.order.refund({}, amount="114.00", note="goodwill")
    shopify_world.refund_told()

    assert shopify_world.live() == 3
    assert shopify_world.cases() == []


def test_amounts_alone_that_are_everything(shopify_world: ShopifyWorld) -> None:
    shopify_world.told()
    shopify_world.order.refund({}, amount="114.00")
    shopify_world.order.refund({}, amount="243.00")
    shopify_world.order.change("REFUNDED")
    shopify_world.refund_told()

    assert shopify_world.live() == 0


def test_refunded_in_full_whatever_the_refunds_say(shopify_world: ShopifyWorld) -> None:
    shopify_world.told()
    shopify_world.order.change("REFUNDED")
    shopify_world.told("refunded")

    assert shopify_world.live() == 0


def test_a_refund_whose_payment_failed_still_takes_its_lines(
    shopify_world: ShopifyWorld,
) -> None:
    shopify_world.told()
    made = shopify_world.order.refund({OTHER: 1}, amount="129.00", money="PENDING")
    shopify_world.refund_told()
    assert shopify_world.live("DNA-HEALTH") == 0

    made["transactions"][0]["status"] = "FAILURE"
    shopify_world.order.change()
    shopify_world.refund_told()

    assert shopify_world.states() == ["revoked", "issued", "issued"]
    assert shopify_world.cases() == []


def test_an_amount_that_never_went_back_takes_nothing(shopify_world: ShopifyWorld) -> None:
    shopify_world.told()
    shopify_world.order.refund({}, amount="357.00", money="FAILURE")
    shopify_world.refund_told()

    assert shopify_world.live() == 3


def test_refunded_after_somebody_used_it(shopify_world: ShopifyWorld) -> None:
    shopify_world.policy(RefundPolicy.ASK)
    shopify_world.told()
    shopify_world.use("DNA-HEALTH")
    shopify_world.order.refund({OTHER: 1}, amount="129.00")
    shopify_world.refund_told()

    assert shopify_world.states() == ["assigned", "issued", "issued"]
    assert shopify_world.cases() == ["refund_after_assignment"]


def test_refunded_before_it_was_told_as_paid(shopify_world: ShopifyWorld) -> None:
    shopify_world.order.refund({LINE: 2}, amount="228.00")
    shopify_world.refund_told()
    shopify_world.told()

    assert (shopify_world.live("DNA-STD"), shopify_world.live("DNA-HEALTH")) == (0, 1)


def test_cancelled_withdraws_all_though_quantities_stay(shopify_world: ShopifyWorld) -> None:
    shopify_world.told()
    shopify_world.order.cancel()
    shopify_world.told("refunded")

    assert shopify_world.live() == 0
    assert Purchase.objects.get().cancelled_at is not None


def test_edited_down_up_and_another_line(shopify_world: ShopifyWorld) -> None:
    shopify_world.told()
    shopify_world.order.edit(LINE, 1)
    shopify_world.told()
    assert (shopify_world.live("DNA-STD"), shopify_world.live()) == (1, 2)

    shopify_world.order.edit(LINE, 3)
    shopify_world.order.edit(OTHER, 0)
    shopify_world.order.lines.append(line(77, "DNA-HEALTH", 2, "129.00"))
    shopify_world.told()

    assert (shopify_world.live("DNA-STD"), shopify_world.live("DNA-HEALTH")) == (3, 2)
    assert shopify_world.cases() == []


def test_every_line_taken_off(shopify_world: ShopifyWorld) -> None:
    shopify_world.told()
    for number in (LINE, OTHER, MUG):
        shopify_world.order.edit(number, 0)
    shopify_world.told()

    assert shopify_world.live() == 0
    assert shopify_world.cases() == []


def test_disputed_and_won(shopify_world: ShopifyWorld) -> None:
    shopify_world.told()
    dispute = shopify_world.order.dispute()
    shopify_world.hear(
        body_of(id=500, order_id=ORDER, status="needs_response", evidence_due_by=None)
    )
    assert set(Entitlement.objects.values_list("held_count", flat=True)) == {1}

    dispute["status"] = "WON"
    shopify_world.sweep()

    assert set(Entitlement.objects.values_list("held_count", flat=True)) == {0}
    assert shopify_world.live() == 3


def test_disputed_and_lost(shopify_world: ShopifyWorld) -> None:
    shopify_world.told()
    shopify_world.order.dispute("LOST")
    shopify_world.sweep()

    assert shopify_world.live() == 0


def test_an_inquiry_holds_nothing(shopify_world: ShopifyWorld) -> None:
    shopify_world.told()
    dispute = shopify_world.order.dispute(kind="INQUIRY")
    shopify_world.told()
    dispute["status"] = "LOST"
    shopify_world.told()

    assert shopify_world.live() == 3
    assert set(Entitlement.objects.values_list("held_count", flat=True)) == {0}


def test_nothing_to_pay(shopify_world: ShopifyWorld) -> None:
    order = shopify_world.order
    order.total = "0.00"
    for one in order.lines:
        price = one["originalUnitPriceSet"]["presentmentMoney"]["amount"]
        whole = f"{float(price) * one['quantity']:.2f}"
        one["discountAllocations"] = [{"allocatedAmountSet": bag(whole)}]
    shopify_world.told()

    assert Purchase.objects.get().amount_total == 0
    assert shopify_world.live() == 3


@pytest.mark.parametrize(
    ("currency", "price", "total", "units"),
    [("JPY", "1140", "1140", 1140), ("KWD", "11.400", "11.400", 11_400)],
)
def test_yen_and_dinars(
    shopify_world: ShopifyWorld, currency: str, price: str, total: str, units: int
) -> None:
    order = shopify_world.order
    order.currency, order.total = currency, total
    order.lines[:] = [line(LINE, "DNA-STD", 1, price, currency=currency)]
    shopify_world.told()
    order.refund({LINE: 1}, amount=total)
    shopify_world.refund_told()

    purchase = Purchase.objects.get()
    assert (purchase.amount_total, purchase.currency) == (units, currency)
    assert [refund.amount for refund in purchase.refunds.all()] == [units]
    assert shopify_world.live() == 0


def test_without_an_address_it_issues_and_asks_a_person(shopify_world: ShopifyWorld) -> None:
    shopify_world.order.facts |= {"email": None, "customer": None}
    shopify_world.told()

    assert shopify_world.live() == 3
    assert shopify_world.cases() == ["no_delivery_address"]


def test_without_leave_to_see_buyers_it_issues_all_the_same(shopify_world: ShopifyWorld) -> None:
    shopify_world.double.denied |= {"email", "customer", "disputes"}
    shopify_world.told()

    assert shopify_world.live() == 3
    assert Purchase.objects.get().buyer is None


def test_an_unmapped_line_waits_until_it_is_mapped(shopify_world: ShopifyWorld) -> None:
    Mapping.objects.filter(key="sku:MUG-01").delete()
    shopify_world.told()
    assert shopify_world.live() == 3
    assert shopify_world.cases() == ["unmapped_product"]
    assert str(MUG) in str(ExceptionCase.objects.get().evidence)

    product = shopify_world.products["DNA-STD"]
    Mapping.objects.create(connection=shopify_world.connection, key="sku:MUG-01", product=product)
    shopify_world.sweep()

    assert shopify_world.live() == 4
    assert shopify_world.cases() == []


def test_gift_cards_of_shopify_are_left_to_it_unless_they_are_mapped(
    shopify_world: ShopifyWorld,
) -> None:
    shopify_world.order.lines.append(line(71, None, 1, "50.00", isGiftCard=True))
    shopify_world.told()
    assert shopify_world.live() == 3
    assert shopify_world.cases() == []

    Mapping.objects.create(
        connection=shopify_world.connection,
        key="shopify:gift_card",
        product=shopify_world.products["DNA-STD"],
    )
    shopify_world.told()

    assert shopify_world.live() == 4


def test_the_narrowest_key_of_a_line_wins(shopify_world: ShopifyWorld) -> None:
    variant = shopify_world.order.lines[0]["variant"]["id"].rsplit("/", 1)[1]
    Mapping.objects.create(
        connection=shopify_world.connection,
        key=f"variant:{variant}",
        product=shopify_world.products["DNA-HEALTH"],
        entitlements_per_unit=2,
    )
    shopify_world.told()

    assert (shopify_world.live("DNA-STD"), shopify_world.live("DNA-HEALTH")) == (0, 5)


def test_other_topics_are_ignored(shopify_world: ShopifyWorld) -> None:
    shopify_world.hear(body_of(id=632910392, title="Dog DNA test", variants=[]))

    assert shopify_world.outcomes() == ["ignored"]
    assert shopify_world.double.asked == []


def test_a_test_order_issues_nothing_live(shopify_world: ShopifyWorld) -> None:
    shopify_world.order.facts["test"] = True
    shopify_world.hear(order_body().replace(b'"test":false', b'"test":true'))
    assert shopify_world.outcomes() == ["test_on_live"]

    shopify_world.sweep()  # nobody hides it from the sweep

    assert shopify_world.live() == 0


def test_a_test_order_issues_at_a_test_connection(shopify_world: ShopifyWorld) -> None:
    Connection.objects.update(is_test=True)
    shopify_world.order.facts["test"] = True
    shopify_world.hear(order_body().replace(b'"test":false', b'"test":true'))

    assert shopify_world.live() == 3
    assert Purchase.objects.get().is_test


def test_a_wrong_topic_changes_nothing(shopify_world: ShopifyWorld) -> None:
    for topic in ("orders/cancelled", "refunds/create", "app/uninstalled", "customers/redact", ""):
        shopify_world.hear(order_body(), topic=topic)

    assert shopify_world.live() == 3
    assert shopify_world.outcomes() == ["converged"] * 5
    assert shopify_world.cases() == []


def test_each_secret_in_use_fits_and_is_remembered(shopify_world: ShopifyWorld) -> None:
    shopify_world.hear(order_body())
    shopify_world.hear(order_body(), secret=NEW_SECRET, prefix="shopify-")
    shopify_world.hear(order_body(), secret=SHOP_SECRET)

    keys = Message.objects.order_by("id").values_list("key_used", flat=True)
    assert list(keys) == ["1", "2", "shop"]


def test_what_is_not_signed_for_us_is_refused(shopify_world: ShopifyWorld) -> None:
    body = order_body()
    refused = [
        shopify_world.knock(body, secret="another"),
        shopify_world.knock(body, shop="another.myshopify.com"),
        shopify_world.knock(body, shop=""),
        shopify_world.knock(body, **{"Hmac-Sha256": ""}),
        shopify_world.knock(body, **{"Hmac-Sha256": signature(body + b" ")}),
        shopify_world.knock(body, **{"Hmac-Sha256": "é"}),
    ]

    assert refused == [401] * 6
    assert Message.objects.count() == 0
    assert shopify_world.double.asked == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"id":1,"id":2}', 400),
        (b'{"order_id":NaN}', 400),
        (b'{"order_id":1.5,"refund_line_items":[]}', 400),
        (b'{"order_id":-1,"refund_line_items":[]}', 400),
        (b'{"order_id":99999999999999999999999,"refund_line_items":[]}', 400),
        (b'{"order_id":"1; drop","refund_line_items":[]}', 400),
        (b'{"order_id":true,"refund_line_items":[]}', 400),
        (b"{" + b" " * 300_000 + b"}", 413),
        (b"\xff\xfe{}", 400),
    ],
)
def test_what_cannot_be_read_is_refused_and_leaves_nothing(
    shopify_world: ShopifyWorld, body: bytes, status: int
) -> None:
    assert shopify_world.knock(body) == status
    assert Message.objects.count() == 0


def test_a_message_without_any_time_is_taken_however_late(shopify_world: ShopifyWorld) -> None:
    shopify_world.hear(order_body(), **{"Triggered-At": "2021-01-01T00:00:00Z"})
    assert shopify_world.live() == 3


def test_an_order_shopify_does_not_show_yet(shopify_world: ShopifyWorld) -> None:
    order = shopify_world.double.orders.pop(ORDER)
    shopify_world.told()
    message = Message.objects.get()
    assert (message.handled_at, message.parked_at) == (None, None)

    shopify_world.double.add(order)
    Message.objects.update(next_attempt_at=now())
    shopify_world.work()

    assert shopify_world.live() == 3


def test_an_order_that_cannot_be_read_is_parked_and_holds_up_no_other(
    shopify_world: ShopifyWorld,
) -> None:
    other = 5_000
    shopify_world.double.add(type(shopify_world.order)(number=other))
    shopify_world.double.orders[other].currency = "USD"
    shopify_world.double.orders[other].lines[0]["originalUnitPriceSet"] = bag("1.00", "EUR")
    for _ in range(11):
        shopify_world.knock(order_body(other), webhook_id="bad")
        Message.objects.filter(handled_at=None).update(next_attempt_at=now())
        shopify_world.work()
    shopify_world.told()

    assert shopify_world.live() == 3
    assert "poison_message" in shopify_world.cases()


def test_gifts_are_taken_from_the_cart_and_the_line(shopify_world: ShopifyWorld) -> None:
    shopify_world.order.facts["customAttributes"] = attributes(
        {"cf_gift": "true", "cf_recipient_email": "rex@example.com"}
    )
    shopify_world.told()
    assert shopify_world.live() == 3
