"""From what is on sale to the codes: with the test payment, and through Stripe."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from counterfoil.models import Cart, Connection, Entitlement, Product
from counterfoil.pages.cart_cookie import NAME
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import make_connection, make_product, make_terms, now
from counterfoil_sim import Simulator, SimulatorServer
from tests.pages.visits import text

pytestmark = pytest.mark.django_db
CHECKOUT = "/checkout/"
WANTED = {"quantity_DNA-STD": "1", "email": "ann@example.com", "connection": "test"}


@pytest.fixture
def product() -> Product:
    """Put one product on sale."""
    return make_product(terms=Terms(valid_days=730))


@pytest.fixture
def ours(product: Product) -> Connection:
    """Let it be paid with the test payment."""
    return make_connection(product, slug="test", channel="native")


@pytest.fixture
def at_stripe(product: Product, server: SimulatorServer) -> Connection:
    """Let it be paid at a simulated Stripe."""
    connection = make_connection(product, slug="card")
    connection.options = {"api_base": server.url}
    connection.save()
    return connection


def buy(client: Client, **changed: str) -> Any:
    """Send the checkout form."""
    return client.post(CHECKOUT, WANTED | changed)


def thanks_of(cart: Cart) -> str:
    return f"/checkout/{cart.pk}/thanks/"


def test_shows_what_is_on_sale_and_how_to_pay(client: Client, ours: Connection) -> None:
    make_product("OLD", unit_amount=100).__class__.objects.filter(sku="OLD").update(on_sale=False)

    before = now()
    page = text(client.get(CHECKOUT))
    ends = [moment + timedelta(days=730) for moment in (before, now())]

    assert "Dog DNA test (DNA-STD)" in page
    assert "$114.00" in page
    assert any(f'Valid until <time datetime="{end:%Y-%m-%d}' in page for end in ends)
    assert "Pay with the test payment" in page
    assert "Test mode" in page
    assert "OLD" not in page
    assert not Cart.objects.exists()


def test_an_empty_shop_says_so(client: Client, db: None) -> None:
    assert "Nothing is on sale here" in text(client.get(CHECKOUT))


def test_our_own_checkout_never_stands_for_real_money(client: Client, product: Product) -> None:
    make_connection(product, slug="live", channel="native", is_test=False)

    assert "Pay with the test payment" not in text(client.get(CHECKOUT))
    assert buy(client, connection="live").status_code == 422
    assert not Cart.objects.exists()


def test_pays_with_the_test_payment_and_shows_the_code(client: Client, ours: Connection) -> None:
    answer = buy(client)
    cart = Cart.objects.get()
    assert answer.headers["Location"] == f"/checkout/{cart.pk}/"
    page = text(client.get(answer.headers["Location"]))
    assert "Dog DNA test" in page
    assert "ann@example.com" in page
    assert not Entitlement.objects.exists()

    paid = client.post(answer.headers["Location"], {"outcome": "pay"}, follow=True)

    assert "Thank you. Here is your code" in text(paid)
    code = Entitlement.objects.get().codes.get().opened()
    assert all(code[start : start + 4] in text(paid) for start in range(0, 16, 4))
    assert "a•••@example.com" in text(paid)
    assert "<svg" in paid.content.decode().partition("qr-box")[2]
    assert code not in "".join(url for url, _ in paid.redirect_chain)
    again = client.post(answer.headers["Location"], {"outcome": "pay"})
    assert again.headers["Location"] == thanks_of(cart)
    assert Entitlement.objects.count() == 1


@pytest.mark.parametrize("kind", ["dog", ""])
def test_says_that_something_will_be_asked_only_where_it_is(client: Client, kind: str) -> None:
    kit = make_product("KIT", terms=Terms(subject_kind=kind))
    make_connection(kit, slug="test", channel="native")
    where = buy(client, **{"quantity_DNA-STD": "0", "quantity_KIT": "1"}).headers["Location"]

    paid = text(client.post(where, {"outcome": "pay"}, follow=True))

    assert "Now or any day before it ends." in paid
    assert ("You will say then who or what it is for." in paid) == bool(kind)


def test_only_the_browser_that_paid_sees_the_code(client: Client, ours: Connection) -> None:
    where = buy(client).headers["Location"]
    client.post(where, {"outcome": "pay"})
    cart = Cart.objects.get()

    stranger = text(Client().get(thanks_of(cart)))

    assert "Thank you. Your codes come by e-mail" in stranger
    assert "a•••@example.com" in stranger
    assert "code-group" not in stranger
    assert Client().get(where).status_code == 404
    forged = Client()
    forged.cookies[NAME] = f"{cart.pk}:x:y"
    assert "code-group" not in text(forged.get(thanks_of(cart)))


def test_the_codes_are_shown_for_a_while(
    client: Client, ours: Connection, settings: Settings
) -> None:
    client.post(buy(client).headers["Location"], {"outcome": "pay"})
    page = thanks_of(Cart.objects.get())
    assert "code-group" in text(client.get(page))

    settings.COUNTERFOIL_CODES_SHOWN_MINUTES = 0

    assert "Thank you. Your codes come by e-mail" in text(client.get(page))
    assert "code-group" not in text(client.get(page))


def test_the_cookie_is_for_this_cart_only(client: Client, ours: Connection) -> None:
    first = buy(client)
    cookie = first.cookies[NAME]
    cart = Cart.objects.get()

    assert cookie["path"] == f"/checkout/{cart.pk}/"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 24 * 60 * 60
    buy(client)
    other = Cart.objects.exclude(pk=cart.pk).get()
    assert client.get(f"/checkout/{other.pk}/").status_code == 200


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"quantity_DNA-STD": "0"}, "Nothing is chosen yet"),
        ({"quantity_DNA-STD": ""}, "Nothing is chosen yet"),
        ({"quantity_DNA-STD": "101"}, "So many cannot be bought at once"),
        ({"quantity_DNA-STD": "-1"}, "So many cannot be bought at once"),
        ({"quantity_DNA-STD": "1.5"}, "So many cannot be bought at once"),
        ({"quantity_DNA-STD": "9" * 5000}, "So many cannot be bought at once"),
        ({"email": ""}, "This does not look like an address"),
        ({"email": "ann@"}, "This does not look like an address"),
        ({"connection": ""}, "This way of paying does not answer"),
        ({"connection": "nobody"}, "This way of paying does not answer"),
    ],
)
def test_says_what_is_wrong_and_keeps_the_rest(
    client: Client, ours: Connection, changed: dict[str, str], told: str
) -> None:
    answer = buy(client, **changed)

    assert answer.status_code == 422
    assert told in text(answer)
    assert "<title>Please check:" in text(answer)
    assert NAME not in answer.cookies
    assert not Cart.objects.exists()


def test_tells_all_that_is_wrong_at_once(client: Client, ours: Connection) -> None:
    answer = text(buy(client, email="", **{"quantity_DNA-STD": "0"}))

    assert "Nothing is chosen yet" in answer
    assert "This does not look like an address" in answer


def test_an_only_product_is_chosen_beforehand(client: Client, ours: Connection) -> None:
    assert 'name="quantity_DNA-STD" value="1"' in text(client.get(CHECKOUT))


def test_does_not_mix_currencies(client: Client, product: Product) -> None:
    euros = make_product("EUR-1", currency="EUR")
    make_connection(product, euros, slug="test", channel="native")

    answer = buy(client, **{"quantity_EUR-1": "1"})

    assert "priced in different currencies" in text(answer)


def test_does_not_sell_what_the_way_of_paying_does_not_know(
    client: Client, ours: Connection
) -> None:
    make_terms(make_product("NEW"), Terms())

    answer = buy(client, quantity_NEW="1")

    assert "This cannot be paid in the way you chose" in text(answer)
    assert 'aria-describedby="id_quantity_NEW_error"' in text(answer)


class TestStripe:
    def test_goes_there_over_a_page_of_ours_and_comes_back(
        self, client: Client, at_stripe: Connection, sim: Simulator
    ) -> None:
        answer = buy(client, connection="card")
        cart = Cart.objects.get()
        assert answer.status_code == 200
        assert 'http-equiv="refresh"' in text(answer)
        assert NAME in answer.cookies
        session = cart.external_reference
        assert sim.store.get("session", session)["success_url"] == (
            f"http://testserver{thanks_of(cart)}"
        )

        page = thanks_of(cart)
        assert "We are confirming your payment" in text(client.get(page))
        client.post(f"{page}check/")
        assert "We are confirming your payment" in text(client.get(page))
        sim.pay(session, email="ann@example.com", name="Ann")
        assert "We are confirming your payment" in text(client.get(page))
        checked = client.post(f"{page}check/", follow=True)

        assert "Thank you. Here is your code" in text(checked)
        assert Entitlement.objects.count() == 1

    def test_waits_for_a_payment_that_takes_days(
        self, client: Client, at_stripe: Connection, sim: Simulator
    ) -> None:
        buy(client, connection="card")
        cart = Cart.objects.get()
        sim.pay_later(cart.external_reference)

        waiting = client.post(f"{thanks_of(cart)}check/", follow=True)

        assert "We are waiting for your payment" in text(waiting)
        assert not Entitlement.objects.exists()

    def test_says_when_a_payment_failed(
        self, client: Client, at_stripe: Connection, sim: Simulator
    ) -> None:
        buy(client, connection="card")
        cart = Cart.objects.get()
        sim.expire(cart.external_reference)

        failed = client.post(f"{thanks_of(cart)}check/", follow=True)

        assert "The payment did not go through" in text(failed)
        assert not Entitlement.objects.exists()

    def test_strangers_cannot_have_it_asked(
        self, client: Client, at_stripe: Connection, sim: Simulator
    ) -> None:
        buy(client, connection="card")
        cart = Cart.objects.get()
        sim.pay(cart.external_reference)

        Client().post(f"{thanks_of(cart)}check/")

        assert not Entitlement.objects.exists()

    def test_one_that_does_not_answer_leaves_everything_as_it_was(
        self, client: Client, at_stripe: Connection
    ) -> None:
        buy(client, connection="card")
        cart = Cart.objects.get()
        at_stripe.options = {"api_base": "http://127.0.0.1:9"}  # nobody listens there
        at_stripe.save()

        again = buy(client, connection="card")
        checked = client.post(f"{thanks_of(cart)}check/", follow=True)

        assert again.status_code == 422
        assert "This way of paying does not answer just now" in text(again)
        assert "We are confirming your payment" in text(checked)
