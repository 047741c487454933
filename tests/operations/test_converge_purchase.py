"""Converging: as many as were paid and are still wanted, whatever the channel says and when."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from counterfoil.effects.settling import settle
from counterfoil.models import (
    Cart,
    Connection,
    Entitlement,
    Entry,
    ExceptionCase,
    Line,
    ProductMapping,
    Purchase,
    Refund,
)
from counterfoil.operations.converge_purchase import converge_purchase
from counterfoil.operations.redeem import redeem
from counterfoil.operations.resolve_exception import resolve_exception
from counterfoil.operations.revoke import revoke
from counterfoil.queries.invariants import INVARIANTS, broken
from counterfoil.rules.exceptions import ExceptionKind
from counterfoil.rules.orders import (
    DisputeStatus,
    OrderDispute,
    OrderState,
    PaymentStatus,
    RefundStatus,
)
from counterfoil.rules.terms import RefundPolicy, Terms
from counterfoil.testing.builders import (
    CHANNEL,
    OPERATOR,
    ORIGIN,
    a_line,
    a_refund,
    an_order,
    converge,
    customer,
    make_assignee,
    make_connection,
    make_product,
    make_terms,
    now,
    read_issued,
)
from tests.records import unchanged

COVERS = {
    "F3": [
        "test_a_state_older_than_the_last_seen_is_ignored",
        "test_older_news_do_not_undo_a_refund",
    ],
    "F10": [
        "test_a_product_nobody_mapped_is_an_exception_until_somebody_does",
        "test_a_line_that_is_ignored_on_purpose_issues_nothing_and_asks_nobody",
    ],
    "F11": ["test_a_test_order_through_a_live_connection_issues_nothing"],
    "F41": [
        "test_an_edited_order_ends_with_what_it_wants_last",
        "test_a_line_that_is_removed_takes_its_units_with_it",
        "test_an_edit_and_a_refund_each_take_their_own",
        "test_a_payment_that_falls_back_withdraws_nothing_and_issues_no_more",
    ],
    "F42": ["test_paying_less_than_the_cart_asked_is_an_exception"],
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Connection:
    return make_connection(make_product(), make_product("DNA-HEALTH", unit_amount=12_900))


@pytest.fixture(autouse=True)
def kept(db: None) -> Iterator[None]:
    """Hold every promise against what a test leaves behind."""
    yield
    settle()
    assert broken(INVARIANTS, grace=timedelta(0)) == {}


def live() -> int:
    return Entitlement.objects.exclude(state="revoked").count()


def cases() -> list[str]:
    found = ExceptionCase.objects.filter(resolved_at=None).order_by("kind")
    return list(found.values_list("kind", flat=True))


def a_dispute(status: DisputeStatus, amount: int = 34_200) -> OrderDispute:
    return OrderDispute(
        reference="du_1", amount=amount, currency="USD", status=status, at=now(), reason="fraud"
    )


def of(quantity: int) -> OrderState:
    return an_order(a_line(quantity))


def use_one(purchase: Purchase) -> None:
    ana = make_assignee()
    code = read_issued(purchase).codes[0]
    redeem(code=code, to=ana, by=customer(ana), at=now(), origin=ORIGIN)


def test_the_same_state_again_changes_nothing(shop: Connection) -> None:
    order = replace(of(3), refunds=(a_refund(), a_refund(5_000, reference="re_2", quantity=None)))
    at = now()
    converge_purchase(connection=shop, order=order, by=CHANNEL, at=at)

    with unchanged():
        converge_purchase(connection=shop, order=order, by=CHANNEL, at=now())

    assert live() == 2
    assert cases() == ["refund_unknown_entitlement"]


def test_a_state_older_than_the_last_seen_is_ignored(shop: Connection) -> None:
    order = of(3)
    converge(shop, order)

    old = replace(order, as_of=now() - timedelta(hours=1), lines=(a_line(1),), cancelled_at=now())
    with unchanged():
        converge_purchase(connection=shop, order=old, by=CHANNEL, at=now())

    assert live() == 3


@pytest.mark.parametrize("status", [PaymentStatus.OPEN, PaymentStatus.EXPIRED])
def test_an_order_nobody_tried_to_pay_is_no_purchase(
    shop: Connection, status: PaymentStatus
) -> None:
    with unchanged():
        order = an_order(payment=status)
        assert converge_purchase(connection=shop, order=order, by=CHANNEL, at=now()) is None


@pytest.mark.parametrize("status", [PaymentStatus.AWAITING, PaymentStatus.FAILED])
def test_an_order_that_is_not_paid_issues_nothing(shop: Connection, status: PaymentStatus) -> None:
    issued = converge(shop, an_order(a_line(3), payment=status))

    assert issued.entitlement_ids == ()
    assert issued.purchase.payment == status


@pytest.mark.parametrize("status", list(PaymentStatus))
def test_a_payment_that_falls_back_withdraws_nothing_and_issues_no_more(
    shop: Connection, status: PaymentStatus
) -> None:
    converge(shop, of(2))

    converge(shop, replace(of(3), payment=status))

    assert live() == (3 if status is PaymentStatus.PAID else 2)


@pytest.mark.parametrize("quantities", [*permutations([1, 2, 3]), (3, 0, 2), (2, 3, 0)])
def test_an_edited_order_ends_with_what_it_wants_last(
    shop: Connection, quantities: tuple[int, ...]
) -> None:
    for quantity in quantities:
        if quantity or Line.objects.exists():
            converge(shop, of(quantity))
            assert live() == quantity

    assert cases() == []


def test_a_line_that_is_removed_takes_its_units_with_it(shop: Connection) -> None:
    health = a_line(2, sku="DNA-HEALTH", reference="li_2", unit_amount=12_900)
    converge(shop, an_order(a_line(1), health))

    converge(shop, an_order(a_line(1)))

    assert live() == 1
    assert Entitlement.objects.exclude(state="revoked").get().product.sku == "DNA-STD"


def test_a_cancelled_order_withdraws_what_nobody_has_and_asks_about_the_rest(
    shop: Connection,
) -> None:
    purchase = converge(shop, of(3)).purchase
    use_one(purchase)

    for _ in range(2):
        converge(shop, replace(of(3), cancelled_at=now()))

    assert live() == 1
    assert cases() == ["refund_after_assignment"]
    ExceptionCase.objects.update(resolved_at=now())
    converge(shop, replace(of(3), cancelled_at=now()))
    assert ExceptionCase.objects.count() == 1


def test_a_refund_that_fails_brings_nothing_back_to_a_cancelled_order(shop: Connection) -> None:
    order = replace(of(3), refunds=(a_refund(34_200, quantity=3),))
    converge(shop, order)
    cancelled = replace(order, cancelled_at=now())
    converge(shop, cancelled)
    assert live() == 0

    failed = a_refund(34_200, quantity=3, status=RefundStatus.FAILED)
    converge(shop, replace(cancelled, refunds=(failed,)))

    assert live() == 0


def test_an_edit_and_a_refund_each_take_their_own(shop: Connection) -> None:
    converge(shop, replace(of(3), refunds=(a_refund(),)))
    assert live() == 2

    converge(shop, replace(of(2), refunds=(a_refund(),)))
    assert live() == 1

    converge(shop, replace(of(2), refunds=(a_refund(status=RefundStatus.FAILED),)))
    assert live() == 2


def test_what_staff_withdrew_is_not_withdrawn_again_by_an_edit(shop: Connection) -> None:
    issued = converge(shop, of(3))
    revoke(entitlement_ids=[issued.id], by=OPERATOR, at=now(), reason="fraud")

    converge(shop, of(2))

    assert live() == 2


def test_each_edit_asks_about_another_unit_that_somebody_has(shop: Connection) -> None:
    purchase = converge(shop, of(2)).purchase
    use_one(purchase)
    use_one(purchase)

    converge(shop, of(1))
    assert ExceptionCase.objects.count() == 1
    converge(shop, replace(of(1), cancelled_at=now()))

    assert ExceptionCase.objects.count() == 2
    assert live() == 2


@pytest.mark.parametrize(
    ("policy", "live_after"), [(RefundPolicy.REVOKE, 0), (RefundPolicy.KEEP, 1)]
)
def test_withdrawing_what_somebody_has_follows_the_terms_it_was_sold_under(
    shop: Connection, policy: RefundPolicy, live_after: int
) -> None:
    product = shop.mappings.get(key="sku:DNA-STD").product
    assert product is not None
    make_terms(product, Terms(refund_policy=policy))
    purchase = converge(shop, of(1)).purchase
    use_one(purchase)
    make_terms(product, Terms(refund_policy=RefundPolicy.ASK))

    converge(shop, replace(of(1), refunds=(a_refund(),)))

    assert live() == live_after


def test_older_news_do_not_undo_a_refund(shop: Connection) -> None:
    converge(shop, replace(of(2), refunds=(a_refund(),)))

    converge(shop, replace(of(2), refunds=(a_refund(status=RefundStatus.PENDING),)))

    assert live() == 1
    assert Refund.objects.get().status == "succeeded"


def test_a_question_about_a_refund_is_closed_when_the_refund_fails(shop: Connection) -> None:
    converge(shop, replace(of(2), refunds=(a_refund(500, quantity=None),)))
    assert cases() == ["refund_unknown_entitlement"]

    failed = a_refund(500, quantity=None, status=RefundStatus.FAILED)
    converge(shop, replace(of(2), refunds=(failed,)))

    assert cases() == []
    assert live() == 2


def test_a_product_nobody_mapped_is_an_exception_until_somebody_does(shop: Connection) -> None:
    order = an_order(a_line(1), a_line(2, sku="COLLAR", reference="li_2"))
    converge(shop, order)
    assert (live(), cases()) == (1, ["unmapped_product"])

    ProductMapping.objects.create(
        connection=shop, key="sku:COLLAR", product=shop.mappings.get(key="sku:DNA-HEALTH").product
    )
    converge(shop, order)

    assert (live(), cases()) == (3, [])


def test_a_line_that_is_ignored_on_purpose_issues_nothing_and_asks_nobody(
    shop: Connection,
) -> None:
    ProductMapping.objects.create(connection=shop, key="sku:MUG", product=None)

    converge(shop, an_order(a_line(1), a_line(2, sku="MUG", reference="li_2")))

    assert (live(), cases()) == (1, [])


def test_what_a_line_was_sold_as_stays_when_the_mapping_goes(shop: Connection) -> None:
    converge(shop, of(1))
    ProductMapping.objects.all().delete()

    converge(shop, of(2))

    assert (live(), cases()) == (2, [])


def test_several_entitlements_for_one_unit(shop: Connection) -> None:
    shop.mappings.filter(key="sku:DNA-STD").update(entitlements_per_unit=5)
    converge(shop, of(2))
    shop.mappings.filter(key="sku:DNA-STD").update(entitlements_per_unit=7)

    converge(shop, replace(of(2), refunds=(a_refund(),)))

    assert Entitlement.objects.count() == 10
    assert live() == 5


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"currency": "XYZ"}, "currency"),
        ({"currency": ""}, "currency"),
        ({"amount_total": -1}, "negative"),
        ({"lines": ()}, "no lines"),
        ({"lines": (a_line(0),)}, "quantity of 0"),
        ({"lines": (a_line(-1),)}, "quantity of -1"),
        ({"lines": (a_line(10**9),)}, "quantity of 1000000000"),
        ({"lines": (a_line(1), a_line(2))}, "same reference"),
        ({"lines": (a_line(1, unit_amount=-5),)}, "negative"),
    ],
)
def test_an_order_that_makes_no_sense_is_an_exception_and_issues_nothing(
    shop: Connection, change: dict[str, object], fault: str
) -> None:
    converge(shop, replace(of(1), **change))  # type: ignore[arg-type]

    assert not Entitlement.objects.exists()
    case = ExceptionCase.objects.get()
    assert case.kind == "order_invalid"
    assert any(fault in said for said in case.evidence["faults"])

    converge(shop, of(1))
    assert (live(), cases()) == (1, [])


def test_what_a_person_has_answered_is_not_asked_again_until_it_changes(shop: Connection) -> None:
    strange = replace(an_order(a_line(1), a_line(1, sku="?", reference="li_2")), currency="XYZ")
    unmapped = replace(strange, currency="USD")
    for order in (strange, unmapped):
        converge(shop, order)
    answer(cases(), "Looked into it.")

    for order in (unmapped, unmapped):
        converge(shop, order)
    assert cases() == []

    more = replace(unmapped, lines=(a_line(1), a_line(9, sku="?", reference="li_2")))
    converge(shop, more)
    assert cases() == ["unmapped_product"]


def answer(kinds: list[str], outcome: str) -> None:
    for case in ExceptionCase.objects.filter(kind__in=kinds):
        resolve_exception(
            kind=ExceptionKind(case.kind), key=case.key, outcome=outcome, by=OPERATOR, at=now()
        )


def test_a_test_order_through_a_live_connection_issues_nothing(shop: Connection) -> None:
    Connection.objects.update(is_test=False)
    shop.refresh_from_db()

    converge(shop, of(1))

    assert (live(), cases()) == (0, ["order_invalid"])


@pytest.mark.parametrize("change", [{"lines": (a_line(1, unit_amount=1),)}, {"currency": "EUR"}])
def test_paying_less_than_the_cart_asked_is_an_exception(
    shop: Connection, change: dict[str, object]
) -> None:
    cart = a_cart(shop)

    converge(shop, replace(of(1), cart=str(cart.pk), **change))  # type: ignore[arg-type]

    assert (live(), cases()) == (0, ["amount_differs"])


def test_a_cart_is_closed_by_what_becomes_of_its_order(shop: Connection) -> None:
    cart = a_cart(shop)
    order = replace(of(1), cart=str(cart.pk))

    converge(shop, replace(order, payment=PaymentStatus.EXPIRED, paid_at=None))
    cart.refresh_from_db()
    assert cart.state == "abandoned"

    purchase = converge(shop, order).purchase
    cart.refresh_from_db()
    assert (cart.state, cart.paid_at) == ("paid", purchase.paid_at)


@pytest.mark.parametrize("reference", ["cart-7f3a", "", "'; --", "x" * 5000, "\ud800", "é"])
def test_a_cart_may_be_called_anything(shop: Connection, reference: str) -> None:
    assert converge(shop, replace(of(1), cart=reference)).purchase.cart is None


def test_a_cart_of_another_connection_is_not_believed(shop: Connection) -> None:
    other = make_connection(slug="other")
    cart = a_cart(other)

    assert converge(shop, replace(of(1), cart=str(cart.pk))).purchase.cart is None


@pytest.mark.parametrize("mail", [None, "", "nobody", "a@b", "ann@example.com\x00"])
def test_an_order_without_an_address_is_issued(shop: Connection, mail: str | None) -> None:
    issued = converge(shop, replace(of(1), buyer_email=mail))

    assert live() == 1
    assert issued.purchase.buyer is None
    assert converge(shop, of(1)).purchase.buyer is not None


def test_money_that_the_bank_takes_is_gone_whatever_else_is_wrong(shop: Connection) -> None:
    converge(shop, of(3))

    converge(shop, replace(of(3), currency="XYZ", disputes=(a_dispute(DisputeStatus.OPEN),)))

    assert Entitlement.objects.filter(held_count=1).count() == 3


def test_a_hold_does_not_outlive_the_dispute_on_what_was_refunded(shop: Connection) -> None:
    order = replace(of(3), disputes=(a_dispute(DisputeStatus.OPEN),))
    converge(shop, order)
    refunded = replace(order, refunds=(a_refund(),))
    converge(shop, refunded)

    converge(shop, replace(refunded, disputes=(a_dispute(DisputeStatus.WON),)))

    assert set(Entitlement.objects.values_list("held_count", flat=True)) == {0}


def test_an_answered_dispute_is_not_asked_about_again(shop: Connection) -> None:
    use_one(converge(shop, of(3)).purchase)
    order = replace(of(3), disputes=(a_dispute(DisputeStatus.OPEN),))
    converge(shop, order)
    ExceptionCase.objects.update(resolved_at=now())

    converge(shop, order)
    assert cases() == []

    converge(shop, replace(order, disputes=(a_dispute(DisputeStatus.LOST),)))
    assert cases() == ["dispute_after_assignment"]
    assert live() == 1


def test_a_dispute_won_on_appeal_brings_back_only_what_its_loss_took(shop: Connection) -> None:
    issued = converge(shop, of(3))
    revoke(entitlement_ids=[issued.id], by=OPERATOR, at=now(), reason="fraud")
    for status in (DisputeStatus.OPEN, DisputeStatus.LOST):
        converge(shop, replace(of(3), disputes=(a_dispute(status),)))
    assert live() == 0

    converge(shop, replace(of(3), disputes=(a_dispute(DisputeStatus.WON),)))

    assert live() == 2


def test_names_the_channel_and_one_act(shop: Connection) -> None:
    converge(shop, an_order(a_line(2), a_line(1, sku="DNA-HEALTH", reference="li_2")))

    assert Entry.objects.count() == 3
    assert Entry.objects.values("act", "actor_kind", "actor_id").distinct().count() == 1


def a_cart(connection: Connection) -> Cart:
    return Cart.objects.create(
        connection=connection, lines=[], currency="USD", amount_total=11_400, created_at=now()
    )


def test_a_payment_that_was_made_and_is_looked_into_is_remembered(shop: Connection) -> None:
    bought = converge(shop, replace(of(2), payment=PaymentStatus.AWAITING))

    assert bought.purchase.paid_at is not None
    assert live() == 0
