"""Buying from ourselves: the same door, the same worker, codes at once."""

import re

import pytest
from django.db import connection

from counterfoil.errors import CartClosed
from counterfoil.intake.checkout import start_checkout
from counterfoil.intake.paying import pay_test
from counterfoil.intake.sweep import sweep
from counterfoil.intake.worker import work_messages
from counterfoil.models import Cart, Entitlement, Message, Purchase
from counterfoil.queries.search import search
from counterfoil.testing.builders import customer, make_assignee, now, read_issued
from tests.intake.native import Shop, open_shop
from tests.stripe_world import at_once

COVERS = {
    "F1": ["test_paying_again_issues_nothing_more", "test_an_impatient_buyer_pays_once"],
    "F4": ["test_the_sweep_finds_a_cart_whose_message_was_lost"],
    "F12": ["test_the_sweep_finds_a_cart_whose_message_was_lost"],
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def pay(cart: Cart) -> Purchase | None:
    return pay_test(cart_id=cart.pk, by=customer(make_assignee()))


def test_has_its_codes_as_soon_as_it_is_paid(shop: Shop) -> None:
    cart = shop.cart(2)
    url = start_checkout(cart=cart, success_url="/thanks", cancel_url="/")
    assert str(cart.pk) in url

    purchase = pay(cart)

    assert purchase is not None
    assert len(set(read_issued(purchase).codes)) == 2
    assert purchase.is_test
    assert Message.objects.get().outcome == "converged"


def test_paying_again_issues_nothing_more(shop: Shop) -> None:
    cart = shop.cart(2)
    first = pay(cart)

    assert pay(cart) == first

    assert Entitlement.objects.count() == 2
    with pytest.raises(CartClosed):
        start_checkout(cart=Cart.objects.get(), success_url="/thanks", cancel_url="/")


@pytest.mark.django_db(transaction=True)
def test_an_impatient_buyer_pays_once(shop: Shop) -> None:
    cart = shop.cart(2)

    at_once(*[lambda: pay(cart)] * 4, work_messages)

    assert Entitlement.objects.count() == 2
    assert Message.objects.count() == 1


def test_what_failed_at_the_till_is_done_by_the_worker(shop: Shop) -> None:
    cart = shop.cart(2)

    def fail(execute: object, sql: str, *args: object) -> object:
        if 'INSERT INTO "counterfoil_purchase"' in sql:
            raise RuntimeError("killed")
        return execute(sql, *args)  # type: ignore[operator]

    with connection.execute_wrapper(fail):  # type: ignore[arg-type]
        assert pay(cart) is None
    assert Cart.objects.get().state == "paid"

    Message.objects.update(next_attempt_at=now())
    work_messages()

    assert Entitlement.objects.count() == 2


def test_the_sweep_finds_a_cart_whose_message_was_lost(shop: Shop) -> None:
    before = now()
    shop.paid_cart(2)
    shop.cart(1)

    swept = sweep(connection=shop.connection, since=before)

    assert (swept.converged, swept.failed, swept.complete) == (1, (), True)
    assert Entitlement.objects.count() == 2
    assert sweep(connection=shop.connection, since=now()).converged == 0


def test_people_call_an_order_by_a_number_they_can_read_out(shop: Shop) -> None:
    purchase = pay(shop.cart(1))
    assert purchase is not None

    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}", purchase.called)
    assert search(purchase.called.lower(), now=now()).only is not None
