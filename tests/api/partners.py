"""Partners that tell us of purchases, each with a key of its own."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from django.test import Client

from counterfoil.models import Connection, Partner, Product
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import make_connection, make_product, now

ALL = (Scope.TELL, Scope.TRACE, Scope.COLLECT, Scope.JOBS)
_keys = count()


@dataclass(frozen=True)
class Teller:
    """Somebody with a key that is bound to a connection."""

    connection: Connection
    secret: str
    client: Client

    def post(self, path: str, body: Any, **headers: str) -> Any:
        """Post JSON; every request has an idempotency key of its own unless one is given."""
        headers = {"Idempotency-Key": f"test-{next(_keys)}"} | headers
        return self.client.post(
            f"/v1/purchases{path}",
            body if isinstance(body, bytes) else json.dumps(body),
            content_type=headers.pop("Content-Type", "application/json"),
            headers={"Authorization": f"Bearer {self.secret}"} | headers,
        )

    def get(self, path: str) -> Any:
        """Get something of the purchases."""
        headers = {"Authorization": f"Bearer {self.secret}"}
        return self.client.get(f"/v1/purchases{path}", headers=headers)


def make_teller(
    client: Client,
    *products: Product,
    slug: str = "vets",
    channel: str = "partner",
    scopes: tuple[Scope, ...] = ALL,
    is_test: bool = False,
) -> Teller:
    """Make a partner with a connection that sells these products, and a key bound to it."""
    partner, _ = Partner.objects.get_or_create(
        slug=slug, defaults={"name": slug.title(), "created_at": now()}
    )
    connection = make_connection(*products, slug=slug, channel=channel, is_test=is_test)
    Connection.objects.filter(pk=connection.pk).update(partner=partner)
    connection.refresh_from_db()
    made = create_api_key(name=slug, scopes=scopes, by=SYSTEM, at=now(), connection=connection)
    return Teller(connection, made.secret, client)


def an_order(reference: str = "PO-1", **changes: Any) -> dict[str, Any]:
    """Write a purchase as a partner does."""
    return {
        "reference": reference,
        "currency": "USD",
        "lines": [{"sku": "DNA-STD", "quantity": 2, "unit_amount": 9_900}],
    } | changes


def a_line(**changes: Any) -> dict[str, Any]:
    """Write the lines of a purchase of one line."""
    return {"lines": [{"sku": "DNA-STD", "quantity": 2, "unit_amount": 9_900} | changes]}


Maker = Callable[..., Teller]
__all__ = ["ALL", "Maker", "Teller", "a_line", "an_order", "make_product", "make_teller"]
