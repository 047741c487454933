"""
Two partners, each with something of every kind, and every way in which one could ask for the
other's.

Whatever a partner can reach is registered in ``ASKING``: surfaces add to it. Each way is tried with
one's own things, with the other's, and with what does not exist; the last two must not differ.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.test import Client

from counterfoil.models import CodeState, Entitlement
from counterfoil.models.ids import handle_of, uuid7
from counterfoil.operations.create_api_key import create_api_key
from counterfoil.rules.people import SYSTEM
from counterfoil.rules.scopes import Scope
from counterfoil.testing.builders import now
from tests.partnership import Clinic, make_clinic


@dataclass(frozen=True)
class Side:
    """One of two partners: what it has, its key, and how its things are called."""

    clinic: Clinic
    secret: str
    client: Client

    def named(self) -> dict[str, str]:
        """Give the names of things of this partner, by their kind."""
        units = self.clinic.free()
        code = Entitlement.objects.get(pk=units[-1]).codes.get(state=CodeState.LIVE)
        return {
            "allotment": str(self.clinic.allotment.pk),
            "slug": self.clinic.partner.slug,
            "branch": self.clinic.branch.slug,
            "handle": handle_of(units[0]),
            "code": code.opened(),
            "member": self.clinic.operator.id,
        }

    def ask(self, asking: "Asking", names: dict[str, str]) -> Any:
        """Ask for what is called so, with this partner's key."""
        headers = {
            "Authorization": f"Bearer {self.secret}",
            "Idempotency-Key": str(uuid7()),
        }
        path = asking.path.format(**names)
        if asking.body is None:
            return self.client.get(path, headers=headers)
        return self.client.post(
            path, asking.body(names), content_type="application/json", headers=headers
        )


@dataclass(frozen=True)
class Asking:
    """One way of asking for something by a name of the kind ``by``."""

    by: str
    path: str
    body: Callable[[dict[str, str]], dict[str, Any]] | None = None


def make_side(slug: str, client: Client) -> Side:
    """Make a partner with a key that may do everything."""
    clinic = make_clinic(slug, quantity=20)
    key = create_api_key(name=slug, scopes=list(Scope), by=SYSTEM, at=now(), partner=clinic.partner)
    return Side(clinic, key.secret, client)


def nothing(names: dict[str, str]) -> dict[str, str]:
    """Give names of the same form that nothing has; a code that is right in itself."""
    return names | {
        "allotment": str(UUID(int=7)),
        "slug": "nobody",
        "branch": "nobody-branch",
        "handle": handle_of(UUID(int=7)),
        "code": "0123-4567-89AB-CDE4",
        "member": str(UUID(int=7)),
    }


ASKING: list[Asking] = [
    Asking("handle", "/v1/entitlements/{handle}"),
    Asking("slug", "/v1/handouts?partner={slug}"),
    Asking(
        "slug",
        "/v1/handouts/cards",
        lambda names: {
            "sku": "DNA-STD",
            "quantity": 1,
            "partner": names["slug"],
            "request_id": str(uuid7()),
        },
    ),
    Asking(
        "allotment",
        "/v1/handouts/cards",
        lambda names: {
            "sku": "DNA-STD",
            "quantity": 1,
            "allotment": names["allotment"],
            "request_id": str(uuid7()),
        },
    ),
    Asking(
        "handle",
        "/v1/handouts/one",
        lambda names: {"email": "ann@example.com", "entitlement": names["handle"]},
    ),
    Asking(
        "slug",
        "/v1/handouts/one",
        lambda names: {"email": "ann@example.com", "sku": "DNA-STD", "partner": names["slug"]},
    ),
    Asking("slug", "/v1/allotments?partner={slug}"),
    Asking("allotment", "/v1/allotments/{allotment}"),
    Asking("allotment", "/v1/allotments/{allotment}/entitlements"),
    Asking("code", "/v1/codes/check", lambda names: {"code": names["code"]}),
    Asking(
        "code",
        "/v1/codes/redeem",
        lambda names: {"code": names["code"], "account": {"external_reference": "user-1"}},
    ),
    Asking(
        "handle",
        "/v1/allotments/hand-on",
        lambda names: {"to": "{own}", "entitlements": [names["handle"]]},
    ),
    Asking(
        "allotment",
        "/v1/allotments/hand-on",
        lambda names: {"to": "{own}", "allotment": names["allotment"], "quantity": 1},
    ),
    Asking(
        "branch",
        "/v1/allotments/hand-on",
        lambda names: {"to": names["branch"], "sku": "DNA-STD", "quantity": 1},
    ),
    Asking(
        "slug",
        "/v1/allotments/return",
        lambda names: {"partner": names["slug"], "sku": "DNA-STD", "quantity": 1},
    ),
    Asking(
        "branch",
        "/v1/allotments/return",
        lambda names: {"partner": names["branch"], "sku": "DNA-STD", "quantity": 1},
    ),
    Asking(
        "handle",
        "/v1/reservations",
        lambda names: {
            "entitlements": [names["handle"]],
            "until": (now() + timedelta(hours=3)).isoformat(),
        },
    ),
]
