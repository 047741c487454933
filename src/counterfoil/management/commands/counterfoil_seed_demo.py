"""Put a small believable shop into an empty database."""

import json
import os
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from counterfoil.models import Code, CodeState, Connection, Partner, Product
from counterfoil.rules.batches import POINT_OF_SALE
from counterfoil.rules.codes import display
from counterfoil.rules.people import Actor, ActorKind
from counterfoil.testing.boxes import add_till
from counterfoil.testing.shop import OLGA, add_shopify, seed_shop
from counterfoil.testing.shop_lists import add_attempts, add_views
from counterfoil.testing.shop_mails import let_mailbox_tell
from counterfoil.testing.shop_partner import ADMIN, add_partner
from counterfoil.testing.shop_staff import add_staff

STAFF = "olga"
SECOND = "bert"  # approves what Olga asks for: nobody approves their own request
SHOPIFY = "cf-demo.myshopify.com"


class Command(BaseCommand):
    """Prepare the demo's shop, or find it again, and print where everything is, as JSON."""

    help = "Puts a small shop into an empty database; run again, it only says where things are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the addresses of the shop and of the simulators."""
        parser.add_argument("--site-url", default="http://127.0.0.1:8000", help="of the shop")
        parser.add_argument("--sim-url", default="http://127.0.0.1:8010", help="of Stripe")
        parser.add_argument("--shopify-url", default="http://127.0.0.1:8020", help="of Shopify")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Seed once, and print what a newcomer needs."""
        site = options["site_url"]
        password = os.environ.get("COUNTERFOIL_DEMO_PASSWORD", "counterfoil")
        with transaction.atomic():
            if not Connection.objects.exists():
                seed_shop(at=timezone.now(), stripe=_stripe_secrets())
                add_attempts(by=OLGA, at=timezone.now())
                add_views(by=OLGA, at=timezone.now())
            _open_shopify()
            _point_at_simulator("stripe", options["sim_url"])
            _point_at_simulator("shopify", options["shopify_url"])
            _let_staff_in(STAFF, password, first_name="Olga", last_name="Operator")
            _let_staff_in(SECOND, password, first_name="Bert", last_name="Boss")
            _open_till()
            roles = add_staff(password, at=timezone.now())
            if not Partner.objects.filter(slug="dog-club").exists():
                add_partner(at=timezone.now())
            let_mailbox_tell(os.environ.get("MAILBOX_API_KEY", ""), at=timezone.now())
        live = Code.objects.filter(
            state=CodeState.LIVE, ciphertext__isnull=False, entitlement__held_count=0
        )
        code = live.order_by("created_at", "pk").first()
        told = {
            "start_url": f"{site}/",
            "shop_url": f"{site}/checkout/",
            "claim_url": f"{site}/c",
            "console_url": f"{site}/console/",
            "portal_url": f"{site}/portal/",
            "portal_mail": ADMIN,
            "webhook_url": f"{site}/in/stripe/",
            "shopify_webhook_url": f"{site}/in/shopify/",
            "shopify_goods": json.dumps(_goods()),
            "staff_username": STAFF,
            "staff_password": password,
            "second_username": SECOND,
            "roles": ", ".join(f"{name} ({role})" for name, role in roles),
            "code": display(code.opened()) if code else "all used: buy another in the shop",
        }
        self.stdout.write(json.dumps(told))


def _stripe_secrets() -> dict[str, Any]:
    return {
        "api_key": os.environ.get("STRIPE_API_KEY", "sk_test_simulated"),
        "webhook_secrets": [os.environ.get("STRIPE_WEBHOOK_SECRET", "whsec_simulated")],
    }


def _open_shopify() -> None:
    """Sell at Shopify, too; a demo that was begun before it could, gets it now."""
    if Connection.objects.filter(channel="shopify").exists():
        return
    secrets = {
        "access_token": os.environ.get("SHOPIFY_ACCESS_TOKEN", "shpat_simulated"),
        "app_secrets": [os.environ.get("SHOPIFY_APP_SECRET", "shpss_simulated")],
    }
    shown = {"status": True, "fulfil": "digital", "tags": ["counterfoil"]}
    options = {"shop": SHOPIFY, "write_back": shown}
    add_shopify(at=timezone.now(), secrets=secrets, options=options)


def _goods() -> list[dict[str, Any]]:
    """Give what the simulated Shopify sells: our products, a mug that is none, and a new leash."""
    goods = [
        {
            "sku": product.sku,
            "title": product.name,
            "price": product.unit_amount,
            "description": product.description,
        }
        for product in Product.objects.order_by("pk")  # as they were made
    ]
    mug = {
        "sku": "MUG-01",
        "title": "Mug",
        "price": 1_400,
        "description": "Holds coffee. Shipped, not activated.",
        "requires_shipping": True,
    }
    leash = {
        "sku": "LEASH-01",
        "title": "Rope leash",
        "price": 1_500,
        "description": "New in the shop, and mapped to nothing yet.",
        "requires_shipping": True,
    }
    return [*goods, mug, leash]


def _point_at_simulator(channel: str, url: str) -> None:
    """Let a connection talk to where the simulator is this time."""
    for connection in Connection.objects.filter(channel=channel):
        connection.options |= {"api_base": url}
        connection.save()


def _open_till() -> None:
    """Sell boxes at a till, too; a demo that was begun before it could, gets it now."""
    if Connection.objects.filter(channel=POINT_OF_SALE).exists():
        return
    users = get_user_model().objects
    asked, approved = (
        Actor(kind=ActorKind.OPERATOR, id=str(user.pk), display=user.get_full_name())
        for user in (users.get(username=STAFF), users.get(username=SECOND))
    )
    add_till(at=timezone.now(), asked_by=asked, approved_by=approved)


def _let_staff_in(username: str, password: str, **names: str) -> None:
    staff, _ = get_user_model().objects.get_or_create(
        username=username, defaults={"is_staff": True, "is_superuser": True, **names}
    )
    if not staff.check_password(password):
        staff.set_password(password)
        staff.save()
