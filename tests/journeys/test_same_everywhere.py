"""
The same purchase through every channel gives the same rows, but for where they come from.

A channel is added by a function that sells three units of ``DNA-STD`` through it, and a line in
``SALES``. Left out are what only one thing sold can have: pieces that were printed before they were
sold, and holders that were known before the payment.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from counterfoil.effects.settling import settle
from counterfoil.intake.paying import pay_test
from counterfoil.models import Connection, Entitlement, Product
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.rules.scopes import Scope
from counterfoil.rules.terms import RefundPolicy, Terms
from counterfoil.testing.builders import (
    CHANNEL,
    customer,
    make_assignee,
    make_connection,
    make_product,
    make_terms,
    now,
)
from tests.api.partners import Teller, an_order
from tests.intake.native import open_shop
from tests.order_files import a_file, a_row, carry_out, procurement, upload
from tests.shopify_orders import LINE
from tests.woocommerce_world import woo_world

__all__ = ["woo_world"]

pytestmark = pytest.mark.django_db

QUANTITY, PRICE = 3, 11_400
TERMS = Terms(valid_days=365, refund_policy=RefundPolicy.ASK)

Sale = Callable[[pytest.FixtureRequest], None]


def through_our_checkout(_: pytest.FixtureRequest) -> None:
    shop = open_shop()
    sold_under()
    pay_test(cart_id=shop.cart(QUANTITY).pk, by=customer(make_assignee()))


def through_stripe(request: pytest.FixtureRequest) -> None:
    world = request.getfixturevalue("stripe_world")
    sold_under()
    world.paid(STD=QUANTITY)


def through_shopify(request: pytest.FixtureRequest) -> None:
    world = request.getfixturevalue("shopify_world")
    sold_under()
    Connection.objects.update(is_test=True)
    world.order.edit(LINE, QUANTITY)
    world.told()


def through_woocommerce(request: pytest.FixtureRequest) -> None:
    world = request.getfixturevalue("woo_world")
    sold_under()
    world.paid(tests=QUANTITY, health=1)


def through_a_partner(_: pytest.FixtureRequest) -> None:
    partner = make_connection(make_product(), slug="vets", channel="partner")
    sold_under()
    scopes, at = [Scope.TELL], now()
    made = create_api_key(name="vets", scopes=scopes, by=CHANNEL, at=at, connection=partner)
    line = {"sku": "DNA-STD", "quantity": QUANTITY, "unit_amount": PRICE}
    told = Teller(partner, made.secret, Client()).post("", an_order("V-1", lines=[line]))
    assert told.status_code == 201


def through_a_file(_: pytest.FixtureRequest) -> None:
    files = procurement()
    sold_under()
    carry_out(upload(files, a_file(a_row(quantity=QUANTITY, price="342.00"))).order_file)


SALES: dict[str, Sale] = {
    "native": through_our_checkout,
    "stripe": through_stripe,
    "shopify": through_shopify,
    "woocommerce": through_woocommerce,
    "partner": through_a_partner,
    "order_file": through_a_file,
}

PROVENANCE = {"id", "purchase_id", "line_id", "product_id", "terms_id", "created_at", "expires_at"}
ENTITLEMENT = {
    "allotment_id": None,
    "batch": None,
    "batch_ordinal": None,
    "bound_to_id": None,
    "held_count": 0,
    "is_test": True,
    "partner_id": None,
    "reserved_for_id": None,
    "reserved_until": None,
    "state": "issued",
    "version": 1,
}
CODE = {"state": "live", "is_kept": True, "key_id": 1, "seal_key_id": 1, "lookup": 16, "last": 4}
ENTRY = {
    "act_name": "issue",
    "comment": "",
    "data": {},
    "from_state": None,
    "move": "issue",
    "on_behalf_of": "",
    "reason": "",
    "seq": 1,
    "to_state": "issued",
}


def sold_under() -> None:
    """Sell under the same terms everywhere."""
    make_terms(Product.objects.get(sku="DNA-STD"), TERMS)


def rows(table: str, units: list[Any], order: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        named = "id" if table == "entitlement" else "entitlement_id"
        cursor.execute(
            f"SELECT row_to_json(t)::text FROM counterfoil_{table} t"
            f" WHERE t.{named} = ANY(%s) ORDER BY {order}",
            [units],
        )
        return [json.loads(row[0]) for row in cursor.fetchall()]


@pytest.mark.parametrize("channel", SALES)
def test_a_purchase_leaves_the_same_rows_whatever_the_channel(
    channel: str, request: pytest.FixtureRequest
) -> None:
    SALES[channel](request)

    sold = Entitlement.objects.filter(product__sku="DNA-STD").order_by("ordinal")
    units = list(sold.values_list("pk", flat=True))
    found = [
        json.dumps({name: row[name] for name in sorted(row) if name not in PROVENANCE})
        for row in rows("entitlement", units, "t.ordinal")
    ]
    assert found == [
        json.dumps({**ENTITLEMENT, "ordinal": ordinal}, sort_keys=True)
        for ordinal in range(QUANTITY)
    ]
    for unit in sold.select_related("line", "purchase", "terms"):
        assert unit.line is not None
        assert unit.purchase is not None
        assert unit.expires_at == TERMS.expires_at(unit.created_at)
        assert unit.terms.terms == TERMS
        assert (unit.line.units_paid, unit.line.units_withdrawn) == (QUANTITY, 0)
        assert (unit.line.units_owed, unit.line.entitlements_per_unit) == (0, 1)
        assert unit.purchase.payment == "paid"
        assert unit.purchase.connection is not None
        assert unit.purchase.connection.channel == channel


@pytest.mark.parametrize("channel", SALES)
def test_codes_and_entries_say_nothing_of_the_channel_but_who_acted(
    channel: str, request: pytest.FixtureRequest
) -> None:
    SALES[channel](request)
    settle()

    units = list(Entitlement.objects.filter(product__sku="DNA-STD").values_list("pk", flat=True))
    codes = [
        {
            "state": code["state"],
            "is_kept": code["ciphertext"] is not None,
            "key_id": code["key_id"],
            "seal_key_id": code["seal_key_id"],
            "lookup": len(bytes.fromhex(code["lookup"].removeprefix("\\x"))),
            "last": len(code["last_four"]),
        }
        for code in rows("code", units, "t.entitlement_id")
    ]
    assert codes == [CODE] * QUANTITY
    entries = rows("entry", units, "t.entitlement_id, t.seq")
    assert [{name: one[name] for name in ENTRY} for one in entries] == [ENTRY] * QUANTITY
    assert {one["actor_kind"] for one in entries} == {"channel"}
    assert len({one["act"] for one in entries}) == 1
