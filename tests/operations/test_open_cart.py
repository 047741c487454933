"""Carts: what may be put in, at which price, and the test payment."""

import pytest

from counterfoil.errors import (
    CartClosed,
    CartEmpty,
    CounterfoilError,
    CurrenciesMixed,
    MailInvalid,
    NotFound,
    ProductNotSold,
    QuantityInvalid,
)
from counterfoil.models import Cart, Connection, Product
from counterfoil.models.ids import uuid7
from counterfoil.operations.open_cart import open_cart
from counterfoil.operations.pay_cart import pay_cart
from counterfoil.testing.builders import OPERATOR, make_connection, make_product, now
from tests.records import refused, unchanged

pytestmark = pytest.mark.django_db


@pytest.fixture
def connection() -> Connection:
    make_product("NOT-HERE")
    return make_connection(
        make_product(),
        make_product("DNA-EUR", currency="EUR"),
        make_product("OLD"),
        slug="ours",
        channel="native",
    )


def cart_of(connection: Connection, mail: str = "Ann@Example.com", **quantities: int) -> Cart:
    return open_cart(
        connection=connection,
        quantities={name.replace("_", "-"): count for name, count in quantities.items()},
        buyer_mail=mail,
        locale="de",
        by=OPERATOR,
        at=now(),
    )


def test_keeps_what_was_put_in_at_the_price_of_the_moment(connection: Connection) -> None:
    cart = cart_of(connection, DNA_STD=3)
    Product.objects.update(unit_amount=1, name="Another")

    cart.refresh_from_db()
    assert cart.lines == [
        {
            "reference": "1",
            "sku": "DNA-STD",
            "name": "Dog DNA test (DNA-STD)",
            "unit_amount": 11_400,
            "quantity": 3,
        }
    ]
    assert (cart.currency, cart.amount_total, cart.state) == ("USD", 34_200, "open")
    contact = cart.buyer.contact() if cart.buyer else None
    assert contact is not None
    assert (contact.mail, contact.locale) == ("ann@example.com", "de")


def test_needs_no_address(connection: Connection) -> None:
    assert cart_of(connection, mail=" ", DNA_STD=1).buyer is None


@pytest.mark.parametrize(
    ("error", "quantities"),
    [
        (CartEmpty, {}),
        (QuantityInvalid, {"DNA-STD": 0}),
        (QuantityInvalid, {"DNA-STD": -1}),
        (QuantityInvalid, {"DNA-STD": 101}),
        (QuantityInvalid, {"DNA-STD": 1, "DNA-EUR": 10**30}),
        (ProductNotSold, {"nothing": 1}),
        (ProductNotSold, {"NOT-HERE": 1}),
        (ProductNotSold, {"OLD": 1}),
        (ProductNotSold, {"DNA-STD\x00": 1}),
        (ProductNotSold, {"x" * 10_000: 1}),
        (CurrenciesMixed, {"DNA-STD": 1, "DNA-EUR": 1}),
    ],
)
def test_refuses_what_cannot_be_sold(
    connection: Connection, error: type[CounterfoilError], quantities: dict[str, int]
) -> None:
    Product.objects.filter(sku="OLD").update(on_sale=False)

    with refused(error):
        open_cart(connection=connection, quantities=quantities, by=OPERATOR, at=now())


@pytest.mark.parametrize("mail", ["ann", "ann@", "ann@example", "a b@example.com", "x" * 300])
def test_refuses_an_address_no_mail_can_reach(connection: Connection, mail: str) -> None:
    with refused(MailInvalid):
        cart_of(connection, mail=mail, DNA_STD=1)


def test_paying_twice_is_paying_once(connection: Connection) -> None:
    cart = cart_of(connection, DNA_STD=1)
    first = pay_cart(cart_id=cart.pk, by=OPERATOR, at=now())

    with unchanged():
        again = pay_cart(cart_id=cart.pk, by=OPERATOR, at=now())

    assert again.paid_at == first.paid_at is not None


def test_nobody_pays_for_free_where_money_is_asked_for(connection: Connection) -> None:
    cart = cart_of(connection, DNA_STD=1)

    Connection.objects.update(is_test=False)
    with refused(CartClosed):
        pay_cart(cart_id=cart.pk, by=OPERATOR, at=now())

    Connection.objects.update(is_test=True, channel="stripe")
    with refused(CartClosed):
        pay_cart(cart_id=cart.pk, by=OPERATOR, at=now())

    Connection.objects.update(channel="native")
    Cart.objects.update(state="abandoned")
    with refused(CartClosed):
        pay_cart(cart_id=cart.pk, by=OPERATOR, at=now())
    with refused(NotFound):
        pay_cart(cart_id=uuid7(), by=OPERATOR, at=now())
