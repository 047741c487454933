"""The shop that is measured: products, orders, codes in the clear."""

from collections.abc import Iterator
from itertools import count

from django.db import connection

from counterfoil.models import Code, Connection, Line, Purchase, PurchaseKind
from counterfoil.models.ids import uuid7
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.operations.issue import issue
from counterfoil.rules.orders import PaymentStatus
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import make_connection, make_product, now

_references = count(1)


def open_shop() -> Connection:
    """Give the one shop, opened by the first who asks."""
    known = Connection.objects.filter(slug="bench").first()
    return known or make_connection(make_product("BENCH"), slug="bench")


def empty_line() -> Line:
    """Make a paid order of one line, of which nothing is issued yet."""
    shop, at = open_shop(), now()
    purchase = Purchase.objects.create(
        kind=PurchaseKind.SALE,
        connection=shop,
        external_reference=f"bench-{next(_references)}-{uuid7().hex}",
        payment=PaymentStatus.PAID.value,
        currency="USD",
        is_test=True,
        notify=False,
        state_as_of=at,
        paid_at=at,
        created_at=at,
    )
    mapping = shop.mappings.select_related("product").get(key="sku:BENCH")
    assert mapping.product is not None  # noqa: S101 - open_shop made it
    return Line.objects.create(
        purchase=purchase, external_line="1", product=mapping.product, quantity=1
    )


def stocked_line(units: int) -> Line:
    """Issue so many units of a line of their own."""
    line = empty_line()
    issue(line=line, units=units, by=SYSTEM, at=now())
    return line


def fresh_codes(units: int) -> Iterator[str]:
    """Issue so many entitlements, and give their codes in the clear."""
    line = stocked_line(units)
    opened = [code.opened() for code in Code.objects.filter(entitlement__line=line)]
    settle()
    return iter(opened)


def make_key() -> str:
    """Make an API key that may do everything."""
    return create_api_key(name="bench", scopes=list(Scope), by=SYSTEM, at=now()).secret


def outstanding() -> int:
    """Count the entitlements there are."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM counterfoil_entitlement")
        [[number]] = cursor.fetchall()
    return int(number)


def settle() -> None:
    """Let the planner know what there is, and write out what is pending, before measuring."""
    with connection.cursor() as cursor:
        for table in ("entitlement", "code", "entry", "purchase", "line"):
            cursor.execute(f"VACUUM ANALYZE counterfoil_{table}")
        cursor.execute("CHECKPOINT")
