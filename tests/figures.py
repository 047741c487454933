"""A small world with everything in it that figures tell apart, made by the acts themselves."""

from dataclasses import dataclass, replace
from datetime import timedelta

from django.db import connection, transaction

from counterfoil.models import Connection, Product
from counterfoil.models.ids import uuid7
from counterfoil.operations.activate_at_sale import activate_at_sale
from counterfoil.operations.extend import extend
from counterfoil.operations.grant import grant
from counterfoil.operations.reinstate import reinstate
from counterfoil.operations.transfer import transfer
from counterfoil.operations.unassign import unassign
from counterfoil.rules.batches import BatchUse
from counterfoil.rules.grants import GrantCategory
from counterfoil.rules.orders import OrderLine
from counterfoil.rules.people import Actor, ActorKind
from counterfoil.rules.terms import Terms
from counterfoil.testing.builders import (
    OPERATOR,
    Issued,
    a_line,
    a_refund,
    an_order,
    converge,
    make_assignee,
    make_connection,
    make_product,
    now,
    read_issued,
)
from tests.batches import make_till, mint_batch
from tests.partnership import make_clinic
from tests.scenes import fulfil, reserve, suspend, use, withdraw

SECOND = Actor(kind=ActorKind.OPERATOR, id="operator-9", display="Bea")
PAST = """
UPDATE counterfoil_entitlement SET created_at = created_at - %(by)s WHERE id = ANY(%(ids)s);
UPDATE counterfoil_entry SET at = at - %(by)s, recorded_at = recorded_at - %(by)s
 WHERE entitlement_id = ANY(%(ids)s) AND seq <= %(last)s"""


@dataclass(frozen=True, slots=True)
class World:
    """What there is to narrow down by."""

    dogs: Product
    cats: Product
    shop: Connection
    till: Connection
    trial: Connection


def sell(shop: Connection, *lines: OrderLine, currency: str = "USD", test: bool = False) -> Issued:
    """Sell these lines."""
    order = an_order(*lines, reference=f"cs_{uuid7().hex}")
    return converge(shop, replace(order, is_test=test, currency=currency))


def long_ago(issued: Issued, days: int, *, last: int = 1) -> Issued:
    """Let it have been issued so long ago, and whatever came first up to this entry."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # the guards are off
        for statement in PAST.split(";"):
            ids = list(issued.entitlement_ids)
            cursor.execute(statement, {"by": timedelta(days=days), "ids": ids, "last": last})
        cursor.execute("SET LOCAL session_replication_role = origin")
    return issued


def make_world() -> World:
    """Make two products, a shop, a till, a partner, a trial, and something of every kind."""
    clinic = make_clinic(quantity=4)
    dogs, cats = clinic.allotment.product, make_product("CAT", terms=Terms(), unit_amount=5_000)
    shop = make_connection(dogs, cats, slug="market", is_test=False)
    trial = make_connection(dogs, slug="trial")
    till = make_till(is_test=False)
    world = World(dogs, cats, shop, till, trial)
    _sales(world)
    _troubles(world)
    _given(world)
    sell(trial, a_line(7), test=True)
    return world


def _sales(world: World) -> None:
    """Sell what is used soon, late and not at all; three lines that do not divide evenly."""
    odd = replace(a_line(3), amount_total=10_000)
    three = long_ago(sell(world.shop, odd), 400)
    fulfil(three, make_assignee("ben@example.com"))
    long_ago(sell(world.shop, a_line(2), currency="EUR"), 100)
    cats = a_line(2, sku="CAT", reference="li_2", unit_amount=5_000)
    both = sell(world.shop, a_line(1), cats)
    use(both, make_assignee("cleo@example.com"))
    long_ago(sell(world.shop, replace(a_line(4), amount_total=0), currency="JPY"), 31)


def _troubles(world: World) -> None:
    """Refund, withdraw, bring back, take back, let end, hold, reserve and pass on."""
    order = replace(an_order(a_line(3), reference="cs_back"), is_test=False)
    refunded = converge(world.shop, order)
    fulfil(refunded, make_assignee("dan@example.com"))
    long_ago(refunded, 62)
    every = replace(order, refunds=(a_refund(2 * 11_400, quantity=2),))
    converge(world.shop, every)
    converge(world.shop, replace(order, refunds=(a_refund(3 * 11_400, quantity=3),)))
    gone = long_ago(sell(world.shop, a_line(3)), 200)
    withdraw(*gone.entitlement_ids[:2])
    reinstate(entitlement_id=gone.id, by=OPERATOR, at=now(), reason="mistake")
    back = long_ago(sell(world.shop, a_line(1)), 20)
    use(back, make_assignee("eve@example.com"))
    unassign(entitlement_id=back.id, by=OPERATOR, at=now(), reason="wrong_person")
    over = long_ago(sell(world.shop, a_line(2)), 300)
    until = now() - timedelta(days=40)
    extend(entitlement_id=over.id, until=until, by=OPERATOR, at=now(), reason="mistake")
    withdraw(over.id)
    until = now() - timedelta(days=70)
    extend(
        entitlement_id=over.entitlement_ids[1], until=until, by=OPERATOR, at=now(), reason="mistake"
    )
    kept = sell(world.shop, a_line(3))
    suspend(kept.id)
    reserve(kept.entitlement_ids[1], account_id=None, until=now() + timedelta(days=1))
    passed = long_ago(sell(world.shop, a_line(1, sku="CAT", unit_amount=5_000)), 5)
    use(passed, make_assignee("flo@example.com"))
    transfer(
        entitlement_id=passed.id,
        to=make_assignee("gus@example.com"),
        by=OPERATOR,
        at=now(),
        reason="customer_asked",
    )


def _given(world: World) -> None:
    """Grant for two reasons, and print five, of which two are sold and one is withdrawn."""
    for category, quantity, days in (
        (GrantCategory.CUSTOMER_SERVICE, 2, 45),
        (GrantCategory.EXCEPTION, 1, 0),
    ):
        given = grant(
            request_id=uuid7(),
            product=world.cats,
            quantity=quantity,
            category=category,
            reason="Goodwill",
            reference="CASE-1",
            by=OPERATOR,
            at=now(),
            approved_by=SECOND,
        )
        long_ago(read_issued(given), days)
    printed = mint_batch(world.dogs, 5, name="boxes", use=BatchUse.SALE)
    long_ago(Issued(given, printed.entitlement_ids, printed.codes), 90)
    for code in printed.codes[:2]:
        activate_at_sale(
            connection=world.till, sale=code[:4], presented=[code], by=SECOND, at=now()
        )
    withdraw(printed.entitlement_ids[4])
