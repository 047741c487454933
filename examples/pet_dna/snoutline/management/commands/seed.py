"""Put something into an empty Snoutline: two kits, a way to pay, two people and a dog."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from counterfoil.models import Connection, ProductMapping
from counterfoil.operations.make_product import make_product
from counterfoil.operations.put_on_sale import put_on_sale
from counterfoil.rules.people import Actor, ActorKind
from counterfoil.rules.products import ProductFacts
from counterfoil.rules.terms import RefundPolicy, Terms
from snoutline.models import Dog, Owner

SNOUTLINE = Actor(kind=ActorKind.SYSTEM, id="snoutline", display="Snoutline")
KITS = (
    ("BREEDS", "Breed test", "Which breeds are in your dog, from one swab.", 8_900),
    ("HEALTH", "Breed and health test", "Breeds, and 214 inherited conditions explained.", 14_900),
)
TERMS = Terms(
    subject_kind="dog",
    valid_days=730,
    refund_policy=RefundPolicy.REVOKE,
    reminder_days=(14,),
    warning_days=(30,),
)
PASSWORD = "a-dogs-breakfast"  # noqa: S105 - for trying out; the demo prints it


class Command(BaseCommand):
    """Seed the demo; a second time it changes nothing."""

    help = "Puts two kits, a way to pay, two people and a dog into an empty Snoutline."

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Make what is missing."""
        shop, is_new = Connection.objects.get_or_create(
            slug="shop",
            defaults={
                "channel": "native",
                "name": "Test payment",
                "is_test": True,
                "created_at": timezone.now(),
            },
        )
        if is_new:
            shop.seal_secrets({"secrets": [secrets.token_hex(32)]})
            shop.save()
            self._sell(shop)
        ana = self._person("ana@example.com", "Ana")
        Dog.objects.get_or_create(owner=ana, name="Miso", defaults={"breed": "Beagle, we think"})
        self._person("staff@example.com", "Sam", is_staff=True, is_superuser=True)

    def _sell(self, shop: Connection) -> None:
        for sku, name, description, price in KITS:
            facts = ProductFacts(
                name=name, description=description, unit_amount=price, currency="USD"
            )
            product = make_product(
                sku=sku, facts=facts, terms=TERMS, by=SNOUTLINE, at=timezone.now()
            )
            put_on_sale(product_id=product.pk, by=SNOUTLINE, at=timezone.now())
            ProductMapping.objects.create(connection=shop, key=f"sku:{sku}", product=product)

    def _person(self, mail: str, name: str, **more: bool) -> Owner:
        owner, is_new = Owner.objects.get_or_create(
            email=mail, defaults={"username": mail, "first_name": name, **more}
        )
        if is_new:
            owner.set_password(PASSWORD)
            owner.save()
        return owner
