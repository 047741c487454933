"""A world for made-up calls: a house, a partner, a shop, a till, and what each of them has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from counterfoil.models import Connection, Entitlement, Product
from counterfoil.models.ids import handle_of
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.operations.open_account import open_account
from counterfoil.operations.redeem import redeem
from counterfoil.rules.people import SYSTEM, Assignee
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import ORIGIN, issue_many, make_connection, make_product, now
from tests.fuzz.stock import make_stock, names_of_stock, printed_codes
from tests.partnership import Clinic, make_clinic

SORTS: Sequence[Mapping[str, Any]] = (
    {"state": "assigned"},
    {"state": "revoked"},
    {"state": "minted"},
    {"state": "reserved"},
    {"held_count__gt": 0},
    {"gifts__ended_at": None, "gifts__isnull": False},
    {"product__sku": "DNA-FULL"},
    {"partner__slug": "clinic", "state": "issued"},
)
"""Which entitlements are named in calls, a few of each."""

Known = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class World:
    """Who calls, each by its key, and what there is to be named in calls."""

    keys: Mapping[str, str]
    known: Known


def make_world() -> World:
    """Make something of everything, and a key of each sort."""
    product = make_product()
    shop = make_connection(product)
    clinic = make_clinic(quantity=20)
    teller = make_connection(product, slug="vets", channel="partner", is_test=False)
    Connection.objects.filter(pk=teller.pk).update(partner=clinic.partner)
    teller.refresh_from_db()
    till = make_connection(product, slug="till", channel="point_of_sale", is_test=False)
    keys = {
        "partner": _key("partner", partner=clinic.partner),
        "bound": _key("bound", connection=teller),
        "till": _key("till", connection=till),
        "house": _key("house"),  # the last: it may suspend the others
    }
    return World(keys=keys, known=_known(product, shop, clinic))


def _key(name: str, **whose: Any) -> str:
    return create_api_key(name=name, scopes=list(Scope), by=SYSTEM, at=now(), **whose).secret


def _known(product: Product, shop: Connection, clinic: Clinic) -> Known:
    issued = issue_many(12, shop)
    ana = open_account(external_reference="user-4711", mail="", by=SYSTEM, at=now())
    for code in issued.codes[:4]:
        redeem(code=code, to=Assignee(account_id=ana.pk), by=SYSTEM, at=now(), origin=ORIGIN)
    make_stock(product, clinic, ana.pk)
    others = Entitlement.objects.exclude(pk__in=issued.entitlement_ids)
    units = list(issued.entitlement_ids[:6])
    for sort in SORTS:
        units += others.filter(**sort).order_by("pk").values_list("pk", flat=True)[:3]
    return {
        "handle": [handle_of(one) for one in units],
        "code": [*issued.codes, *printed_codes()],
        "sku": [product.sku, "DNA-FULL"],
        "account": ["user-4711", "user-4712"],
        "email": ["ana@example.com", "eva@example.com"],
        "connection": ["vets", "till", "shop", "files-0"],
        "reference": ["PO-1", "PO-2", "PO-3"],
        "currency": ["USD", "EUR"],
        "moment": [(now() + timedelta(days=days)).isoformat() for days in (1, 20, 200)],
        "past": [(now() - timedelta(days=days)).isoformat() for days in (1, 20, 200)],
        "zone": ["Europe/Rome", "UTC"],
        **names_of_stock(),
    }
