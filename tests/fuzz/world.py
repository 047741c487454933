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
from tests.partnership import Clinic, make_clinic

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
        "house": _key("house"),
        "partner": _key("partner", partner=clinic.partner),
        "bound": _key("bound", connection=teller),
        "till": _key("till", connection=till),
    }
    return World(keys=keys, known=_known(product, shop, clinic))


def _key(name: str, **whose: Any) -> str:
    return create_api_key(name=name, scopes=list(Scope), by=SYSTEM, at=now(), **whose).secret


def _known(product: Product, shop: Connection, clinic: Clinic) -> Known:
    issued = issue_many(12, shop)
    ana = open_account(external_reference="user-4711", mail="", by=SYSTEM, at=now())
    for code in issued.codes[:4]:
        redeem(code=code, to=Assignee(account_id=ana.pk), by=SYSTEM, at=now(), origin=ORIGIN)
    units = [*issued.entitlement_ids, *Entitlement.objects.values_list("pk", flat=True)[:5]]
    return {
        "handle": [handle_of(one) for one in units],
        "code": list(issued.codes),
        "sku": [product.sku],
        "account": ["user-4711", "user-4712"],
        "email": ["ana@example.com", "eva@example.com"],
        "partner": [clinic.partner.slug, clinic.branch.slug],
        "connection": ["vets", "till", "shop"],
        "allotment": [str(clinic.allotment.pk)],
        "purchase": [str(issued.purchase.pk)],
        "reference": ["PO-1", "PO-2", "PO-3"],
        "currency": ["USD", "EUR"],
        "moment": [(now() + timedelta(days=days)).isoformat() for days in (1, 20, 200)],
    }
