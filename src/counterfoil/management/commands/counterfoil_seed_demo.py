"""Put a small believable shop into an empty database."""

import json
import os
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from counterfoil.models import Code, CodeState, Connection
from counterfoil.rules.codes import display
from counterfoil.testing.shop import seed_shop

STAFF = "olga"


class Command(BaseCommand):
    """Prepare the demo's shop, or find it again, and print where everything is, as JSON."""

    help = "Puts a small shop into an empty database; run again, it only says where things are."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the addresses of the shop and of the simulated Stripe."""
        parser.add_argument("--site-url", default="http://127.0.0.1:8000")
        parser.add_argument("--sim-url", default="http://127.0.0.1:8010")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Seed once, and print what a newcomer needs."""
        site = options["site_url"]
        password = os.environ.get("COUNTERFOIL_DEMO_PASSWORD", "counterfoil")
        with transaction.atomic():
            if not Connection.objects.exists():
                seed_shop(at=timezone.now(), stripe=_stripe_secrets())
            _point_at_simulator(options["sim_url"])
            _let_staff_in(password)
        live = Code.objects.filter(
            state=CodeState.LIVE, ciphertext__isnull=False, entitlement__held_count=0
        )
        code = live.order_by("created_at", "pk").first()
        told = {
            "shop_url": f"{site}/",
            "claim_url": f"{site}/c",
            "console_url": f"{site}/console/",
            "webhook_url": f"{site}/in/stripe/",
            "staff_username": STAFF,
            "staff_password": password,
            "code": display(code.opened()) if code else "all used: buy another in the shop",
        }
        self.stdout.write(json.dumps(told))


def _stripe_secrets() -> dict[str, Any]:
    return {
        "api_key": os.environ.get("STRIPE_API_KEY", "sk_test_simulated"),
        "webhook_secrets": [os.environ.get("STRIPE_WEBHOOK_SECRET", "whsec_simulated")],
    }


def _point_at_simulator(sim_url: str) -> None:
    """Let the Stripe connection talk to where the simulator is this time."""
    Connection.objects.filter(channel="stripe").update(options={"api_base": sim_url})


def _let_staff_in(password: str) -> None:
    staff, _ = get_user_model().objects.get_or_create(
        username=STAFF,
        defaults={
            "first_name": "Olga",
            "last_name": "Operator",
            "is_staff": True,
            "is_superuser": True,
        },
    )
    if not staff.check_password(password):
        staff.set_password(password)
        staff.save()
