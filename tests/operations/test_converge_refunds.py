"""Refunds of an order: several lines, no money, shipping, and beside whatever else is wrong."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from counterfoil.effects.settling import settle
from counterfoil.models import (
    Cart,
    Connection,
    Entitlement,
    ProductMapping,
    Refund,
    RefundedEntitlement,
)
from counterfoil.models.ids import handle_of
from counterfoil.operations.converge_purchase import converge_purchase
from counterfoil.queries.invariants import INVARIANTS, broken
from counterfoil.rules.orders import OrderState, RefundStatus
from counterfoil.testing.builders import CHANNEL, a_line, a_refund, an_order, converge, now
from tests.converged import HEALTH, UNIT, cases, failed, live, make_shop, of, refund_of, use_one
from tests.records import unchanged

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Connection:
    return make_shop()


@pytest.fixture(autouse=True)
def kept(db: None) -> Iterator[None]:
    """Hold every promise against what a test leaves behind."""
    yield
    settle()
    assert broken(INVARIANTS, grace=timedelta(0)) == {}


def rows() -> list[tuple[str | None, str, int, int]]:
    found = Refund.objects.order_by("external_reference", "line__external_line", "covers")
    return list(found.values_list("line__external_line", "covers", "units", "amount"))


def twice(shop: Connection, order: OrderState) -> None:
    """Converge, and see that the same state again changes nothing."""
    converge(shop, order)
    order = replace(order, as_of=now())
    converge_purchase(connection=shop, order=order, by=CHANNEL, at=now())
    with unchanged():
        converge_purchase(connection=shop, order=order, by=CHANNEL, at=now())


def test_one_refund_takes_units_of_two_lines(shop: Connection) -> None:
    both = refund_of(("li_1", 1, UNIT), ("li_2", 1, HEALTH))

    twice(shop, replace(of(2, 1), refunds=(both,)))

    assert (live(), cases()) == (1, [])
    assert rows() == [("li_1", "units", 1, UNIT), ("li_2", "units", 1, HEALTH)]


def test_lines_that_went_without_money_are_taken_back(shop: Connection) -> None:
    twice(shop, replace(of(3), refunds=(refund_of(("li_1", 2, 2 * UNIT), amount=0),)))

    assert (live(), cases()) == (1, [])
    assert rows() == [("li_1", "units", 2, 0)]


def test_an_order_with_shipping_is_refunded_whole(shop: Connection) -> None:
    order = of(2, 1)
    whole = order.amount_total + 990
    everything = a_refund(whole, quantity=None)

    twice(shop, replace(order, amount_total=whole, refunds=(everything,)))

    assert (live(), cases()) == (0, [])
    assert rows() == [
        ("li_1", "units", 2, 2 * UNIT),
        ("li_2", "units", 1, HEALTH),
        (None, "money", 0, 990),
    ]


def test_goodwill_takes_nothing_and_asks_nobody(shop: Connection) -> None:
    goodwill = a_refund(500, quantity=None)

    twice(shop, replace(of(2), refunds=(replace(goodwill, money_only=True),)))

    assert (live(), cases()) == (2, [])
    assert rows() == [(None, "money", 0, 500)]


def test_goodwill_that_completes_the_sum_takes_everything(shop: Connection) -> None:
    first = replace(a_refund(500, quantity=None), money_only=True)
    rest = replace(a_refund(2 * UNIT - 500, quantity=None, reference="re_2"), money_only=True)
    converge(shop, replace(of(2), refunds=(first,)))
    assert live() == 2

    twice(shop, replace(of(2), refunds=(first, rest)))

    assert (live(), cases()) == (0, [])


@pytest.mark.parametrize("product_of_line", ["nobody's", "ignored"])
def test_a_refund_of_what_was_never_issued_is_remembered(
    shop: Connection, product_of_line: str
) -> None:
    if product_of_line == "ignored":
        ProductMapping.objects.create(connection=shop, key="sku:MUG", product=None)
    mug = a_line(2, sku="MUG", reference="li_2", unit_amount=900)
    both = refund_of(("li_1", 1, UNIT), ("li_2", 2, 1800))

    twice(shop, replace(an_order(a_line(2), mug), refunds=(both,)))

    assert live() == 1
    assert rows() == [("li_1", "units", 1, UNIT), (None, "nothing_issued", 0, 1800)]


def test_a_line_that_is_mapped_after_its_refund_yields_what_is_still_owed(
    shop: Connection,
) -> None:
    mug = a_line(3, sku="MUG", reference="li_2", unit_amount=900)
    order = replace(an_order(a_line(1), mug), refunds=(refund_of(("li_2", 2, 1800)),))
    converge(shop, order)
    assert (live(), cases()) == (1, ["unmapped_product"])
    assert rows() == [(None, "nothing_issued", 0, 1800)]

    product = shop.mappings.get(key="sku:DNA-HEALTH").product
    ProductMapping.objects.create(connection=shop, key="sku:MUG", product=product)
    twice(shop, order)

    assert (live(), cases()) == (2, [])
    assert rows() == [("li_2", "units", 2, 1800)]


def test_units_of_two_lines_that_a_refund_names(shop: Connection) -> None:
    purchase = converge(shop, of(2, 2)).purchase
    firsts = purchase.entitlements.filter(ordinal=0).order_by("line__external_line")
    handles = tuple(handle_of(pk) for pk in firsts.values_list("pk", flat=True))

    twice(shop, replace(of(2, 2), refunds=(refund_of(amount=UNIT + HEALTH, units=handles),)))

    assert {one.handle for one in Entitlement.objects.filter(state="revoked")} == set(handles)
    assert rows() == [("li_1", "units", 1, UNIT), ("li_2", "units", 1, HEALTH)]


def test_more_than_was_left_is_a_question_and_takes_nothing(shop: Connection) -> None:
    order = replace(of(2), refunds=(refund_of(("li_1", 3, 3 * UNIT - 1), amount=UNIT),))

    twice(shop, order)

    assert (live(), cases()) == (2, ["refund_unknown_entitlement"])
    assert rows() == [(None, "unknown", 0, UNIT)]


def test_a_refund_whose_meaning_changes_is_decided_anew(shop: Connection) -> None:
    converge(shop, replace(of(3, 1), refunds=(refund_of(("li_1", 2, 2 * UNIT)),)))
    assert live() == 2

    other = refund_of(("li_1", 1, UNIT), ("li_2", 1, HEALTH), amount=2 * UNIT)
    twice(shop, replace(of(3, 1), refunds=(other,)))

    assert Entitlement.objects.filter(line__external_line="li_1", state="issued").count() == 2
    assert Entitlement.objects.filter(line__external_line="li_2", state="issued").count() == 0
    assert RefundedEntitlement.objects.filter(superseded_at=None).count() == 2


def test_refunds_do_not_wait_for_a_doubt_about_the_price(shop: Connection) -> None:
    converge(shop, of(2))
    cart = Cart.objects.create(
        connection=shop, lines=[], currency="USD", amount_total=10**9, created_at=now()
    )
    doubtful = replace(of(3), cart=str(cart.pk), refunds=(refund_of(("li_1", 1, UNIT)),))
    shop.purchase_set.update(cart=cart)

    converge(shop, doubtful)

    assert (live(), cases()) == (1, ["amount_differs"])


def test_refunds_and_edits_do_not_wait_for_a_line_that_is_odd(shop: Connection) -> None:
    converge(shop, of(3))
    odd = a_line(1, sku="DNA-HEALTH", reference="li_2", unit_amount=-1)
    refunded = refund_of(("li_1", 1, UNIT))

    converge(shop, replace(an_order(a_line(2), odd), amount_total=9**9, refunds=(refunded,)))

    assert (live(), cases()) == (1, ["order_invalid"])


@pytest.mark.parametrize(
    "change",
    [
        {"currency": "EUR"},
        {"currency": "XYZ"},
        {"lines": (a_line(1), a_line(1))},
        {"lines": (a_line(-1),)},
        {"amount_total": -1},
    ],
)
def test_an_order_that_makes_no_sense_takes_nothing_away(
    shop: Connection, change: dict[str, object]
) -> None:
    converge(shop, of(3))
    refunded = replace(of(3), refunds=(refund_of(("li_1", 1, UNIT)),))

    converge(shop, replace(refunded, **change))  # type: ignore[arg-type]
    assert (live(), cases()) == (3, ["order_invalid"])

    twice(shop, refunded)
    assert (live(), cases()) == (2, [])
    assert shop.purchase_set.get().currency == "USD"


def test_a_line_that_is_gone_is_still_refunded(shop: Connection) -> None:
    converge(shop, of(2, 1))
    gone = replace(of(2), refunds=(refund_of(("li_2", 1, HEALTH)),))

    twice(shop, gone)

    assert (live(), cases()) == (2, [])
    assert rows() == [("li_2", "units", 1, HEALTH)]


def test_money_for_a_line_that_is_gone_completes_no_other(shop: Connection) -> None:
    converge(shop, of(1, 1))

    converge(shop, replace(of(1), refunds=(a_refund(HEALTH, quantity=None),)))

    assert (live(), cases()) == (1, ["refund_unknown_entitlement"])


def test_one_of_two_refunds_of_several_lines_fails(shop: Connection) -> None:
    one = refund_of(("li_1", 1, UNIT), ("li_2", 1, HEALTH))
    two = refund_of(("li_1", 1, UNIT), reference="re_2")
    converge(shop, replace(of(3, 1), refunds=(one, two)))
    assert live() == 1

    twice(shop, replace(of(3, 1), refunds=(failed(one), two)))

    assert live() == 3
    assert RefundedEntitlement.objects.filter(superseded_at=None).count() == 1


def test_a_refund_that_fails_gives_back_to_whoever_had_it(shop: Connection) -> None:
    purchase = converge(shop, of(1)).purchase
    use_one(purchase)
    refunded = refund_of(("li_1", 1, UNIT))
    converge(shop, replace(of(1), refunds=(refunded,)))
    assert cases() == ["refund_after_assignment"]

    twice(shop, replace(of(1), refunds=(failed(refunded),)))

    assert (live(), cases()) == (1, [])
    assert purchase.entitlements.get().state == "assigned"


@pytest.mark.parametrize(("currency", "amount"), [("JPY", 1200), ("KWD", 10_500), ("CLP", 999)])
def test_refunds_of_currencies_with_other_decimals_add_up(
    shop: Connection, currency: str, amount: int
) -> None:
    order = replace(an_order(a_line(3, unit_amount=amount)), currency=currency)
    parts = tuple(
        replace(a_refund(part, quantity=None, reference=f"re_{n}"), currency=currency)
        for n, part in enumerate((1, amount, 2 * amount - 1))
    )
    converge(shop, replace(order, refunds=parts[:2]))
    assert live() == 3

    twice(shop, replace(order, refunds=parts))

    assert (live(), cases()) == (0, [])
    assert sum(one.amount for one in Refund.objects.all()) == 3 * amount


def test_a_refund_on_its_way_takes_nothing(shop: Connection) -> None:
    pending = replace(refund_of(("li_1", 1, UNIT)), status=RefundStatus.PENDING)

    twice(shop, replace(of(2), refunds=(pending,)))

    assert (live(), cases()) == (2, [])


@pytest.mark.parametrize(("lists_all", "left"), [(True, 2), (False, 1)])
def test_a_refund_that_is_listed_no_more_gives_back_only_where_all_are_listed(
    shop: Connection, lists_all: bool, left: int
) -> None:
    order = replace(of(2), lists_all_refunds=lists_all)
    converge(shop, replace(order, refunds=(refund_of(("li_1", 1, UNIT)),)))
    assert live() == 1

    twice(shop, replace(order, refunds=()))

    assert (live(), cases()) == (left, [])
    [row] = Refund.objects.all()
    assert row.status == (RefundStatus.FAILED if lists_all else RefundStatus.SUCCEEDED)
