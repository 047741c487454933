"""
What staff do once for Houndwell in Counterfoil's console: a product, a connection, keys.

Prints the secrets as JSON, which nobody is told again. Run with the service's environment; the
argument is where events are to be sent.
"""

import json
import secrets
import sys

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402 - Django first
from django.utils import timezone  # noqa: E402

from counterfoil.models import Connection, ProductMapping  # noqa: E402
from counterfoil.operations.create_api_key import create_api_key  # noqa: E402
from counterfoil.operations.make_product import make_product  # noqa: E402
from counterfoil.operations.make_webhook_endpoint import make_webhook_endpoint  # noqa: E402
from counterfoil.rules.people import Actor, ActorKind  # noqa: E402
from counterfoil.rules.products import ProductFacts  # noqa: E402
from counterfoil.rules.scopes import Scope  # noqa: E402
from counterfoil.rules.terms import RefundPolicy, SubjectField, Terms  # noqa: E402
from counterfoil.rules.webhooks import EndpointSettings  # noqa: E402

SETUP = Actor(kind=ActorKind.OPERATOR, id="setup", display="Whoever set it up")
FACTS = ProductFacts(
    name="Houndwell kit", description="One swab, three weeks.", unit_amount=9_900, currency="USD"
)
TERMS = Terms(
    subject_kind="dog",
    subject_fields=(SubjectField(name="name", label="Your dog's name"),),
    valid_days=730,
    refund_policy=RefundPolicy.REVOKE,
)
SERVING = (Scope.REDEEM, Scope.ASSIGN, Scope.TRACE)
TYPES = [
    "entitlement.assigned",
    "entitlement.changed",
    "entitlement.fulfilled",
    "entitlement.replaced",
    "entitlement.revoked",
    "entitlement.transferred",
    "entitlement.unassigned",
]


def set_up(address: str) -> dict[str, str]:
    """Make what Houndwell needs, and give its secrets."""
    product = make_product(sku="HOUND", facts=FACTS, terms=TERMS, by=SETUP, at=timezone.now())
    shop = Connection.objects.create(
        slug="houndwell", channel="partner", name="Houndwell", created_at=timezone.now()
    )
    ProductMapping.objects.create(connection=shop, key="sku:HOUND", product=product)
    told = make_webhook_endpoint(
        wanted=EndpointSettings(url=address, types=TYPES), by=SETUP, at=timezone.now()
    )
    return {
        "SELLING_KEY": _key("Houndwell's shop", Scope.TELL, Scope.COLLECT, connection=shop),
        "SERVING_KEY": _key("Houndwell's back office", *SERVING),
        "WEBHOOK_SECRETS": told.secret,
    }


def _key(name: str, *scopes: Scope, connection: Connection | None = None) -> str:
    made = create_api_key(
        name=name, scopes=scopes, connection=connection, by=SETUP, at=timezone.now()
    )
    return made.secret


if __name__ == "__main__":
    made_up = secrets.token_urlsafe(9)
    get_user_model().objects.create_superuser("staff", "staff@example.com", made_up)
    sys.stdout.write(json.dumps(set_up(sys.argv[1]) | {"STAFF_PASSWORD": made_up}))
