"""
What staff do once for Houndwell in Counterfoil's console: a product, a connection, keys.

Run within the service, by the person who has it::

    counterfoil manage shell --command "import set_up; set_up.say('https://we.example/events')"
"""

import json
import secrets
import sys

from django.contrib.auth import get_user_model
from django.utils import timezone

from counterfoil.models import Connection, ProductMapping
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.operations.make_product import make_product
from counterfoil.operations.make_webhook_endpoint import make_webhook_endpoint
from counterfoil.rules.people import Actor, ActorKind
from counterfoil.rules.products import ProductFacts
from counterfoil.rules.scopes import Scope
from counterfoil.rules.terms import RefundPolicy, SubjectField, Terms
from counterfoil.rules.webhooks import EndpointSettings
from houndwell.lab import TYPES

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
SERVING = (Scope.REDEEM, Scope.ASSIGN, Scope.TRACE, Scope.EVENTS)


def set_up(address: str) -> dict[str, str]:
    """Make what Houndwell needs, and give its secrets."""
    product = make_product(sku="HOUND", facts=FACTS, terms=TERMS, by=SETUP, at=timezone.now())
    shop = Connection.objects.create(
        slug="houndwell", channel="partner", name="Houndwell", created_at=timezone.now()
    )
    ProductMapping.objects.create(connection=shop, key="sku:HOUND", product=product)
    told = make_webhook_endpoint(
        wanted=EndpointSettings(url=address, types=list(TYPES)), by=SETUP, at=timezone.now()
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


def say(address: str) -> None:
    """Set up, with somebody who may sign in at the console, and print the secrets."""
    password = secrets.token_urlsafe(9)
    get_user_model()._default_manager.create_superuser("staff", "staff@example.com", password)
    sys.stdout.write(json.dumps(set_up(address) | {"STAFF_PASSWORD": password}))
