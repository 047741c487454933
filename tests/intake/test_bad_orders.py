"""Orders that were paid and make no sense: acknowledged, put before a person, not issued."""

from collections.abc import Callable

import pytest

from counterfoil.effects.settling import settle
from counterfoil.models import ExceptionCase, Message, ProductMapping, Purchase
from counterfoil_sim.store import Obj
from tests.stripe_world import StripeWorld, stripe_world

__all__ = ["stripe_world"]

pytestmark = pytest.mark.django_db
Spoil = Callable[[Obj, Obj], object]


def paid(
    world: StripeWorld, spoil: Spoil | None = None, *, email: str | None = "b@example.com"
) -> str:
    """Have one kit paid in a checkout that is not from our cart, and spoilt like this."""
    session = world.checkout(STD=1)
    [item] = world.sim.store.items[session]
    found = world.sim.store.get("session", session)
    found |= {"client_reference_id": None, "customer_email": None, "metadata": {}}
    if spoil is not None:
        spoil(found, item)
    world.sim.pay(session, email=email)
    world.arrive()
    return session


@pytest.mark.parametrize(
    ("spoil", "evidence"),
    [
        pytest.param(lambda s, _: s.update(currency="xyz"), "XYZ", id="unknown currency"),
        pytest.param(lambda _, i: i.update(quantity=0), "quantity of 0", id="none of it"),
        pytest.param(lambda _, i: i.update(quantity=-2), "quantity of -2", id="less than none"),
        pytest.param(lambda _, i: i.update(quantity=10**8), "quantity of 1", id="all the world's"),
        pytest.param(lambda _, i: i["price"].update(unit_amount=-1), "negative", id="below zero"),
    ],
)
def test_what_cannot_be_an_order_is_an_exception(
    stripe_world: StripeWorld, spoil: Spoil, evidence: str
) -> None:
    paid(stripe_world, spoil)

    assert set(stripe_world.answers) == {200}
    assert stripe_world.live() == 0
    case = ExceptionCase.objects.get()
    assert case.kind == "order_invalid"
    assert case.purchase == Purchase.objects.get()
    assert evidence in " ".join(case.evidence["faults"])
    assert Message.objects.get(topic="checkout.session.completed").outcome == "converged"


def test_a_product_nobody_knows_is_an_exception(stripe_world: StripeWorld) -> None:
    session = stripe_world.checkout(STD=1)
    ProductMapping.objects.all().delete()
    stripe_world.sim.pay(session)
    stripe_world.arrive()

    assert stripe_world.live() == 0
    assert stripe_world.cases() == ["unmapped_product"]


@pytest.mark.parametrize("email", [None, "", "not an address"])
def test_an_order_without_an_address_is_issued_and_somebody_is_told(
    stripe_world: StripeWorld, email: str | None
) -> None:
    paid(stripe_world, email=email)
    settle()

    assert stripe_world.states() == ["issued"]
    assert Purchase.objects.get().buyer is None
    assert stripe_world.cases() == ["no_delivery_address"]


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda s, _: s.update(currency=None), id="no currency"),
        pytest.param(lambda s, _: s.update(amount_subtotal="much"), id="no number"),
        pytest.param(lambda _, i: i.update(id=None), id="a line without a name"),
    ],
)
def test_what_cannot_be_read_is_parked_in_the_end(stripe_world: StripeWorld, spoil: Spoil) -> None:
    session = stripe_world.checkout(STD=1)
    stripe_world.sim.pay(session)
    found = stripe_world.sim.store.get("session", session)
    spoil(found, stripe_world.sim.store.items[session][0])
    if found["amount_subtotal"] == "much":
        found["amount_total"] = "much"
    stripe_world.arrive()
    for _ in range(9):
        Message.objects.filter(handled_at=None).update(next_attempt_at="2000-01-01T00:00Z")
        stripe_world.work()

    message = Message.objects.get(topic="checkout.session.completed")
    assert message.parked_at is not None
    assert message.last_error.startswith("order_invalid")
    assert stripe_world.cases() == ["poison_message"]
    assert not Purchase.objects.exists()
