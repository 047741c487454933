"""Orders of a WooCommerce site: a real server, our own door, worker and sweep."""

from datetime import timedelta

import pytest

from counterfoil.channels.woocommerce_messages import sign
from counterfoil.effects.settling import settle
from counterfoil.effects.write_backs import write_back_due
from counterfoil.errors import AccessLost
from counterfoil.intake.converging import converge_order
from counterfoil.intake.health import check_subscription
from counterfoil.intake.registry import adapter_for
from counterfoil.models import (
    Entitlement,
    Entry,
    ExceptionCase,
    Message,
    ProductMapping,
    Purchase,
    Refund,
)
from counterfoil.rules.terms import RefundPolicy, Terms
from counterfoil.testing.builders import make_product, make_terms, now
from tests.records import unchanged
from tests.stripe_world import at_once
from tests.woocommerce_world import HEALTH, SECRET, TEST, WooWorld, woo_world

__all__ = ["woo_world"]

COVERS = {
    "F1": ["test_everything_twice_and_in_the_wrong_order", "test_ten_at_once_have_one_effect"],
    "F2": ["test_ten_at_once_have_one_effect", "test_a_second_webhook_changes_nothing"],
    "F3": ["test_everything_twice_and_in_the_wrong_order", "test_refunded_before_it_was_told"],
    "F4": ["test_the_sweep_finds_what_no_message_told"],
    "F5": ["test_forged_messages_leave_nothing"],
    "F6": ["test_a_true_message_under_another_topic"],
    "F7": ["test_secrets_are_changed_with_an_overlap"],
    "F9": ["test_what_is_too_large_or_unreadable_is_refused"],
    "F10": ["test_a_product_nobody_mapped_waits_for_its_mapping"],
    "F11": ["test_play_money_issues_nothing_at_a_live_connection"],
    "F12": ["test_switched_off_and_put_back"],
    "F13": ["test_an_order_nobody_can_read_is_parked_and_holds_up_no_other"],
    "F36": ["test_refunds_of_units_take_the_newest_unused"],
    "F37": [
        "test_an_amount_takes_nothing_until_it_is_everything",
        "test_an_amount_of_a_line_is_a_question_until_it_is_all_of_it",
    ],
    "F38": ["test_refunded_after_somebody_used_it"],
    "F39": ["test_a_refund_that_was_a_mistake_gives_back_what_it_took"],
    "F41": ["test_an_order_that_is_edited"],
    "F42": ["test_the_currency_of_an_order_never_changes_what_it_costs"],
    "F43": ["test_an_order_that_costs_nothing_issues"],
    "F44": ["test_unpaid_issues_nothing_and_paid_days_later_issues"],
    "F45": ["test_yen_have_no_decimals"],
}

pytestmark = pytest.mark.django_db


def test_paid(woo_world: WooWorld) -> None:
    world = woo_world
    order = world.paid(meta={"cf_locale": "de"})

    assert world.states() == ["issued"] * 3
    purchase = Purchase.objects.get()
    assert (purchase.external_reference, purchase.amount_total) == (str(order), 35_700)
    assert (purchase.currency, purchase.locale, purchase.is_test) == ("USD", "de", True)
    assert purchase.buyer is not None
    contact = purchase.buyer.contact()
    assert contact is not None
    assert (contact.mail, contact.name) == ("ann.buyer@example.com", "Ann Buyer")
    assert set(world.answers) == {200}
    assert world.cases() == []


def test_a_knock_is_answered_and_leaves_nothing(woo_world: WooWorld) -> None:
    with unchanged():
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        assert woo_world.post("", b"webhook_id=12", kind) == 200


def test_unpaid_issues_nothing_and_paid_days_later_issues(woo_world: WooWorld) -> None:
    world = woo_world
    order = world.place(status="on-hold")
    world.arrive()
    assert world.live() == 0
    assert Purchase.objects.get().payment == "awaiting"

    world.site.set_status(order, "completed")
    world.arrive()
    assert world.live() == 3

    abandoned = world.place()
    failed = world.place(status="failed")
    world.arrive()
    assert world.live() == 3
    assert not Purchase.objects.filter(external_reference=str(abandoned)).exists()
    assert Purchase.objects.get(external_reference=str(failed)).payment == "failed"


def test_back_on_hold_withdraws_nothing_and_issues_no_more(woo_world: WooWorld) -> None:
    world = woo_world
    order = world.paid()
    world.site.set_status(order, "on-hold")
    world.site.edit(order, item=world.line(order), quantity=9)
    world.arrive()
    assert world.live() == 3


def test_everything_twice_and_in_the_wrong_order(woo_world: WooWorld) -> None:
    world = woo_world
    world.deliveries.switch(repeat=True, reorder=True)
    order = world.place()
    world.site.pay(order)
    world.site.refund(order, quantities={world.line(order): 1})
    world.site.set_status(order, "completed")
    world.arrive()
    assert world.states() == ["issued", "revoked", "issued"]
    assert world.cases() == []


def test_refunded_before_it_was_told(woo_world: WooWorld) -> None:
    world = woo_world
    world.deliveries.switch(drop=True)
    order = world.place()
    world.site.pay(order)
    world.arrive()
    world.deliveries.switch(drop=False)
    world.site.refund(order, quantities={world.line(order): 2})
    world.arrive()
    assert world.live() == 1


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_have_one_effect(woo_world: WooWorld) -> None:
    world = woo_world
    order = world.place()
    world.site.pay(order)
    [letter] = world.deliveries.letters(
        world.deliveries.waiting()[-1].reference, world.deliveries.faults
    )

    at_once(*[lambda: world.post("", letter.body, letter.headers)] * 5, world.sweep)
    at_once(world.work, world.work, world.sweep)

    assert world.answers == [200] * 5
    assert Message.objects.count() == 1
    assert world.states() == ["issued"] * 3


def test_a_second_webhook_changes_nothing(woo_world: WooWorld) -> None:
    world = woo_world
    for topic in ("order.updated", "order.created"):
        world.site.add_webhook(topic=topic, url="http://shop.test/in/woo/", secret=SECRET)
    world.paid()
    assert world.live() == 3
    assert set(world.answers) == {200}


@pytest.mark.parametrize("act", ["cancelled", "failed", "trash"])
def test_an_order_that_dies_takes_everything_along(woo_world: WooWorld, act: str) -> None:
    world = woo_world
    order = world.paid()
    if act == "trash":
        world.site.trash(order)
    else:
        world.site.set_status(order, act)
    world.arrive()
    assert world.states() == ["revoked"] * 3


def test_out_of_the_trash_again(woo_world: WooWorld) -> None:
    world = woo_world
    order = world.paid()
    world.site.trash(order)
    world.site.restore(order)
    world.site.trash(order)
    world.arrive()
    assert world.live() == 0
    messages = Message.objects.filter(topic="order.deleted")
    assert {message.pointer for message in messages} == {str(order)}

    world.site.restore(order)
    world.arrive()

    assert world.live() == 3


def test_forged_messages_leave_nothing(woo_world: WooWorld) -> None:
    world = woo_world
    order = world.place()
    world.site.pay(order)
    world.deliveries.switch(wrong_secret=True)
    world.arrive()
    assert set(world.answers) == {401}
    assert world.live() == 0
    assert not Message.objects.filter(pointer=str(order)).exists()
    assert world.sweep().complete
    assert world.live() == 3


def test_a_true_message_under_another_topic(woo_world: WooWorld) -> None:
    world = woo_world
    order = world.paid()
    world.site.touch(world.site.order(order))
    [letter] = world.deliveries.letters(
        world.deliveries.waiting()[-1].reference, world.deliveries.faults
    )
    others = {"X-WC-Webhook-Topic": "order.deleted", "X-WC-Webhook-Event": "deleted"}
    assert world.post("", letter.body, {**letter.headers, **others}) == 200
    world.work()
    assert world.live() == 3


def test_secrets_are_changed_with_an_overlap(woo_world: WooWorld) -> None:
    world = woo_world
    secrets = world.connection.secrets()
    world.connection.seal_secrets(secrets | {"webhook_secrets": ["thenewsecret1", SECRET]})
    world.connection.save()
    world.paid(tests=1, health=0)  # WooCommerce still signs with the old one
    assert set(Message.objects.values_list("key_used", flat=True)) == {"2"}
    for hook in world.site.store.webhooks.values():
        hook["secret"] = "thenewsecret1"
    world.paid(tests=1, health=0)
    assert set(Message.objects.values_list("key_used", flat=True)) == {"1", "2"}
    assert world.live() == 2


def test_what_is_too_large_or_unreadable_is_refused(woo_world: WooWorld) -> None:
    world = woo_world
    before = Message.objects.count()
    unreadable = b"{" * 99
    for body, signature, answer in (
        (b"x" * 2_000_000, "x", 413),
        (b"x" * 20_000_000, "x", 413),
        (unreadable, "x", 401),
        (unreadable, sign(unreadable, SECRET), 400),
        (b"", sign(b"", SECRET), 400),
    ):
        assert world.post("", body, {"X-WC-Webhook-Signature": signature}) == answer
    assert Message.objects.count() == before


def test_a_product_nobody_mapped_waits_for_its_mapping(woo_world: WooWorld) -> None:
    world = woo_world
    mug = {"name": "Mug", "price": "12.50", "product_id": 54, "quantity": 2}
    placed = world.site.place([TEST | {"quantity": 1}, mug], status="processing")
    world.arrive()
    assert (world.live(), world.cases()) == (1, ["unmapped_product"])
    ProductMapping.objects.create(connection=world.connection, key="product:54", product=None)

    converge_order(connection=world.connection, pointer=str(placed["id"]))  # Re-sync

    assert (world.live(), world.cases()) == (1, [])


def test_a_variation_is_something_else_than_its_product(woo_world: WooWorld) -> None:
    world = woo_world
    other = make_product("DNA-PLUS", terms=Terms(), unit_amount=100)
    ProductMapping.objects.create(
        connection=world.connection, key="variation:53", product=other, entitlements_per_unit=2
    )
    world.paid(tests=0, health=2)
    assert Entitlement.objects.filter(product=other).count() == world.live() == 4


def test_play_money_issues_nothing_at_a_live_connection(woo_world: WooWorld) -> None:
    world = woo_world
    world.connection.is_test = False
    world.connection.save()
    world.paid(meta={"_wcpay_mode": "test"})
    assert (world.live(), world.cases()) == (0, ["order_invalid"])


def test_the_sweep_finds_what_no_message_told(woo_world: WooWorld) -> None:
    world = woo_world
    world.deliveries.switch(drop=True)
    paid, refunded, trashed = world.place(), world.place(), world.place()
    for order in (paid, refunded, trashed):
        world.site.pay(order)
    world.sweep()
    assert world.live() == 9
    world.site.refund(refunded, quantities={world.line(refunded): 2})
    world.site.trash(trashed)
    world.arrive()
    assert not Message.objects.filter(pointer=str(paid)).exists()

    assert world.sweep().complete

    assert world.live() == 3 + 1
    written = Entry.objects.count()
    world.sweep()
    assert Entry.objects.count() == written


def test_switched_off_and_put_back(woo_world: WooWorld) -> None:
    world = woo_world
    world.deliveries.switch(wrong_secret=True)
    order = world.place()
    for _ in range(8):
        world.site.touch(world.site.order(order))
    world.arrive()
    world.deliveries.switch(wrong_secret=False)
    world.site.pay(order)
    world.arrive()
    assert world.live() == 0  # nobody told us, and nobody ever will

    health = check_subscription(world.connection)

    assert health is not None
    assert any("order.updated" in line for line in health.mended)
    assert world.cases() == ["connection_broken"]
    world.site.touch(world.site.order(order))
    world.arrive()
    assert world.live() == 3
    check_subscription(world.connection)
    assert world.cases() == []


def test_the_site_is_down_and_comes_back(woo_world: WooWorld) -> None:
    world = woo_world
    order = world.place()
    world.site.pay(order)
    world.site.trouble = "error_page"
    world.arrive()
    assert (world.live(), set(world.answers)) == (0, {200})
    assert not world.sweep().complete
    world.site.trouble = "revoked"
    with pytest.raises(AccessLost):
        check_subscription(world.connection)
    world.site.trouble = ""

    Message.objects.update(next_attempt_at=now() - timedelta(seconds=1))
    world.work()

    assert world.live() == 3
    assert not Message.objects.filter(handled_at=None).exists()


def test_an_order_nobody_can_read_is_parked_and_holds_up_no_other(woo_world: WooWorld) -> None:
    world = woo_world
    bad, good = world.place(), world.place()
    world.site.order(bad)["line_items"][0]["quantity"] = 1.5
    world.site.pay(bad)
    world.site.pay(good)
    world.arrive()
    for _ in range(10):
        Message.objects.filter(handled_at=None, parked_at=None).update(
            next_attempt_at=now() - timedelta(seconds=1)
        )
        world.work()
    assert world.live() == 3
    parked = Message.objects.exclude(parked_at=None)
    assert {message.pointer for message in parked} == {str(bad)}
    assert {message.attempts for message in parked} == {10}
    assert set(world.cases()) == {"poison_message"}
    case = ExceptionCase.objects.filter(kind="poison_message").earliest("opened_at")
    assert "'1.5'" in case.evidence["error"]


def test_refunds_of_units_take_the_newest_unused(woo_world: WooWorld) -> None:
    world = woo_world
    order = world.paid(tests=3, health=0)
    world.use(order)
    line = world.line(order)
    world.site.refund(order, quantities={line: 1})
    world.arrive()
    assert world.states() == ["assigned", "issued", "revoked"]
    world.site.refund(order, quantities={line: 1})
    world.arrive()
    assert world.states() == ["assigned", "revoked", "revoked"]
    assert world.cases() == []


def test_refunded_after_somebody_used_it(woo_world: WooWorld) -> None:
    world = woo_world
    for product in world.products.values():
        make_terms(product, Terms(refund_policy=RefundPolicy.REVOKE))
    order = world.paid(tests=1, health=0)
    world.use(order)
    world.site.refund(order, quantities={world.line(order): 1})
    world.arrive()
    assert world.states() == ["revoked"]


def test_an_amount_takes_nothing_until_it_is_everything(woo_world: WooWorld) -> None:
    world = woo_world
    order = world.paid(tests=2, health=0, shipping="10")
    world.site.refund(order, amount="30.00", reason="So sorry")
    world.arrive()
    assert (world.live(), world.cases()) == (2, [])
    world.site.refund(order, amount="208.00")
    assert world.site.order(order)["status"] == "refunded"
    world.arrive()
    assert (world.live(), world.cases()) == (0, [])


def test_an_amount_of_a_line_is_a_question_until_it_is_all_of_it(woo_world: WooWorld) -> None:
    world = woo_world
    order = world.paid(tests=1, health=1)
    half = {"of": world.line(order), "quantity": 0, "name": "Breed test", "taxes": []}
    half |= {"subtotal": "-57", "subtotal_tax": "0", "total": "-57", "total_tax": "0"}
    half |= {"product_id": 51, "variation_id": 0, "sku": "DNA-STD", "meta_data": []}
    for left, asked in ((2, ["refund_unknown_entitlement"]), (1, [])):
        world.site.make_refund(
            world.site.order(order), amount=-2 * -57 // 2, items=[dict(half)], reason=""
        )  # type: ignore[arg-type]
        world.arrive()
        assert (world.live(), world.cases()) == (left, asked)
    assert world.states() == ["revoked", "issued"]


def test_a_refund_that_was_a_mistake_gives_back_what_it_took(woo_world: WooWorld) -> None:
    world = woo_world
    order = world.paid(tests=3, health=0)
    line = world.line(order)
    kept = world.site.refund(order, quantities={line: 1})
    world.arrive()
    mistake = world.site.refund(order, quantities={line: 1})
    silly = world.site.refund(order, amount="1.00")
    world.arrive()
    assert world.states() == ["issued", "revoked", "revoked"]

    world.site.delete_refund(order, mistake["id"])
    world.site.delete_refund(order, silly["id"])
    world.arrive()

    assert world.states() == ["issued", "issued", "revoked"]
    status = dict(Refund.objects.values_list("external_reference", "status"))
    assert status[str(kept["id"])] == "succeeded"
    assert status[str(mistake["id"])] == status[str(silly["id"])] == "failed"
    world.site.delete_refund(order, kept["id"])
    world.arrive()
    assert world.states() == ["issued"] * 3
    written = Entry.objects.count()
    world.sweep()
    assert Entry.objects.count() == written


def test_refunded_by_status_alone(woo_world: WooWorld) -> None:
    world = woo_world
    order = world.paid()
    world.site.set_status(order, "refunded")
    world.arrive()
    assert world.states() == ["revoked"] * 3


def test_an_order_that_is_edited(woo_world: WooWorld) -> None:
    world = woo_world
    order = world.paid()
    world.site.edit(order, item=world.line(order), quantity=4)
    world.arrive()
    assert world.live() == 5
    world.site.edit(order, item=world.line(order), quantity=1)
    world.site.edit(order, item=world.line(order, "DNA-HEALTH"), quantity=0)
    world.arrive()
    assert world.live() == 1
    assert set(Entitlement.objects.exclude(state="revoked").values_list("ordinal")) == {(0,)}


def test_the_currency_of_an_order_never_changes_what_it_costs(woo_world: WooWorld) -> None:
    world = woo_world
    order = world.place()
    world.site.order(order)["currency"] = "XXQ"
    world.site.pay(order)
    world.arrive()
    assert (world.live(), world.cases()) == (0, ["order_invalid"])


def test_an_order_that_costs_nothing_issues(woo_world: WooWorld) -> None:
    world = woo_world
    free = HEALTH | {"quantity": 1, "discount": "129.00"}
    world.site.place([free], status="processing")
    world.arrive()
    assert world.live() == 1


def test_yen_have_no_decimals(woo_world: WooWorld) -> None:
    world = woo_world
    world.site.currency = "JPY"
    world.site.place([TEST | {"price": "9800", "quantity": 2}], status="processing")
    world.arrive()
    assert Purchase.objects.get().amount_total == 19_600
    assert world.live() == 2


def test_what_became_of_it_is_shown_at_the_order(woo_world: WooWorld) -> None:
    world = woo_world
    world.connection.options |= {"write_back": {"status": True}}
    world.connection.save()
    order = world.paid()
    settle()
    written = write_back_due(at=now(), channel_of=adapter_for)
    world.arrive()
    settle()
    write_back_due(at=now(), channel_of=adapter_for)

    assert written == 1
    told = {entry["key"]: entry["value"] for entry in world.site.order(order)["meta_data"]}
    assert '"state":"issued"' in str(told["_counterfoil_status"])
    issued = Entitlement.objects.count()
    [note] = world.site.store.notes[str(order)]
    assert note["note"] == "Counterfoil: 3 issued."
    assert issued == 3
    assert world.deliveries.waiting() == []  # telling does not go round in circles
